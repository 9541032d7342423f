import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDayFile } from "../../src/archive/layout.ts";
import type { Moving } from "../../src/erasure/job.ts";
import { findEvents } from "../../src/retell/find.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { archive, compacted, DAY, early, rowsIn, SOURCES, smallIn, tablesIn } from "./support.ts";

const ERASURE = `erasures/${"e".repeat(32)}.json`;

const erasure = (moving?: Moving): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({
      learner: "e".repeat(32),
      begun: "2026-11-21T08:00:00.000Z",
      steps: {},
      removed: {},
      objects: 0,
      voided: {},
      listed: {},
      waiting: {},
      before: [],
      ...(moving === undefined ? { done: "2026-11-21T09:00:00.000Z" } : { moving }),
    }),
  );

/** Puts a copy beside an object, as an erasure does that finds others' lines only, and says so before. */
const copied = async (bucket: MemoryBucket, isRemoving: boolean) => {
  const [from = ""] = smallIn(bucket);
  const to = from.replace(/[0-9a-f]{32}/, "c".repeat(32));
  await bucket.put(ERASURE, erasure({ isRemoving, objects: [{ from, version: "", to }] }));
  await bucket.put(to, bucket.objects.get(from) ?? assert.fail());
  return { from, to };
};

const endsOf = async (bucket: MemoryBucket): Promise<readonly string[]> =>
  (await compacted(bucket)).days.map(({ end }) => end);

describe("A day of which an erasure is moving something", () => {
  for (const isRemoving of [false, true])
    it(`stays as it is while both the object and its copy are there${isRemoving ? ", though the copy is to stay" : ""}`, async () => {
      const bucket = await early();
      const rows = await rowsIn(bucket);
      const { from, to } = await copied(bucket, isRemoving);
      const before = smallIn(bucket);
      assert.deepEqual([await endsOf(bucket), tablesIn(bucket), smallIn(bucket)], [["busy"], [], before]);
      await bucket.remove(isRemoving ? from : to);
      await bucket.put(ERASURE, erasure());
      assert.deepEqual([await endsOf(bucket), smallIn(bucket)], [["done"], []]);
      assert.equal((await rowsIn(bucket)).length, rows.length);
    });

  it("stays as it is where that begins after it was read", async () => {
    const bucket = await early();
    const rows = await rowsIn(bucket);
    let to: string | undefined;
    const moved = {
      ...bucket,
      find: async (key: string) => {
        if (isDayFile(key)) to ??= (await copied(bucket, false)).to;
        return bucket.find(key);
      },
    };
    const { days } = await compacted(moved);
    assert.deepEqual([days.map(({ end }) => end), tablesIn(bucket)], [["busy"], []]);
    await bucket.remove(to ?? assert.fail());
    await bucket.put(ERASURE, erasure());
    assert.deepEqual([await endsOf(bucket), await rowsIn(bucket)], [["done"], rows]);
  });

  it("is put into tables where nothing of it is copied, or what is copied is of another day", async () => {
    for (const isOther of [true, false]) {
      const bucket = await early();
      const rows = await rowsIn(bucket);
      const [small = ""] = smallIn(bucket);
      const other = small.replace(DAY, "2026-11-19");
      const moved = isOther ? { from: other, version: "", to: `${other}.c` } : { from: small, version: "" };
      await bucket.put(ERASURE, erasure({ isRemoving: true, objects: [moved] }));
      assert.deepEqual([await endsOf(bucket), await rowsIn(bucket)], [["done"], rows]);
    }
  });
});

describe("The records of erasures", () => {
  const many = async (): Promise<MemoryBucket> => {
    const bucket = await early();
    for (let at = 0; at < 200; at++)
      await bucket.put(`erasures/${String(at).padStart(32, "0")}.json`, erasure());
    return bucket;
  };

  it("are read sixteen at once, and one that is gone since it was listed is passed over", async () => {
    const bucket = await many();
    let [open, most] = [0, 0];
    const counting = {
      ...bucket,
      get: () => assert.fail("It may be gone."),
      find: async (key: string) => {
        if (!key.startsWith("erasures/")) return bucket.find(key);
        most = Math.max(most, ++open);
        await new Promise(setImmediate);
        open--;
        return key.endsWith("7.json") ? undefined : bucket.find(key);
      },
    };
    const { days } = await compacted(counting);
    assert.deepEqual([days.map(({ end }) => end), most], [["done"], 16]);
  });

  it("are read only for as long as there is time", async () => {
    const bucket = await many();
    let reads = 0;
    const counting = {
      ...bucket,
      find: async (key: string) => {
        if (key.startsWith("erasures/")) reads++;
        return bucket.find(key);
      },
    };
    const { days } = await compacted(counting, { hasTime: () => reads < 50 });
    assert.deepEqual(
      days.map(({ end }) => end),
      ["late"],
    );
    assert.ok(reads < 80, String(reads));
  });
});

describe("Events that are looked for while their day is put into tables", () => {
  it("are all found", async () => {
    const bucket = memoryBucket();
    for (let number = 0; number < 60; number++)
      await archive(bucket, [{ number, who: "ada", source: SOURCES[0], hour: number % 20 }]);
    const found = new Set<string>();
    let isDone = false;
    for await (const lines of findEvents(bucket, [DAY], { size: 60, has: () => true })) {
      for (const line of lines) found.add(line);
      if (isDone) continue;
      isDone = true;
      assert.deepEqual(await endsOf(bucket), ["done"]);
    }
    assert.deepEqual([isDone, found.size], [true, 60]);
  });

  it("are not looked for again where the archive does not answer", async () => {
    const bucket = await early();
    const silent = {
      ...bucket,
      get: async () => {
        throw new Error("SlowDown");
      },
    };
    await assert.rejects(findEvents(silent, [DAY], { size: 1, has: () => true }).next(), /SlowDown/);
  });
});
