import { type Reason, reasons } from "../event/reason.ts";
import type { OpenEvent } from "./survey.ts";

/** Events in quarantine for one reason, and of one schema where they name one. */
export interface QuarantineGroup {
  readonly reason: Reason;
  readonly schema?: string;
  readonly count: number;
  /** The days on which the first and the last of them arrived. */
  readonly first: string;
  readonly last: string;
  /** How many the files of this folder accept. */
  readonly accepted: number;
  /** What is wrong with the others now, the most frequent first. */
  readonly stay: readonly StayingEvents[];
  /** What to do. */
  readonly advice: string;
  /** One that is accepted, where there is one. */
  readonly example: string;
}

export interface StayingEvents {
  readonly why: string;
  readonly detail: string;
  readonly count: number;
}

/** So much of a schema's id tells it from others: it may be anything. */
const TELLING = 200;

/** Groups events, the largest group first. Every event is in one group. */
export const groupQuarantine = (events: readonly OpenEvent[]): readonly QuarantineGroup[] =>
  [...Map.groupBy(events, causeOf).values()].map(groupOf).sort((one, other) => other.count - one.count);

/** What to do besides, where the site's files can mend it. */
const FURTHER: Readonly<Partial<Record<Reason, string>>> = {
  "schema.invalid": "Correct the schema, or add its newer version beside it, deploy, and recover them.",
  "identity.missing":
    "Where a service sent it: mark in its schema which property names the learner (learner: true), deploy, and recover them.",
};

/** What to do about events that were refused for a reason. */
export const adviceOf = (reason: Reason): string =>
  [reasons[reason], FURTHER[reason]].filter((each) => each !== undefined).join(" ");

const schemaOf = ({ schema }: Pick<OpenEvent, "schema">): string | undefined => schema?.slice(0, TELLING);

/** By this, events are in the same group. */
export const causeOf = (event: Pick<OpenEvent, "reason" | "schema">): string =>
  JSON.stringify([event.reason, schemaOf(event)]);

const groupOf = (inside: readonly OpenEvent[]): QuarantineGroup => {
  const [one] = inside;
  if (one === undefined) throw new Error("A group has at least one event.");
  const schema = schemaOf(one);
  const days = inside.map(({ arrived }) => arrived.slice(0, 10));
  const accepted = inside.filter(({ stays }) => stays === undefined);
  return {
    reason: one.reason,
    ...(schema !== undefined && { schema }),
    count: inside.length,
    first: days.reduce((a, b) => (a < b ? a : b)),
    last: days.reduce((a, b) => (a < b ? b : a)),
    accepted: accepted.length,
    stay: stayingOf(inside),
    advice: adviceOf(one.reason),
    example: (accepted[0] ?? one).id,
  };
};

/** Why events stay in quarantine, the most frequent reason first. */
export const stayingOf = (events: readonly OpenEvent[]): readonly StayingEvents[] =>
  [...Map.groupBy(events, ({ stays }) => stays && `${stays.why} ${stays.detail}`)]
    .flatMap(([key, same]) => {
      const stays = same[0]?.stays;
      return key === undefined || stays === undefined ? [] : [{ ...stays, count: same.length }];
    })
    .sort((one, other) => other.count - one.count);
