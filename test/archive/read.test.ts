import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DamagedArchive } from "../../src/archive/damaged.ts";
import { packLines } from "../../src/archive/lines.ts";
import { readPresent } from "../../src/archive/present.ts";
import { inOrder, readObject } from "../../src/archive/read.ts";
import { memoryBucket } from "../support/memory-bucket.ts";

const keys = Array.from({ length: 40 }, (_, at) => `raw/dt=2026-11-22/hour=09/${100 + at}.03f.ndjson.gz`);

const archive = async () => {
  const bucket = memoryBucket();
  for (const key of keys) await bucket.put(key, await packLines([key]));
  return bucket;
};

describe("Reading objects of the archive", () => {
  it("tells which are gone since they were listed, and gives the others in their order", async () => {
    const bucket = await archive();
    const gone = keys.filter((_, at) => at % 7 === 3);
    for (const key of gone) await bucket.remove(key);
    const found: string[] = [];
    const missed: string[] = [];
    let steps = 0;
    const all = readPresent(bucket, keys, [], (key) => missed.push(key), { onObject: () => steps++ });
    for await (const { key, lines, version, bytes } of all) {
      found.push(key);
      assert.deepEqual(lines, [key, ""]);
      assert.deepEqual(
        [version, bytes],
        [(await bucket.find(key))?.version, bucket.objects.get(key)?.length],
      );
    }
    assert.deepEqual([found, missed, steps], [keys.filter((key) => !gone.includes(key)), gone, keys.length]);
  });

  it("says which one is damaged, and nothing of what is in it", async () => {
    const bucket = await archive();
    const [first = "", second = ""] = keys;
    await bucket.put(second, Buffer.from("ada"));
    const isDamaged = (error: unknown): boolean =>
      error instanceof DamagedArchive && error.message.includes(second) && !error.message.includes("ada");
    await assert.rejects(readObject(bucket, second), isDamaged);
    assert.deepEqual((await readObject(bucket, first)).lines, [first, ""]);
    await assert.rejects(async () => {
      for await (const _ of readPresent(bucket, keys, [], () => {}));
    }, isDamaged);
  });

  it("has no more of them under way than there is room for, even where that changes", async () => {
    let [room, open, most] = [8, 0, 0];
    const found: string[] = [];
    const read = async (key: string): Promise<string> => {
      most = Math.max(most, ++open - room);
      await new Promise(setImmediate);
      open--;
      return key;
    };
    for await (const key of inOrder(keys, read, undefined, undefined, () => room)) {
      found.push(key);
      if (found.length === 10) room = 2;
      if (found.length === 20) room = 16;
    }
    assert.deepEqual([found, most <= 0], [keys, true]);
  });
});
