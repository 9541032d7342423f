import type { EventMessage } from "../../src/intake.ts";
import type { Site } from "../../src/site.ts";
import { ARRIVED, batchOf } from "../steps/batches.ts";
import { asCopy } from "./variant.ts";

/** How large a batch is: messages, each of a learner of its own, and events in each. */
export interface Shape {
  readonly messages: number;
  readonly each: number;
}

export const shapeText = ({ messages, each }: Shape): string =>
  `${messages.toLocaleString("en-GB")} × ${each}`;

export interface Events {
  /** Of how many mappings they are, by turns: copies of one. Without it, all are of the shipped mapping. */
  readonly mappings?: number;
  /** With it, each event's file has a name that none had before in a batch with another text here. */
  readonly names?: string;
}

/**
 * A batch of learners who save and copy files. Nine of ten are the course's notebooks, which have the same names for all
 * learners, as they have in a course; the tenth is a file of the learner's own.
 */
export const eventsOf = (
  site: Site,
  { messages, each }: Shape,
  { mappings, names }: Events = {},
): Promise<readonly EventMessage[]> =>
  batchOf(site, messages, each, (learner, at) => {
    const event = eventOf(learner, at, names);
    return mappings === undefined
      ? event
      : { ...event, __schema__: asCopy(event.__schema__, (learner + at) % mappings) };
  });

const eventOf = (learner: number, at: number, names: string | undefined) => {
  const turn = learner + at;
  const time = new Date(ARRIVED - 60_000 + ((at * 577 + learner) % 60_000)).toISOString();
  const isOwn = turn % 10 === 9;
  const week = `stat101/exercises/week-${turn % 14}`;
  const path =
    names !== undefined
      ? `${week}/${names}-${learner}-${at}.ipynb`
      : `${week}/${isOwn ? `notes-of-learner-${learner}` : `exercise-${turn % 14}`}.ipynb`;
  return {
    __timestamp__: time.replace("Z", "001+00:00Z"),
    __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
    __schema_version__: "1",
    __metadata_version__: 1,
    action: turn % 4 === 3 ? "copy" : "save",
    path,
    ...(turn % 4 === 3 && { source_path: `stat101/exercises/templates/exercise-${turn % 14}.ipynb` }),
  };
};

/** What Lambda hands over of a batch: as a function gets it from its queue. */
export const recordsOf = (batch: readonly EventMessage[]): { readonly Records: readonly unknown[] } => ({
  Records: batch.map(({ id, body, attributes, arrived }) => ({
    messageId: id,
    receiptHandle: RECEIPT,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(arrived),
      SenderId: "AROAEXAMPLEEXAMPLEEXA:jupyterhub",
      ApproximateFirstReceiveTimestamp: String(arrived + 1),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { stringValue: value, stringListValues: [], binaryListValues: [], dataType: "String" },
      ]),
    ),
    md5OfBody: "0123456789abcdef0123456789abcdef",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:jupyter-lms-dev-events",
    awsRegion: "eu-central-1",
  })),
});

/** As long as those of SQS mostly are. */
const RECEIPT = "A".repeat(184);

/** The most bytes of a batch that Lambda hands over. */
export const MOST_BYTES = 6 * 1024 * 1024;
