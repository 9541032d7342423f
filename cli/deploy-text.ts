import type { AlarmPolicy } from "../src/alarms/policy.ts";
import type { Place } from "../src/aws/administer.ts";
import { counted } from "../src/counted.ts";
import type { Problem } from "../src/document/problem.ts";
import { type RemovedEndpoint, waitingWords } from "./deploy-removed.ts";

/** What there is to know before anything is deployed. */
export interface Found {
  readonly isNew: boolean;
  readonly added: readonly string[];
  readonly removed: readonly RemovedEndpoint[];
  readonly secrets: number;
  readonly problems: readonly Problem[];
}

/** What was found before the deployment: what would come and go. What is wrong is told apart from it. */
export const foundText = (
  { isNew, added, removed, secrets, problems }: Found,
  abandoned: readonly string[],
  stack: string,
  region: string,
): string => {
  const dropped = removed.filter(({ name }) => abandoned.includes(name));
  const empty = removed.filter(({ waiting, deadLetters }) => waiting === 0 && deadLetters === 0);
  return [
    `${stack} in ${region}: ${isNew ? "there is no such stack yet" : "is deployed"}.`,
    ...(added.length > 0 ? [`  new endpoints: ${added.join(", ")}`] : []),
    ...(removed.length > 0 ? [`  removed endpoints: ${removed.map(({ name }) => name).join(", ")}`] : []),
    ...(added.length > 0 && removed.length > 0 ? [RENAMED] : []),
    ...empty.map(({ name }) => `  Nothing waits for ${name}.`),
    ...dropped
      .filter((each) => !empty.includes(each))
      .map((each) =>
        each.untold === undefined
          ? `  ${waitingWords(each)}. They are dropped, as you said; the archive has their events under raw/.`
          : `  Whatever waits for ${each.name} is dropped, as you said: ${each.untold}`,
      ),
    ...(problems.length === 0
      ? [`${counted(secrets, "secret")} named by the files: there, and usable.`]
      : []),
  ].join("\n");
};

const RENAMED =
  "  An endpoint whose file was renamed is one removed and one added: what waits for the old name does not move to the new one.";

/** Where everything is, once it is deployed, and what to do next. */
export const deployedText = (
  outputs: Readonly<Record<string, string>>,
  { mail }: AlarmPolicy,
  { stage, region }: Place,
  asked: string | undefined,
): string => {
  const named = Object.entries(OUTPUTS).flatMap(([name, what]) => {
    const value = outputs[name];
    return value === undefined ? [] : [{ what: `${what} (${name})`, value }];
  });
  const width = Math.max(...named.map(({ what }) => what.length));
  const there = named.map(({ what, value }) => `  ${what.padEnd(width)}  ${value}`);
  const topic = outputs.AlarmTopicArn;
  return [
    ...(there.length > 0 ? ["Deployed:", ...there] : ["Deployed."]),
    ...(topic === undefined ? [] : [toldOfAlarms(mail, topic, region)]),
    `Look whether all of it works: ./jlt doctor --stage ${stage}${asked === undefined ? "" : ` --region ${asked}`}`,
  ].join("\n");
};

/** The outputs that somebody needs, and what they are. */
const OUTPUTS: Readonly<Record<string, string>> = {
  EventsQueueUrl: "hubs in AWS send events to",
  EventsQueueArn: "the queue, for their rights",
  DataKeyArn: "the key, for their rights",
  IngestUrl: "events are posted to",
  LearnersPageUrl: "the learners' own page",
  DashboardUrl: "the dashboard",
  AlarmTopicArn: "alarms go to",
};

const toldOfAlarms = (mail: readonly string[], topic: string, region: string): string =>
  mail.length === 0
    ? `Nobody is told of alarms yet. Name mail addresses in translator.yml (alarms.mail), or: aws sns subscribe --region ${region} --topic-arn ${topic} --protocol email --notification-endpoint YOU@EXAMPLE.EDU`
    : `AWS asks each address of alarms.mail once, by mail, whether it wants alarms (${mail.join(", ")}); its link is good for two days, and docs/alarms.md says how to ask again.`;
