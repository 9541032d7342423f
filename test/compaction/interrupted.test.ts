import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { erasing, watched } from "../erasure/support.ts";
import { compacted, early, idsIn, jobsIn, mixed, rowsIn, smallIn, tablesIn } from "./support.ts";

describe("A compaction that is cut off", () => {
  for (const [what, day] of [
    ["small objects", early],
    ["tables and what came late", mixed],
  ] as const)
    for (const isLate of [false, true])
      it(`of ${what}, at any moment${isLate ? ", after the last operation was done" : ""}, loses nothing, and the next one ends it`, async () => {
        const whole = await day();
        await compacted(whole);
        const [rows, ids] = [await rowsIn(whole), await idsIn(whole)];
        const finished = watched(await day());
        await compacted(finished.bucket);
        let cuts = 0;
        for (let most = 0; ; most++) {
          const bucket = await day();
          const cutOff = watched(bucket, most);
          cutOff.lateBy(isLate);
          const isEnded = await compacted(cutOff.bucket).then(
            () => true,
            (error: Error) => {
              assert.equal(error.message, "CutOff");
              return false;
            },
          );
          assert.deepEqual(await idsIn(bucket), ids);
          assert.deepEqual([...new Set(await rowsIn(bucket))], rows);
          if (isEnded) break;
          cuts++;
          await compacted(bucket);
          assert.deepEqual(await rowsIn(bucket), rows);
          assert.deepEqual([smallIn(bucket), jobsIn(bucket)], [[], []]);
          assert.equal(tablesIn(bucket).length, tablesIn(whole).length);
        }
        assert.ok(cuts > 15, String(cuts));
      });

  it("twice in a row, loses nothing either", async () => {
    const whole = await mixed();
    await compacted(whole);
    const rows = await rowsIn(whole);
    for (let first = 4; first < 60; first += 5)
      for (let second = 1; second < 60; second += 4) {
        const bucket = await mixed();
        for (const most of [first, second])
          await compacted(watched(bucket, most).bucket).catch((error: Error) =>
            assert.equal(error.message, "CutOff"),
          );
        assert.deepEqual([...new Set(await rowsIn(bucket))], rows);
        await compacted(bucket);
        assert.deepEqual(await rowsIn(bucket), rows);
        assert.deepEqual([smallIn(bucket), jobsIn(bucket)], [[], []]);
      }
  });
});

describe("A discarding that is cut off", () => {
  it("after some of the objects, leaves no line missing, and the next one ends it", async () => {
    const whole = await mixed();
    await compacted(whole);
    const rows = await rowsIn(whole);
    for (const isLast of [false, true]) {
      const bucket = await mixed();
      const cutOff = {
        ...bucket,
        discard: async (keys: readonly string[]) => {
          await bucket.discard(isLast ? keys.slice(-1) : keys.slice(0, 1));
          throw new Error("CutOff");
        },
      };
      await assert.rejects(compacted(cutOff), /CutOff/);
      assert.deepEqual([...new Set(await rowsIn(bucket))], rows);
      await compacted(bucket);
      assert.deepEqual(await rowsIn(bucket), rows);
      assert.deepEqual([smallIn(bucket), jobsIn(bucket)], [[], []]);
      assert.equal(tablesIn(bucket).length, tablesIn(whole).length);
    }
  });

  it("and after which a table was copied without somebody's rows, still ends in one table for each source", async () => {
    const bucket = await mixed();
    const stopped = {
      ...bucket,
      discard: async () => {
        throw new Error("CutOff");
      },
    };
    await assert.rejects(compacted(stopped), /CutOff/);
    const whole = await idsIn(bucket);
    // As long after that the ledger tells no more of these events.
    const now = (): Date => new Date("2027-01-20T00:00:00.000Z");
    const { parts } = erasing(bucket, "ada", { now });
    assert.deepEqual((await eraseLearner(parts)).remains, []);
    const others = await idsIn(bucket);
    assert.ok(others.size < whole.size && others.size > 0);
    await compacted(bucket);
    assert.deepEqual(await idsIn(bucket), others);
    assert.deepEqual([smallIn(bucket), jobsIn(bucket)], [[], []]);
    assert.equal(tablesIn(bucket).length, 2);
  });
});
