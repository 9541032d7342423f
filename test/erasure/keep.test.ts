import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { type ErasureRecord, erasureName, readErasures } from "../../src/erasure/job.ts";
import { ErasureOvertaken, takeUpErasure } from "../../src/erasure/keep.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { AT, acts, isGone } from "./outcome.ts";
import { archiveBatch, archiveEnds, ENDPOINTS, erasing, KEY } from "./support.ts";

const ADA = "ada";
const NEW_KEY = "the new key";
const FORMER = erasureName(KEY, ADA);
const NAME = erasureName(NEW_KEY, ADA);
const NAMES = [NAME, FORMER] as const;

const recordedIn = async (bucket: EditableBucket): Promise<readonly ErasureRecord[]> => {
  const all: ErasureRecord[] = [];
  for await (const each of readErasures(bucket)) all.push(each);
  return all;
};

describe("The record of an erasure", () => {
  it("is in the hands of the run that took it up last", async () => {
    const bucket = memoryBucket();
    const first = await takeUpErasure(bucket, [NAME], AT);
    await first.note({ objects: 1 });
    const second = await takeUpErasure(bucket, [NAME], "2027-01-01T00:00:00.000Z");
    assert.deepEqual([second.record().begun, second.record().objects], [AT, 1]);
    await assert.rejects(
      first.note({ objects: 2 }),
      (error) => error instanceof ErasureOvertaken && !error.mayBeNoted,
    );
    await second.note({ objects: 3 });
    assert.deepEqual(
      (await recordedIn(bucket)).map(({ objects }) => objects),
      [3],
    );
  });

  it("is taken up by one of two runs that begin it at once", async () => {
    const bucket = memoryBucket();
    const both = await Promise.allSettled([1, 2].map(() => takeUpErasure(bucket, [NAME], AT)));
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  });

  it("is noted where only the answer to that was lost; where another took over meanwhile, it may have been", async () => {
    const inner = memoryBucket();
    let isOvertaken = false;
    const losing: EditableBucket = {
      ...inner,
      replace: async (...args) => {
        assert.ok(await inner.replace(...args));
        if (isOvertaken) await takeUpErasure(inner, [NAME], AT);
        return false;
      },
    };
    const keeper = await takeUpErasure(losing, [NAME], AT);
    await keeper.note({ objects: 1 });
    assert.equal((await recordedIn(inner))[0]?.objects, 1);
    isOvertaken = true;
    await assert.rejects(
      keeper.note({ objects: 2 }),
      (error) => error instanceof ErasureOvertaken && error.mayBeNoted,
    );
  });

  it("is found after a change of the key, goes on, and has one name from then on", async () => {
    const bucket = memoryBucket();
    await archiveBatch(bucket, acts(ADA, 2, { end: "waiting" }));
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, ["waiting"]);
    const [before] = await recordedIn(bucket);
    const arrived = acts(ADA, 2, { arrived: "2026-11-22T19:59:00.000Z" });
    for (const endpoint of ENDPOINTS) await archiveEnds(bucket, endpoint, arrived);
    const { parts, sent } = erasing(bucket, ADA, { names: NAMES, keys: [NEW_KEY, KEY] });
    assert.deepEqual((await eraseLearner(parts)).remains, []);
    assert.equal(sent.length, 2);
    assert.ok(await isGone(bucket, ADA));
    const [after, ...others] = await recordedIn(bucket);
    assert.deepEqual([after?.learner, after?.begun, others], [NAME, before?.begun, []]);
    assert.ok(after?.done !== undefined);
  });

  it("remembers under the new name what was done under the former one, and what was cut off while it was renamed", async () => {
    const bucket = memoryBucket();
    const done = async (name: string, day: number): Promise<void> => {
      const at = `2026-11-0${day}T00:00:00.000Z`;
      await (await takeUpErasure(bucket, [name], at)).note({ done: at });
    };
    await done(FORMER, 1);
    await done(FORMER, 2);
    const cut = { ...bucket, remove: () => Promise.reject(new Error("CutOff")) };
    await assert.rejects(takeUpErasure(cut, NAMES, "2026-11-03T00:00:00.000Z"), /CutOff/);
    assert.equal((await recordedIn(bucket)).length, 2);
    const { before, begun } = (await takeUpErasure(bucket, NAMES, "2026-11-04T00:00:00.000Z")).record();
    assert.deepEqual(
      before.map((each) => each.begun.slice(0, 10)),
      ["2026-11-01", "2026-11-02"],
    );
    assert.equal(begun.slice(0, 10), "2026-11-03");
    assert.equal((await recordedIn(bucket)).length, 1);
  });
});
