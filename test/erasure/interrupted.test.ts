import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { readErasures } from "../../src/erasure/job.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { intoTables } from "../support/tables.ts";
import { everyLine, wordsIn } from "./lines.ts";
import {
  type Act,
  archiveBatch,
  CALIPER,
  erasing,
  eventOf,
  idsBegin,
  LRS,
  statementOf,
  tagOf,
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

/** Days whose events lie in tables. */
const finished = fc.subarray(["2026-11-20", "2026-11-21", "2026-11-22"]);

/** Fails where anything of her is left, or could be had back. */
const assertGone = async ({ objects, hidden }: MemoryBucket, acts: readonly Act[]): Promise<void> => {
  const hers = acts.filter(({ username }) => username === ADA);
  const words = [
    ADA,
    tagOf(ADA),
    ...hers.flatMap((each) => [eventOf(each), statementOf(each, LRS), statementOf(each, CALIPER)]),
  ];
  for (const object of [...objects, ...hidden]) {
    const text = await wordsIn(object);
    for (const word of words) assert.ok(!text.includes(word), `${word} in ${object[0]}`);
  }
};

const othersOf = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.includes(idsBegin(ADA)));

describe("An erasure", () => {
  it("that is cut off at any moment, and begun again, leaves nothing of the learner and all of the others", async () => {
    let [cut, tables] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.nat({ max: 60 }),
        fc.nat({ max: 30 }),
        fc.boolean(),
        finished,
        async (all, first, second, isLate, days) => {
          const inner = memoryBucket();
          const acts = numbered(all).flat();
          for (const some of numbered(all)) await archiveBatch(inner, some);
          tables += (await intoTables(inner, { isFinished: (day) => days.includes(day) })).length;
          const before = othersOf(await everyLine(inner.objects)).toSorted();
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
            const now = new Set(await everyLine(inner.objects));
            for (const line of before) assert.ok(now.has(line), line);
          }
          const erased = await eraseLearner(parts);
          assert.deepEqual(erased.remains, []);
          await assertGone(inner, acts);
          const voided = new Set(sent);
          const after = (await everyLine(inner.objects)).filter(
            (line) => ![...voided].some((id) => line.includes(id)),
          );
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
    assert.ok(cut > 20 && tables > 20, `${cut} ${tables}`);
  });
});
