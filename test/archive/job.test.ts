import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { JOBS, JobOvertaken, takeUpJob } from "../../src/archive/job.ts";
import { memoryBucket } from "../support/memory-bucket.ts";

const asNumber = (state: unknown): number | undefined => (typeof state === "number" ? state : undefined);

describe("A long run", () => {
  it("goes on where it was cut off, until it has ended", async () => {
    const bucket = memoryBucket();
    const first = await takeUpJob(bucket, "replay-a", asNumber);
    assert.equal(first.left, undefined);
    await first.note(1);
    await first.note(2);
    const second = await takeUpJob(bucket, "replay-a", asNumber);
    assert.equal(second.left, 2);
    assert.equal((await takeUpJob(bucket, "replay-b", asNumber)).left, undefined);
    await (await takeUpJob(bucket, "replay-a", asNumber)).end();
    assert.equal((await takeUpJob(bucket, "replay-a", asNumber)).left, undefined);
  });

  it("is left to whoever took it up last", async () => {
    const bucket = memoryBucket();
    const first = await takeUpJob(bucket, "a", asNumber);
    await first.note(1);
    const second = await takeUpJob(bucket, "a", asNumber);
    await assert.rejects(first.note(2), JobOvertaken);
    await assert.rejects(first.end(), JobOvertaken);
    await second.note(3);
    assert.equal((await takeUpJob(bucket, "a", asNumber)).left, 3);
  });

  it("that was overtaken says whether what it noted last may have been seen", async () => {
    const bucket = memoryBucket();
    let isLost = false;
    const lossy = {
      ...bucket,
      // The answer is lost, and until it is tried again another has taken over.
      replace: async (...args: Parameters<typeof bucket.replace>) => {
        if (!isLost) return bucket.replace(...args);
        await bucket.replace(...args);
        assert.equal((await takeUpJob(bucket, "a", asNumber)).left, 2);
        return false;
      },
    };
    const first = await takeUpJob(lossy, "a", asNumber);
    await first.note(1);
    isLost = true;
    await assert.rejects(first.note(2), (error) => error instanceof JobOvertaken && error.mayBeNoted);
    await assert.rejects(first.note(3), (error) => error instanceof JobOvertaken && !error.mayBeNoted);
  });

  it("begins anew where what was left is nothing that it knows", async () => {
    const bucket = memoryBucket();
    for (const text of ["{", "[]", '{"state":"text"}', ""]) {
      await bucket.put(`${JOBS}a.json`, new TextEncoder().encode(text));
      const job = await takeUpJob(bucket, "a", asNumber);
      assert.equal(job.left, undefined);
      await job.note(1);
    }
  });
});
