import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { isDayFile } from "../../src/archive/layout.ts";
import { compactDay } from "../../src/compaction/day.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { ADA, archive, assertNoneLost, GRACE, linesOf, OTHER, slow, turns } from "./beside.ts";
import { isGone } from "./outcome.ts";
import { erasing, tagOf, watched } from "./support.ts";

const DAY = "2026-11-20";

const compacted = (bucket: EditableBucket) =>
  compactDay(
    {
      bucket,
      columns: {},
      readValues: () => undefined,
      onTrouble: ({ detail }) => assert.fail(detail),
    },
    DAY,
  );

const erased = async (bucket: EditableBucket, username = ADA): Promise<void> => {
  assert.deepEqual((await eraseLearner(erasing(bucket, username).parts)).remains, []);
};

/** Whether it ended; not, where it was cut off. */
const ends = (run: Promise<unknown>): Promise<boolean> =>
  run.then(
    () => true,
    (error: Error) => {
      assert.equal(error.message, "CutOff");
      return false;
    },
  );

/** Events that wait for compaction, and, where some came late, a table that was made before. */
const layout = fc.constantFrom("lines" as const, "both" as const);

const most = fc.option(fc.nat({ max: 120 }), { nil: Number.POSITIVE_INFINITY });

const cutAfter = (bucket: MemoryBucket, operations: number, isLate: boolean): EditableBucket => {
  const cutOff = watched(bucket, operations);
  cutOff.lateBy(isLate);
  return cutOff.bucket;
};

describe("An erasure beside a compaction", () => {
  it("leaves nothing of the learner and all of the others, however fast each of them is", async () => {
    const ways = new Map<string, number>();
    let doubled = 0;
    await fc.assert(
      fc.asyncProperty(turns, fc.constantFrom(1, 4, 10), turns, layout, async (one, times, other, how) => {
        const bucket = await archive(3, how);
        const before = await linesOf(bucket, OTHER);
        const slower = one.map((each) => each * times);
        const compacting = compacted(slow(bucket, slower));
        await erased(slow(bucket, other));
        // From here on, it is done: what compaction still does brings nothing back.
        assert.ok(await isGone(bucket, ADA));
        const { end } = await compacting;
        ways.set(end, (ways.get(end) ?? 0) + 1);
        assert.ok(await isGone(bucket, ADA));
        await compacted(bucket);
        assert.ok(await isGone(bucket, ADA));
        doubled += (await assertNoneLost(bucket, OTHER, before)) === 0 ? 0 : 1;
      }),
      { numRuns: runs(120) },
    );
    assert.ok((ways.get("done") ?? 0) > 5 && (ways.get("busy") ?? 0) > 5, JSON.stringify([...ways]));
    // Nothing was cut off: that lines of others stay twice is promised to be rare.
    assert.ok(doubled <= runs(120) / 20, String(doubled));
  });

  it("does so where either is cut off and run again, and nothing of others is missing at any moment", async () => {
    let [cut, back, rare] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(turns, most, fc.boolean()),
        fc.tuple(turns, most, fc.boolean()),
        layout,
        async ([one, first, isOneLate], [other, second, isOtherLate], how) => {
          const bucket = await archive(2, how);
          const before = await linesOf(bucket, OTHER);
          const areAllThere = (): Promise<number> => assertNoneLost(bucket, OTHER, before);
          const slower = one.map((each) => 4 * each);
          const both = await Promise.all([
            ends(compacted(slow(cutAfter(bucket, first, isOneLate), slower))),
            ends(erased(slow(cutAfter(bucket, second, isOtherLate), other))),
          ]);
          cut += both.filter((isEnded) => !isEnded).length;
          await areAllThere();
          // A compaction that was killed may have put just then what it had read before: the next one takes it back.
          if (both[1] && !(await isGone(bucket, ADA))) {
            assert.equal(both[0], false);
            back++;
            await compacted(bucket);
            assert.ok(await isGone(bucket, ADA));
          }
          await erased(bucket);
          assert.ok(await isGone(bucket, ADA));
          const twice = await areAllThere();
          await compacted(bucket);
          // No compaction afterwards adds any.
          const still = await areAllThere();
          assert.ok(still <= twice, `${twice} ${still}`);
          if (both[1] && still > 0) rare++;
          assert.ok(await isGone(bucket, ADA));
        },
      ),
      { numRuns: runs(150) },
    );
    assert.ok(cut > 30, String(cut));
    assert.ok(back < cut / 10, String(back));
    // Where the erasure was not cut off, its moment must have fallen into that of the compaction.
    assert.ok(rare <= runs(150) / 15, String(rare));
  });

  it("of two learners, with one erasure cut off, leaves nothing of either", async () => {
    await fc.assert(
      fc.asyncProperty(
        turns,
        turns,
        turns,
        fc.nat({ max: 120 }),
        layout,
        async (one, two, three, first, how) => {
          const bucket = await archive(2, how);
          const before = await linesOf(bucket, OTHER);
          await Promise.all([
            compacted(slow(bucket, one)),
            ends(erased(slow(cutAfter(bucket, first, false), two), ADA)),
            erased(slow(bucket, three), GRACE),
          ]);
          await erased(bucket, ADA);
          for (const name of [ADA, GRACE]) assert.ok(await isGone(bucket, name), name);
          // One of the erasures was cut off: what it had copied may stay.
          await assertNoneLost(bucket, OTHER, before);
        },
      ),
      { numRuns: runs(80) },
    );
  });
});

describe("What compaction has taken away", () => {
  it("is gone for good where it may be the learner's, and can be had back where it is others'", async () => {
    const bucket = await archive(3);
    await compacted(bucket);
    const old = [...bucket.objects.keys()].filter(isDayFile);
    const hidden = [...bucket.hidden.keys()];
    assert.ok(hidden.length > 0 && !(await isGone(bucket, ADA)));
    const marks = [ADA, GRACE, OTHER].map((name) => tagOf(name).slice(0, 3));
    await erased(bucket);
    assert.ok(await isGone(bucket, ADA));
    const mayBeHers = (key: string): boolean => key.includes(marks[0] ?? "");
    assert.deepEqual(
      [...bucket.hidden.keys()],
      hidden.filter((key) => !mayBeHers(key)),
    );
    assert.ok(old.every((key) => !bucket.objects.has(key)));
  });

  it("stays where nothing is in its place, as somebody else may have taken it away by mistake", async () => {
    const bucket = await archive(2);
    const keys = [...bucket.objects.keys()].filter((key) => key.startsWith("raw/"));
    await bucket.discard(keys);
    await erased(bucket);
    assert.deepEqual([...bucket.hidden.keys()], keys);
  });
});

describe("The records of a learner, while they are put into a table,", () => {
  it("are all read", async () => {
    const bucket = await archive(24);
    const before = new Set(await linesOf(bucket, GRACE));
    const found = new Set<string>();
    let isDone = false;
    for await (const { part, record } of learnerRecords(bucket, { username: GRACE, tags: [tagOf(GRACE)] })) {
      found.add(JSON.stringify(record));
      if (part === "raw" && !isDone) {
        isDone = true;
        assert.equal((await compacted(bucket)).end, "done");
      }
    }
    assert.deepEqual([isDone, found.size], [true, before.size]);
  });
});
