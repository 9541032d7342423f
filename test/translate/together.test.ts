import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { previousEvents } from "../../src/batch.ts";
import type { AcceptedEvent } from "../../src/intake.ts";
import { batch, event, type Facts, rules, shuffled } from "./batches.ts";

/** The pairs as the ids of the event and of the one before it; `data` tells which that was. */
const pairs = (events: readonly AcceptedEvent[]): ReadonlyMap<string, string> => {
  const ids = new Map(events.map(({ data, id }) => [data, id]));
  return new Map([...previousEvents(events, rules)].map(([{ id }, data]) => [id, ids.get(data) ?? "none"]));
};

describe("looking back on the event before", () => {
  const run = (...all: readonly Omit<Facts, "username" | "cell">[]): readonly (number | undefined)[] => {
    const events = all.map((each, at) => event(at, { username: "ada", cell: "a", ...each }));
    const found = previousEvents(events, rules);
    return events.map((each) => {
      const before = found.get(each);
      return before === undefined ? undefined : events.findIndex(({ data }) => data === before);
    });
  };

  it("finds the beginning of a run that has ended, in whatever order the two came", () => {
    assert.deepEqual(run({ at: 0, start: true }, { at: 9 }), [undefined, 0]);
    assert.deepEqual(run({ at: 9 }, { at: 0, start: true }), [1, undefined]);
  });

  it("finds it for the first of two ends only, and the last of two beginnings", () => {
    assert.deepEqual(run({ at: 0, start: true }, { at: 1 }, { at: 2 }), [undefined, 0, undefined]);
    assert.deepEqual(run({ at: 0, start: true }, { at: 1, start: true }, { at: 2 }), [undefined, 0, 1]);
    assert.deepEqual(run({ at: 5 }, { at: 0, start: true }, { at: 3 }), [undefined, undefined, 1]);
  });

  it("takes events of one millisecond in the order in which they came", () => {
    assert.deepEqual(run({ at: 0, start: true }, { at: 0 }), [undefined, 0]);
    assert.deepEqual(run({ at: 0 }, { at: 0, start: true }), [undefined, undefined]);
  });

  it("finds nothing where a value that both should have is absent, or cannot be compared", () => {
    const all = [event(0, { at: 0, username: "ada", start: true }), event(1, { at: 1, username: "ada" })];
    assert.equal(previousEvents(all, rules).size, 0);
    const fails = (): never => {
      throw new RangeError("Maximum call stack size exceeded");
    };
    const two = [
      event(0, { at: 0, username: "ada", cell: "a", start: true }),
      event(1, { at: 1, username: "ada", cell: "a" }),
    ];
    assert.equal(previousEvents(two, rules).size, 1);
    assert.equal(previousEvents(two, { runs: { previous: { same: fails, when: () => true } } }).size, 0);
    assert.equal(previousEvents(two, { runs: { previous: { same: () => "", when: fails } } }).size, 0);
  });

  it("pairs an event with the one just before it of the same mapping, learner, server and values, and no other", () => {
    fc.assert(
      fc.property(batch(false), (events) => {
        const found = pairs(events);
        const ordered = events.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
        for (const [at, each] of ordered.entries()) {
          const before = ordered
            .slice(0, at)
            .findLast(
              ({ source, learner, data }) =>
                source === each.source &&
                learner.username === each.learner.username &&
                learner.server === each.learner.server &&
                data.cell === each.data.cell,
            );
          const may = rules[each.source]?.previous !== undefined && each.learner.username !== undefined;
          const expected = may && before?.data.start === true ? before.id : undefined;
          assert.equal(found.get(each.id), expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("finds the same in whatever order a batch comes, where times differ", () => {
    fc.assert(
      fc.property(batch(true), fc.nat(), (events, seed) => {
        assert.deepEqual([...pairs(shuffled(events, seed))].sort(), [...pairs(events)].sort());
      }),
      { numRuns: 300 },
    );
  });
});
