import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { eraseLearner, survey } from "../../src/erasure/erase.ts";
import { readErasures } from "../../src/erasure/job.ts";
import { ErasureOvertaken } from "../../src/erasure/keep.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import { runs } from "../support/runs.ts";
import {
  ADA,
  archive,
  assertNoneLost,
  GRACE,
  layout,
  layouts,
  linesOf,
  OTHER,
  slow,
  turns,
} from "./beside.ts";
import { isGone } from "./outcome.ts";
import { erasing, tagOf, watched } from "./support.ts";

describe("Two erasures at once", () => {
  it("of one learner lose nothing of the others: one of them ends, and the other says why it does not", async () => {
    await fc.assert(
      fc.asyncProperty(turns, turns, layout, async (one, other, how) => {
        const bucket = await archive(2, how);
        const before = await linesOf(bucket, OTHER);
        const ended = await Promise.allSettled(
          [one, other].map((each) => eraseLearner(erasing(slow(bucket, each), ADA).parts)),
        );
        for (const each of ended)
          if (each.status === "rejected") assert.ok(each.reason instanceof ErasureOvertaken, each.reason);
        assert.ok(ended.some(({ status }) => status === "fulfilled"));
        assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
        assert.ok(await isGone(bucket, ADA));
        assert.equal(await assertNoneLost(bucket, OTHER, before), 0);
      }),
      { numRuns: runs(60) },
    );
  });

  it("of two learners leave nothing of either and all of a third, also where one is cut off and begun again", async () => {
    let cut = 0;
    await fc.assert(
      fc.asyncProperty(
        turns,
        turns,
        fc.nat({ max: 150 }),
        fc.boolean(),
        layout,
        async (one, other, most, isLate, how) => {
          const bucket = await archive(2, how);
          const before = await linesOf(bucket, OTHER);
          const cutOff = watched(bucket, most);
          cutOff.lateBy(isLate);
          const first = eraseLearner(erasing(slow(cutOff.bucket, one), ADA).parts).catch((error: Error) => {
            assert.equal(error.message, "CutOff");
            cut++;
          });
          const second = await eraseLearner(erasing(slow(bucket, other), GRACE).parts);
          await first;
          assert.deepEqual(second.remains, []);
          assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
          for (const name of [ADA, GRACE]) assert.ok(await isGone(bucket, name), name);
          // What was cut off may leave lines twice, and so may two that rewrite one object in the same moment.
          await assertNoneLost(bucket, OTHER, before);
        },
      ),
      { numRuns: runs(80) },
    );
    assert.ok(cut > 10, String(cut));
  });

  it("of one learner, after another, by what was found before: nothing is lost", async () => {
    for (const how of layouts) {
      const bucket = await archive(4, how);
      const before = await linesOf(bucket, OTHER);
      const waiting = erasing(bucket, ADA);
      const found = await survey(waiting.parts);
      assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
      assert.deepEqual((await eraseLearner(waiting.parts, found)).remains, []);
      assert.equal(await assertNoneLost(bucket, OTHER, before), 0);
    }
  });

  it("bring nothing back of a learner who was erased since the other's survey, though that is killed after its first copy", async () => {
    for (const how of layouts) {
      const bucket = await archive(4, how);
      const { parts } = erasing(bucket, ADA);
      const found = await survey(parts);
      assert.deepEqual((await eraseLearner(erasing(bucket, GRACE).parts)).remains, []);
      let isDead = false;
      const live = async <T>(run: () => Promise<T>): Promise<T> => {
        if (isDead) throw new Error("Killed");
        return run();
      };
      const dying: EditableBucket = {
        ...bucket,
        find: (key) => live(() => bucket.find(key)),
        remove: (key) => live(() => bucket.remove(key)),
        put: async (key, body) => {
          await live(() => bucket.put(key, body));
          isDead ||= key.startsWith("raw/");
        },
        list: async function* (prefix) {
          await live(async () => {});
          yield* bucket.list(prefix);
        },
      };
      await assert.rejects(eraseLearner({ ...parts, bucket: dying }, found), /Killed/);
      assert.ok(await isGone(bucket, GRACE));
      const names: string[] = [];
      for await (const { moving } of readErasures(bucket))
        for (const { to } of moving?.objects ?? []) if (to !== undefined) names.push(to);
      assert.ok(names.some((name) => bucket.objects.has(name)));
      assert.deepEqual((await eraseLearner(parts)).remains, []);
      assert.ok(names.every((name) => !bucket.objects.has(name)));
      assert.ok((await isGone(bucket, ADA)) && (await isGone(bucket, GRACE)));
    }
  });
});

describe("The records of a learner, while another is erased,", () => {
  it("are all read, though objects are gone that were there when they were listed", async () => {
    for (const how of layouts) {
      // More than are read at once.
      const bucket = await archive(24, how);
      const before = new Set(await linesOf(bucket, GRACE));
      const found = new Set<string>();
      let isErased = false;
      for await (const { record } of learnerRecords(bucket, { username: GRACE, tags: [tagOf(GRACE)] })) {
        found.add(JSON.stringify(record));
        if (!isErased) assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
        isErased = true;
      }
      assert.equal(found.size, before.size);
    }
  });
});
