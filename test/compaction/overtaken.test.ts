import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { batchName, type EditableBucket, isDayFile } from "../../src/archive/layout.ts";
import { compactDay } from "../../src/compaction/day.ts";
import { takeBackTables } from "../../src/compaction/job.ts";
import {
  archive,
  batch,
  compacted,
  DAY,
  early,
  jobsIn,
  partsFor,
  rowsIn,
  smallIn,
  tablesIn,
} from "./support.ts";

const isUnlike = async (bucket: EditableBucket): Promise<void> => {
  const { days } = await compacted(bucket, { onFailed: () => {} });
  assert.deepEqual(
    days.map(({ end, error }) => [end, error]),
    [["failed", "UnlikeTables"]],
  );
};

describe("Nothing is discarded", () => {
  it("where a table does not come out of the bucket as it was put", async () => {
    const bucket = await early();
    const before = await rowsIn(bucket);
    const other = await early();
    await archive(other, batch(90, 8));
    await compacted(other);
    const [wrong = ""] = tablesIn(other);
    const lying = {
      ...bucket,
      put: (key: string, body: Uint8Array) =>
        bucket.put(key, isDayFile(key) ? (other.objects.get(wrong) ?? body) : body),
    };
    await isUnlike(lying);
    assert.deepEqual(await rowsIn(bucket), before);
    assert.deepEqual(tablesIn(bucket), []);
    const torn = {
      ...bucket,
      put: (key: string, body: Uint8Array) => bucket.put(key, isDayFile(key) ? body.subarray(20) : body),
    };
    await isUnlike(torn);
    assert.deepEqual(await rowsIn(bucket), before);
  });

  it("where an object is gone that was read, and the day is begun anew", async () => {
    const bucket = await early();
    const [gone = ""] = smallIn(bucket);
    const rows = (await rowsIn(bucket)).filter((row) => !row.startsWith(batchName(gone)));
    let isFirst = true;
    const moving = {
      ...bucket,
      put: async (key: string, body: Uint8Array) => {
        await bucket.put(key, body);
        if (isFirst) await bucket.remove(gone);
        isFirst = false;
      },
    };
    const { days } = await compacted(moving);
    assert.deepEqual(
      days.map(({ end }) => end),
      ["done"],
    );
    assert.deepEqual(await rowsIn(bucket), rows);
    assert.deepEqual([...bucket.objects.keys()].sort(), tablesIn(bucket));
  });

  it("where that goes on: then the day stays as it is", async () => {
    const bucket = await early();
    let number = 100;
    const moving = {
      ...bucket,
      put: async (key: string, body: Uint8Array) => {
        await bucket.put(key, body);
        if (!isDayFile(key)) return;
        const [first = ""] = smallIn(bucket);
        await bucket.remove(first);
        number += 10;
        await archive(bucket, batch(number, 8));
      },
    };
    const { days } = await compacted(moving);
    assert.deepEqual(
      days.map(({ end, after }) => [end, after.objects]),
      [["busy", 0]],
    );
    assert.deepEqual(tablesIn(bucket), []);
  });
});

describe("Two compactions of one day", () => {
  it("that are at it at once lose nothing, however their operations fall", async () => {
    const rows = await rowsIn(await early());
    for (let most = 1; most < 50; most += 1) {
      const bucket = await early();
      const other = { days: [] as readonly unknown[] };
      // The first one waits there for the second.
      let left = most;
      const wait = async (): Promise<void> => {
        if (left-- === 0) other.days = (await compacted(bucket)).days;
      };
      const after =
        <A extends readonly unknown[], R>(run: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          await wait();
          return run(...args);
        };
      const { put, find, replace, discard } = bucket;
      const waiting = {
        ...bucket,
        put: after(put),
        find: after(find),
        replace: after(replace),
        discard: after(discard),
      };
      const { end } = await compactDay(partsFor(waiting), DAY);
      assert.ok(["done", "busy", "nothing"].includes(end));
      assert.deepEqual([...new Set(await rowsIn(bucket))], rows);
      await compacted(bucket);
      assert.deepEqual(await rowsIn(bucket), rows);
      assert.deepEqual(smallIn(bucket), []);
    }
  });
});

describe("What counts for nothing yet", () => {
  it("is taken back by whoever is to rewrite tables, and the compaction that put it says that it was overtaken", async () => {
    const bucket = await early();
    const before = await rowsIn(bucket);
    let isTaken = false;
    const overtaken = {
      ...bucket,
      find: async (key: string) => {
        if (isDayFile(key) && !isTaken) {
          isTaken = true;
          await takeBackTables(bucket);
          assert.deepEqual(tablesIn(bucket), []);
        }
        return bucket.find(key);
      },
    };
    const { days } = await compacted(overtaken);
    assert.deepEqual(
      days.map(({ end }) => end),
      ["busy"],
    );
    assert.deepEqual(await rowsIn(bucket), before);
    assert.deepEqual(tablesIn(bucket), []);
    await compacted(bucket);
    assert.deepEqual(await rowsIn(bucket), before);
    assert.deepEqual(smallIn(bucket), []);
  });

  it("is nothing that another run may know already to be there to stay", async () => {
    const bucket = await early();
    const before = await rowsIn(bucket);
    const lossy = {
      ...bucket,
      // The answer is lost, and until it is tried again another run has taken over and ended.
      replace: async (...args: Parameters<typeof bucket.replace>) => {
        const isWritten = await bucket.replace(...args);
        if (!new TextDecoder().decode(args[1]).includes('"isDiscarding":true')) return isWritten;
        await compacted(bucket);
        return false;
      },
    };
    await compacted(lossy);
    assert.deepEqual(await rowsIn(bucket), before);
    assert.deepEqual([smallIn(bucket), jobsIn(bucket)], [[], []]);
  });

  it("is not what is in the place of what was discarded: that stays", async () => {
    const bucket = await early();
    const before = await rowsIn(bucket);
    const stopped = {
      ...bucket,
      discard: async () => {
        throw new Error("CutOff");
      },
    };
    await assert.rejects(compacted(stopped), /CutOff/);
    const tables = tablesIn(bucket);
    await takeBackTables(bucket);
    assert.deepEqual(tablesIn(bucket), tables);
    await compacted(bucket);
    assert.deepEqual(tablesIn(bucket), tables);
    assert.deepEqual(await rowsIn(bucket), before);
  });
});
