import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { eraseLearner, survey } from "../../src/erasure/erase.ts";
import { readErasures } from "../../src/erasure/job.ts";
import { ErasureOvertaken } from "../../src/erasure/keep.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { acts, isGone } from "./outcome.ts";
import { archiveBatch, erasing, idsBegin, linesIn, tagOf, watched } from "./support.ts";

const ADA = "ada";
const GRACE = "grace";
const OTHER = "katherine";

const linesOf = ({ objects }: MemoryBucket, username: string): readonly string[] => [
  ...new Set(linesIn(objects).filter((line) => line.includes(idsBegin(username)))),
];

const archive = async (batches = 4): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (let at = 0; at < batches; at++)
    await archiveBatch(
      bucket,
      [ADA, GRACE, OTHER].flatMap((name) => acts(name, 2 * batches).slice(2 * at, 2 * at + 2)),
    );
  return bucket;
};

/** Each operation takes its time, as on a network: as many turns as the numbers say, over and over. */
const slow = (bucket: EditableBucket, turns: readonly number[]): EditableBucket => {
  let at = 0;
  const wait = async (): Promise<void> => {
    for (let left = turns[at++ % turns.length] ?? 0; left > 0; left--) await new Promise(setImmediate);
  };
  const after =
    <A extends readonly unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await wait();
      return run(...args);
    };
  return {
    put: after(bucket.put),
    get: after(bucket.get),
    find: after(bucket.find),
    replace: after(bucket.replace),
    remove: after(bucket.remove),
    removeEarlier: after(bucket.removeEarlier),
    discard: after(bucket.discard),
    open: after(bucket.open),
    list: async function* (prefix) {
      await wait();
      const keys: string[] = [];
      for await (const key of bucket.list(prefix)) keys.push(key);
      yield* keys;
    },
  };
};

const turns = fc.array(fc.nat({ max: 12 }), { minLength: 3, maxLength: 40 });

describe("Two erasures at once", () => {
  it("of one learner lose nothing of the others: one of them ends, and the other says why it does not", async () => {
    await fc.assert(
      fc.asyncProperty(turns, turns, async (one, other) => {
        const bucket = await archive(2);
        const before = linesOf(bucket, OTHER);
        const ended = await Promise.allSettled(
          [one, other].map((each) => eraseLearner(erasing(slow(bucket, each), ADA).parts)),
        );
        for (const each of ended)
          if (each.status === "rejected") assert.ok(each.reason instanceof ErasureOvertaken, each.reason);
        assert.ok(ended.some(({ status }) => status === "fulfilled"));
        assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
        assert.ok(isGone(bucket, ADA));
        assert.deepEqual(linesOf(bucket, OTHER).toSorted(), before.toSorted());
      }),
      { numRuns: runs(60) },
    );
  });

  it("of two learners leave nothing of either and all of a third, also where one is cut off and begun again", async () => {
    let cut = 0;
    await fc.assert(
      fc.asyncProperty(turns, turns, fc.nat({ max: 150 }), fc.boolean(), async (one, other, most, isLate) => {
        const bucket = await archive(2);
        const before = linesOf(bucket, OTHER);
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
        for (const name of [ADA, GRACE]) assert.ok(isGone(bucket, name), name);
        assert.deepEqual(linesOf(bucket, OTHER).toSorted(), before.toSorted());
      }),
      { numRuns: runs(80) },
    );
    assert.ok(cut > 10, String(cut));
  });

  it("of one learner, after another, by what was found before: nothing is lost", async () => {
    const bucket = await archive();
    const before = linesOf(bucket, OTHER);
    const waiting = erasing(bucket, ADA);
    const found = await survey(waiting.parts);
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
    assert.deepEqual((await eraseLearner(waiting.parts, found)).remains, []);
    assert.deepEqual(linesOf(bucket, OTHER).toSorted(), before.toSorted());
  });

  it("bring nothing back of a learner who was erased since the other's survey, though that is killed after its first copy", async () => {
    const bucket = await archive();
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
    assert.ok(isGone(bucket, GRACE));
    const names: string[] = [];
    for await (const { moving } of readErasures(bucket))
      for (const { to } of moving?.objects ?? []) if (to !== undefined) names.push(to);
    assert.ok(names.some((name) => bucket.objects.has(name)));
    assert.deepEqual((await eraseLearner(parts)).remains, []);
    assert.ok(names.every((name) => !bucket.objects.has(name)));
    assert.ok(isGone(bucket, ADA) && isGone(bucket, GRACE));
  });
});

describe("The records of a learner, while another is erased,", () => {
  it("are all read, though objects are gone that were there when they were listed", async () => {
    // More than are read at once.
    const bucket = await archive(24);
    const before = new Set(linesOf(bucket, GRACE));
    const found = new Set<string>();
    let isErased = false;
    for await (const { record } of learnerRecords(bucket, { username: GRACE, tags: [tagOf(GRACE)] })) {
      found.add(JSON.stringify(record));
      if (!isErased) assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
      isErased = true;
    }
    assert.equal(found.size, before.size);
  });
});
