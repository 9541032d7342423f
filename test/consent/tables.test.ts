import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { ReadableBucket } from "../../src/erasure/records.ts";
import { type DataLimits, learnersData } from "../../src/page/data.ts";
import { archiveSearch } from "../../src/page/search.ts";
import { archiveBatch, tagOf } from "../erasure/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { intoTables } from "../support/tables.ts";
import { SITE_KEY } from "./support.ts";

const ADA = "ada";
const DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"];

const archive = async (each = 4): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (const [day, date] of DAYS.entries())
    for (const hour of ["09", "10"])
      await archiveBatch(
        bucket,
        [ADA, "grace", "emmy"].flatMap((username) =>
          Array.from({ length: each }, (_, more) => ({
            username,
            number: 1000 * day + 100 * Number(hour) + more,
            arrived: `${date}T${hour}:15:00.000Z`,
          })),
        ),
      );
  return bucket;
};

/** Every record of a learner, part by part; each file is what was announced. */
const everyPart = async (
  bucket: ReadableBucket,
  limits: DataLimits,
  between: (part: number) => Promise<unknown> = async () => undefined,
): Promise<readonly string[]> => {
  const data = learnersData(
    archiveSearch(bucket, (username) => [tagOf(username)]),
    SITE_KEY,
    limits,
  );
  const lines: string[] = [];
  let after: string | undefined;
  do {
    const part = await data.partOf(ADA, after);
    if (limits.largest === undefined) {
      const file = await data.fileOf(ADA, after, part.end);
      assert.equal(file.text, part.text);
    }
    lines.push(...part.text.split("\n").filter((line) => line !== ""));
    await between(part.number);
    after = part.next;
  } while (after !== undefined);
  return lines;
};

describe("My data, where days lie in tables,", () => {
  test("is the same as before, in parts of whatever size", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(DAYS),
        fc.option(fc.integer({ min: 1, max: 5000 })),
        async (days, largest) => {
          const bucket = await archive();
          const limits = largest === null ? {} : { largest };
          const before = await everyPart(bucket, limits);
          await intoTables(bucket, { isFinished: (day) => days.includes(day) });
          const now = await everyPart(bucket, limits);
          assert.deepEqual(now.toSorted(), before.toSorted());
          // What others did is in the same tables.
          for (const line of now) assert.ok(line.includes(tagOf(ADA)));
        },
      ),
      { numRuns: runs(15) },
    );
  });

  test("is all there where it is put into tables while it is read, between parts or within one", async () => {
    for (const largest of [1, 700, 100_000])
      for (const at of [1, 5, 14]) {
        const bucket = await archive();
        const before = new Set(await everyPart(bucket, {}));
        const now = await everyPart(bucket, { largest }, async (part) => {
          if (part === at) await intoTables(bucket);
        });
        assert.deepEqual(new Set(now), before, `${largest} ${at}`);
      }
    for (const at of [1, 3, 6]) {
      const bucket = await archive();
      const before = new Set(await everyPart(bucket, {}));
      let finds = 0;
      const find: ReadableBucket["find"] = async (key) => {
        if (key.startsWith("raw/") && ++finds === at) await intoTables(bucket);
        return bucket.find(key);
      };
      assert.deepEqual(new Set(await everyPart({ ...bucket, find }, { largest: 100_000 })), before);
    }
  });

  test("has no more than two tables in memory at once", async () => {
    const bucket = await archive();
    await intoTables(bucket);
    let [open, most, given] = [0, 0, 0];
    const search = archiveSearch(
      {
        ...bucket,
        open: async (key) => {
          most = Math.max(most, ++open);
          return bucket.open(key);
        },
      },
      (username) => [tagOf(username)],
    );
    const each = 8;
    for await (const { part } of search(ADA, { after: "", until: "~" }, () => undefined)) {
      if (part !== "raw") continue;
      await new Promise((resolve) => setTimeout(resolve, 2));
      // With its last record, a table is done with.
      if (++given % each === 0) open--;
    }
    assert.deepEqual([given, most], [each * DAYS.length, 2]);
  });

  test("leaves out a table that unpacks to more than there is memory for, and says so", async (t) => {
    const warned = t.mock.method(console, "warn", () => undefined);
    const bucket = await archive();
    await intoTables(bucket);
    const search = archiveSearch(bucket, (username) => [tagOf(username)], { largest: 3000 });
    const { records, leftOut } = await learnersData(search, SITE_KEY).partOf(ADA);
    assert.deepEqual([leftOut, warned.mock.callCount()], [DAYS.length, DAYS.length]);
    assert.ok(records > 0);
    for (const { arguments: said } of warned.mock.calls) assert.ok(!JSON.stringify(said).includes(ADA));
  });
});
