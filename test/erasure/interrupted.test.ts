import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { readErasures } from "../../src/erasure/job.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import {
  type Act,
  archiveBatch,
  CALIPER,
  erasing,
  eventOf,
  idsBegin,
  LRS,
  linesIn,
  statementOf,
  tagOf,
  textOf,
  voidingOf,
  watched,
} from "./support.ts";

const ADA = "ada.lovelace";

const act = fc.record({
  // Half of what comes is hers.
  username: fc.nat({ max: 11 }).map((at) => (at < 6 ? ADA : `learner-${at}`)),
  arrived: fc.constantFrom(
    "2026-11-20T09:15:00.000Z",
    "2026-11-21T23:59:59.000Z",
    "2026-11-22T00:00:00.000Z",
  ),
  end: fc.constantFrom(
    undefined,
    undefined,
    "setAside" as const,
    "conflict" as const,
    "quarantined" as const,
    "forged" as const,
  ),
});

const batches = fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });

const numbered = (all: readonly (readonly Omit<Act, "number" | "end">[])[]): readonly (readonly Act[])[] => {
  let number = 0;
  return all.map((inside) =>
    inside.map(({ end, ...each }: Omit<Act, "number">) => ({
      ...each,
      number: number++,
      ...(end !== undefined && { end }),
    })),
  );
};

/** Fails where anything of her is left. */
const assertGone = (objects: ReadonlyMap<string, Uint8Array>, acts: readonly Act[]): void => {
  const hers = acts.filter(({ username }) => username === ADA);
  const words = [
    ADA,
    tagOf(ADA),
    ...hers.flatMap((each) => [eventOf(each), statementOf(each, LRS), statementOf(each, CALIPER)]),
  ];
  for (const [key, body] of objects) {
    const text = `${key} ${key.endsWith(".gz") ? textOf(body) : Buffer.from(body).toString("utf8")}`;
    for (const word of words) assert.ok(!text.includes(word), `${word} in ${key}`);
  }
};

const othersOf = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.includes(idsBegin(ADA)));

describe("An erasure", () => {
  it("that is cut off at any moment, and begun again, leaves nothing of the learner and all of the others", async () => {
    let cut = 0;
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.nat({ max: 60 }),
        fc.nat({ max: 30 }),
        fc.boolean(),
        async (all, first, second, isLate) => {
          const inner = memoryBucket();
          const acts = numbered(all).flat();
          for (const some of numbered(all)) await archiveBatch(inner, some);
          const before = othersOf(linesIn(inner.objects)).toSorted();
          const { parts, sent, listed, said } = erasing(inner, ADA);
          for (const most of [first, second]) {
            const { bucket, lateBy } = watched(inner, most);
            lateBy(isLate);
            await eraseLearner({ ...parts, bucket }).then(
              () => {},
              (error: Error) => {
                assert.equal(error.message, "CutOff");
                cut++;
              },
            );
            // Nothing of the others is missing at any moment.
            const now = new Set(linesIn(inner.objects));
            for (const line of before) assert.ok(now.has(line), line);
          }
          const erased = await eraseLearner(parts);
          assert.deepEqual(erased.remains, []);
          assertGone(inner.objects, acts);
          const voided = new Set(sent);
          const after = linesIn(inner.objects).filter((line) => ![...voided].some((id) => line.includes(id)));
          assert.deepEqual(after.toSorted(), before);
          // Every statement that an endpoint has is taken back, whenever it was cut off; and nothing else.
          const has = acts.filter(
            ({ username, end }) => username === ADA && (end === undefined || end === "conflict"),
          );
          assert.deepEqual(
            [...voided].toSorted(),
            has.map((each) => voidingOf(statementOf(each, LRS))).toSorted(),
          );
          assert.deepEqual(
            [...new Set(listed.map(({ id }) => id))].toSorted(),
            has.map((each) => statementOf(each, CALIPER)).toSorted(),
          );
          assert.deepEqual([said[0], said.at(-1)], ["stop", "forget"]);
          for await (const { done, learner } of readErasures(inner)) {
            assert.ok(done !== undefined);
            assert.match(learner, /^[0-9a-f]{32}$/);
          }
        },
      ),
      { numRuns: runs(120) },
    );
    assert.ok(cut > 20, String(cut));
  });
});
