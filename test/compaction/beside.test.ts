import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import {
  ADA,
  archive,
  assertNoneLost,
  GRACE,
  layout,
  linesOf,
  OTHER,
  slow,
  turns,
} from "../erasure/beside.ts";
import { isGone } from "../erasure/outcome.ts";
import { erasing, watched } from "../erasure/support.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { compacted, smallIn } from "./support.ts";

const erased = async (bucket: EditableBucket, username: string): Promise<void> => {
  assert.deepEqual((await eraseLearner(erasing(bucket, username).parts)).remains, []);
};

const ignoringCutOff = (run: Promise<unknown>): Promise<unknown> =>
  run.catch((error: Error) => assert.equal(error.message, "CutOff"));

const cutAfter = (bucket: MemoryBucket, operations: number): EditableBucket =>
  watched(bucket, operations).bucket;

describe("A compaction beside erasures", () => {
  it("brings nobody back, and loses nothing, where compaction and one of two erasures are cut off and run again", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turns, { minLength: 3, maxLength: 3 }),
        fc.nat({ max: 60 }),
        fc.nat({ max: 120 }),
        layout,
        async ([one = [1], two = [1], three = [1]], first, second, how) => {
          const bucket = await archive(2, how);
          const before = await linesOf(bucket, OTHER);
          await Promise.all([
            ignoringCutOff(compacted(slow(cutAfter(bucket, first), one))),
            ignoringCutOff(erased(slow(cutAfter(bucket, second), two), ADA)),
            erased(slow(bucket, three), GRACE),
          ]);
          // Between the cut and the erasure's next run, a night goes by.
          await compacted(bucket);
          await assertNoneLost(bucket, OTHER, before);
          await erased(bucket, ADA);
          await compacted(bucket);
          for (const name of [ADA, GRACE]) assert.ok(await isGone(bucket, name), name);
          await assertNoneLost(bucket, OTHER, before);
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it("leaves a day alone of which an erasure is just copying something: the copy may have lines of somebody who was erased since", async () => {
    const bucket = await archive(2);
    const { parts } = erasing(bucket, ADA);
    let isDead = false;
    const live = async <T>(run: () => Promise<T>): Promise<T> => {
      if (isDead) throw new Error("CutOff");
      return run();
    };
    /** It dies with its first copies. */
    const dying: EditableBucket = {
      ...bucket,
      find: (key) => live(() => bucket.find(key)),
      open: (key) => live(() => bucket.open(key)),
      remove: (key) => live(() => bucket.remove(key)),
      replace: (...args) => live(() => bucket.replace(...args)),
      put: async (...args) => {
        await live(() => bucket.put(...args));
        isDead ||= args[0].startsWith("raw/");
      },
      list: async function* (prefix) {
        await live(async () => {});
        yield* bucket.list(prefix);
      },
    };
    const small = new Set(smallIn(bucket).filter((key) => key.startsWith("raw/")));
    await ignoringCutOff(eraseLearner({ ...parts, bucket: dying }));
    // What was under way with it arrives.
    await setTimeout(10);
    const copies = smallIn(bucket).filter((key) => key.startsWith("raw/") && !small.has(key));
    assert.ok(copies.length > 0);
    const before = await linesOf(bucket, OTHER);
    // Until it is taken up again, the lines of others are there twice, and would come into a table twice.
    const { days } = await compacted(bucket);
    assert.deepEqual(
      days.map(({ end }) => end),
      ["busy"],
    );
    assert.deepEqual(await linesOf(bucket, OTHER), before);
    await erased(bucket, ADA);
    await compacted(bucket);
    assert.deepEqual(
      smallIn(bucket).filter((key) => key.startsWith("raw/")),
      [],
    );
    assert.ok(await isGone(bucket, ADA));
    const lines = await linesOf(bucket, OTHER);
    assert.deepEqual(lines, [...new Set(before)].toSorted());
  });
});
