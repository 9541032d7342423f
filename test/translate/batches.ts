import fc from "fast-check";
import { type EventId, eventId } from "../../src/event/id.ts";
import type { AcceptedEvent } from "../../src/intake.ts";
import type { BatchRules } from "../../src/site.ts";

const START = Date.parse("2026-11-22T01:00:00.000Z");

/** What matters of an event among others; `at` is in milliseconds. */
export interface Facts {
  readonly at: number;
  readonly source?: string;
  readonly username?: string | undefined;
  readonly server?: string;
  readonly cell?: string;
  readonly start?: boolean;
}

/** An accepted event of these facts; the number tells it from others. */
export const event = (
  number: number,
  { at, source = "runs", username, server, cell, start }: Facts,
): AcceptedEvent => {
  const id: EventId = eventId(String(number), username, server);
  const time = new Date(START + at).toISOString();
  return {
    id,
    message: number,
    arrived: time,
    time,
    source,
    learner: {
      ...(username !== undefined && { username }),
      ...(server !== undefined && { server }),
      roles: [],
      proven: true,
      sender: {},
    },
    data: { ...(cell !== undefined && { cell }), start: start ?? false },
    line: { partition: "", text: "" },
  };
};

export const WITHIN = 1000;

const PREVIOUS: BatchRules = {
  previous: {
    same: ({ cell }) => (typeof cell === "string" ? JSON.stringify([cell]) : undefined),
    when: ({ start }) => start === true,
  },
};

export const rules: Readonly<Record<string, BatchRules>> = { runs: PREVIOUS, others: PREVIOUS };

const facts: fc.Arbitrary<Facts> = fc.record({
  at: fc.integer({ min: 0, max: 5000 }),
  source: fc.constantFrom("runs", "others", "alone", "unknown"),
  username: fc.constantFrom("ada", "grace", undefined),
  server: fc.constantFrom("", "lab"),
  cell: fc.constantFrom("a", "b"),
  start: fc.boolean(),
});

/** A batch of events, whose times all differ or may be the same. */
export const batch = (unique: boolean): fc.Arbitrary<readonly AcceptedEvent[]> =>
  fc
    .uniqueArray(facts, {
      maxLength: 40,
      ...(unique && { selector: ({ at }) => at }),
      comparator: unique ? "SameValue" : () => false,
    })
    .map((all) => all.map((each, number) => event(number, each)));

export const shuffled = <T>(all: readonly T[], seed: number): readonly T[] =>
  all
    .map((each, at) => [(at * 7919 + seed) % 104729, each] as const)
    .sort(([a], [b]) => a - b)
    .map(([, each]) => each);
