import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { repeatsAmong } from "../../src/batch.ts";
import { statementId } from "../../src/event/id.ts";
import type { AcceptedEvent } from "../../src/intake.ts";
import type { WrittenStatement } from "../../src/site.ts";
import { batch, event, shuffled, WITHIN } from "./batches.ts";

interface Act extends WrittenStatement {
  readonly of: AcceptedEvent;
}

const act = (of: AcceptedEvent, translation: string, object: string | undefined): Act => ({
  of,
  translation,
  id: statementId(Buffer.alloc(16), of.id, translation, 0),
  text: "{}",
  ...(of.source !== "unknown" && { within: WITHIN }),
  act: object,
});

const acts = (unique: boolean): fc.Arbitrary<readonly Act[]> =>
  batch(unique).chain((events) =>
    fc.tuple(
      ...events.map((each) =>
        fc
          .tuple(
            fc.constantFrom(`${each.source}:a`, `${each.source}:b`),
            fc.constantFrom('"x"', '"y"', undefined),
          )
          .map(([translation, object]) => act(each, translation, object)),
      ),
    ),
  );

/** What has to be the same for an act to be a repeat; undefined where none can be. */
const keyOf = ({ of, translation, act: object }: Act): string | undefined =>
  object === undefined || of.learner.username === undefined || of.source === "unknown"
    ? undefined
    : [translation, object, of.learner.username, of.learner.server].join("\n");

const timeOf = ({ of }: Act): number => Date.parse(of.time);

describe("folding repeats", () => {
  const one = { at: 0, username: "ada" };
  const repeats = (...all: readonly Act[]): readonly boolean[] => {
    const found = repeatsAmong(all);
    return all.map((each) => found.has(each));
  };

  it("tells the first, and again what comes when the time has passed", () => {
    const at = (...times: readonly number[]): readonly boolean[] =>
      repeats(...times.map((time, number) => act(event(number, { ...one, at: time }), "runs:a", '"x"')));
    assert.deepEqual(at(0, 0, 1, 999), [false, true, true, true]);
    assert.deepEqual(at(0, 999, 1000, 1999, 2000), [false, true, false, true, false]);
    assert.deepEqual(at(500, 0), [true, false]);
  });

  it("leaves alone what another learner does, to another object, or in another way, or what is nobody's", () => {
    const base = act(event(0, one), "runs:a", '"x"');
    assert.deepEqual(repeats(base, act(event(1, one), "runs:a", '"x"')), [false, true]);
    for (const other of [
      act(event(1, { ...one, username: "grace" }), "runs:a", '"x"'),
      act(event(1, one), "runs:b", '"x"'),
      act(event(1, one), "runs:a", '"y"'),
      act(event(1, one), "runs:a", undefined),
      act(event(1, { at: 0 }), "runs:a", '"x"'),
      act(event(1, { ...one, server: "lab" }), "runs:a", '"x"'),
    ])
      assert.deepEqual(repeats(base, other), [false, false]);
    const nobody = [0, 1].map((number) => act(event(number, { at: 0 }), "runs:a", '"x"'));
    assert.deepEqual(repeats(...nobody), [false, false]);
  });

  it("never tells two acts closer than the time, and keeps back none that is not that close to one told", () => {
    fc.assert(
      fc.property(acts(false), (all) => {
        const folded = repeatsAmong(all);
        const told = all.filter((each) => !folded.has(each));
        assert.equal(told.length + folded.size, all.length);
        for (const each of all) if (keyOf(each) === undefined) assert.ok(!folded.has(each));
        for (const [key, group] of Map.groupBy(told, keyOf)) {
          const times = group.map(timeOf).sort((a, b) => a - b);
          for (const [at, time] of times.entries())
            if (key !== undefined && at > 0) assert.ok(time - (times[at - 1] ?? 0) >= WITHIN);
        }
        for (const each of folded)
          assert.ok(
            told.some(
              (other) =>
                keyOf(other) === keyOf(each) &&
                timeOf(each) >= timeOf(other) &&
                timeOf(each) - timeOf(other) < WITHIN,
            ),
          );
      }),
      { numRuns: 300 },
    );
  });

  it("folds the same in whatever order a batch comes, where times differ", () => {
    fc.assert(
      fc.property(acts(true), fc.nat(), (all, seed) => {
        assert.deepEqual(repeatsAmong(shuffled(all, seed)), repeatsAmong(all));
      }),
      { numRuns: 300 },
    );
  });
});
