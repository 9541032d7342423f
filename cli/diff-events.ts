import type { Mappings } from "../build/site.ts";
import { CannotRun } from "../src/cannot-run.ts";
import type { Pair } from "../src/diff/compare.ts";
import { sourceOf, type Version } from "../src/diff/diff.ts";
import { eventReader } from "../src/event/catalog.ts";
import { readBody } from "../src/event/message.ts";
import { EXAMPLES_ARRIVE, exampleParts } from "../src/example-parts.ts";
import { takeIn } from "../src/intake.ts";
import type { LearnerContext } from "../src/learner/context.ts";
import { courseReader } from "../src/learner/course-rules.ts";
import { learnerTags } from "../src/learner/tag.ts";
import { readExamples } from "../src/mapping/examples.ts";
import { ANYBODY, isHubs, type Whose } from "../src/rehearsal.ts";

/** A line with one event, or an array of them, and who it is from. */
export interface RawEvent {
  readonly body: string;
  readonly whose: Whose;
}

/**
 * Reads events as Jupyter emits them by two versions of a site, as if they had just come in one batch; `from` is the
 * position of the first in it.
 */
export type ReadEvents = (
  events: readonly RawEvent[],
  arrived: number,
  from?: number,
) => Promise<readonly Pair[]>;

export const eventPairs = (before: Version, after: Version): ReadEvents => {
  const readBefore = readerBy(before);
  const readAfter = readerBy(after);
  return async (events, arrived, from = 0) => {
    const pairs: Pair[] = [];
    for (const { body, whose } of events)
      for (const { text } of readBody(body)) {
        const place = { body: text, arrived, at: from + pairs.length };
        const pair = { before: await readBefore(place, whose), after: await readAfter(place, whose) };
        pairs.push({ source: sourceOf(pair) ?? "", ...pair });
      }
    return pairs;
  };
};

interface Place {
  readonly body: string;
  readonly arrived: number;
  readonly at: number;
}

const readerBy = ({ site, keys }: Version) => {
  const readEvent = eventReader(site.schemas);
  const naming = { courseOf: courseReader(site.settings.courses), tagOf: learnerTags(keys.key) };
  const senders = sendersBy();
  return async ({ body, arrived, at }: Place, whose: Whose): Promise<Pair["before"]> => {
    const sender = senders(whose, whose.name === undefined && isHubs(body, readEvent, arrived));
    const readers = { readEvent, readSender: async () => sender, trust: site.settings.trust, naming };
    const message = { id: `event-${at}`, body, attributes: {}, arrived };
    const { accepted, quarantined, crash } = await takeIn(message, at, readers);
    const [event] = [...accepted, ...quarantined];
    if (event === undefined) throw crash ?? new Error("An event of a file was not read.");
    return event;
  };
};

/** Events that name their learner are the hub's own, unless somebody is named. One object for all of the same sender. */
const sendersBy = () => {
  const known = new WeakMap<Whose, Map<boolean, LearnerContext>>();
  return (whose: Whose, ofHub: boolean): LearnerContext => {
    const { name, otherwise = ANYBODY, ...about } = whose;
    const senders = known.get(whose) ?? new Map<boolean, LearnerContext>();
    known.set(whose, senders);
    const sender: LearnerContext = senders.get(ofHub) ?? {
      subject: ofHub ? "hub" : (name ?? otherwise),
      role: ofHub ? "service" : "learner",
      groups: [],
      proven: true,
      ...about,
    };
    senders.set(ofHub, sender);
    return sender;
  };
};

/** The examples of all mappings, each in a batch of its own; where an example says no course, in this one. */
export async function* examplePairs(
  files: Mappings["files"],
  read: ReadEvents,
  course: Whose["course"],
): AsyncGenerator<readonly Pair[]> {
  for (const [path, text] of files) {
    if (!/^mappings\/.*\/examples\.yml$/.test(path)) continue;
    const examples = readExamples(path, text);
    if ("problems" in examples)
      throw new CannotRun(`The examples in ${path} have mistakes. Which they are: jlt test`);
    for (const example of examples) yield await read(exampleParts(example, course), EXAMPLES_ARRIVE);
  }
}
