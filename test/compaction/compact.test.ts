import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import {
  archive,
  batches,
  compacted,
  DAY,
  type Event,
  lines,
  NOW,
  rowsIn,
  SOURCES,
  smallIn,
  tableRows,
  tablesIn,
} from "./support.ts";

const event = (number: number, changes: Partial<Event> = {}): Event => ({
  number,
  who: "ada",
  source: SOURCES[0],
  hour: 9,
  ...changes,
});

describe("A finished day", () => {
  it("becomes one table for each source, with every line of every batch, sorted by learner and batch", async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.constantFrom(undefined, 1, 2000), async (all, inMemory) => {
        const bucket = memoryBucket();
        for (const batch of all) await archive(bucket, batch);
        const before = await rowsIn(bucket);
        const objects = bucket.objects.size;
        const { days, troubles } = await compacted(bucket, { inMemory });
        assert.deepEqual(troubles, []);
        assert.deepEqual(await rowsIn(bucket), before);
        const sources = new Set(all.flat().map(({ source }) => source));
        assert.equal(bucket.objects.size, sources.size);
        assert.equal(tablesIn(bucket).length, sources.size);
        for (const key of tablesIn(bucket)) {
          const order = (await tableRows(bucket, key)).map((row) => {
            const [batch, tag] = row.split(" ");
            return `${tag} ${batch}`;
          });
          assert.deepEqual(order, order.toSorted());
        }
        const [told, ...others] = days;
        assert.deepEqual(others, []);
        if (all.length === 0) return assert.equal(told, undefined);
        assert.deepEqual([told?.day, told?.end, told?.before.objects], [DAY, "done", objects]);
        assert.equal(told?.after.objects, sources.size);
        const count = Object.values(told?.events ?? {}).reduce((sum, each) => sum + each, 0);
        assert.equal(count, before.length);
      }),
      { numRuns: runs(150) },
    );
  });

  it("that is a table already is not touched, and a batch that came again is only taken away", async () => {
    const bucket = memoryBucket();
    await archive(bucket, [event(1), event(2, { source: SOURCES[1] })]);
    await compacted(bucket);
    const keys = tablesIn(bucket);
    assert.equal(keys.length, 2);
    assert.deepEqual((await compacted(bucket)).days, []);
    await archive(bucket, [event(1), event(2, { source: SOURCES[1] })]);
    assert.equal(smallIn(bucket).length, 1);
    const { days } = await compacted(bucket);
    assert.deepEqual(
      days.map(({ end, after }) => [end, after.objects]),
      [["done", 2]],
    );
    assert.deepEqual([...bucket.objects.keys()].sort(), keys);
  });

  it("takes in what comes late, and leaves the tables of other sources as they are", async () => {
    await fc.assert(
      fc.asyncProperty(batches, batches, async (early, late) => {
        const bucket = memoryBucket();
        const all = memoryBucket();
        for (const batch of early) await archive(bucket, batch);
        await compacted(bucket);
        const tables = tablesIn(bucket);
        for (const batch of late) await archive(bucket, batch);
        for (const batch of [...early, ...late]) await archive(all, batch);
        await compacted(bucket);
        assert.deepEqual(await rowsIn(bucket), await rowsIn(all));
        assert.deepEqual(smallIn(bucket), []);
        const sources = new Set([...early, ...late].flat().map(({ source }) => source));
        assert.equal(tablesIn(bucket).length, sources.size);
        const untouched = tables.filter(
          (key) => !late.flat().some(({ source }) => key.includes(`/source=${source.replace("/", ".")}/`)),
        );
        for (const key of untouched) assert.ok(bucket.objects.has(key));
      }),
      { numRuns: runs(100) },
    );
  });

  it("becomes several tables where one would be too large, each with all that a batch has of a learner", async () => {
    const bucket = memoryBucket();
    for (let at = 0; at < 6; at++)
      await archive(
        bucket,
        Array.from({ length: 1500 }, (_, number) =>
          event(at * 1500 + number, { who: `learner-${number % 5}` }),
        ),
      );
    const before = await rowsIn(bucket);
    await compacted(bucket, { largest: 20_000 });
    assert.ok(tablesIn(bucket).length > 1);
    assert.deepEqual(await rowsIn(bucket), before);
    const places = new Map<string, Set<string>>();
    for (const key of tablesIn(bucket))
      for (const row of await tableRows(bucket, key)) {
        const group = row.slice(0, 50);
        places.set(group, (places.get(group) ?? new Set()).add(key));
      }
    for (const keys of places.values()) assert.equal(keys.size, 1);
  });

  it("keeps what is damaged or foreign as it is, and says so, and all else is put into tables", async () => {
    const bucket = memoryBucket();
    await archive(bucket, [event(1)]);
    await archive(bucket, [event(2)]);
    await archive(bucket, [event(3)]);
    const [first = "", second = ""] = smallIn(bucket);
    const whole = bucket.objects.get(first) ?? assert.fail();
    await bucket.put(first, whole.subarray(0, whole.length - 9));
    const folder = `raw/dt=${DAY}/hour=09/`;
    const bad = {
      [`${folder}${"1".repeat(32)}.nobody.ndjson.gz`]: lines('{"id":"a"}'),
      [`${folder}${"2".repeat(32)}.nobody.ndjson.gz`]: lines("[]", '{"id":'),
      [`${folder}${"3".repeat(32)}.nobody.ndjson.gz`]: Buffer.from("no gzip"),
      [`raw/dt=${DAY}/source=jupyter-server.contents/${"4".repeat(32)}.parquet`]: Buffer.from("PAR1 no"),
      [`${folder}notes.txt`]: Buffer.from("notes"),
    };
    for (const [key, body] of Object.entries(bad)) await bucket.put(key, body);
    const { days, troubles } = await compacted(bucket);
    assert.deepEqual(
      troubles.map(({ key, why }) => [key, why]).sort(),
      [first, ...Object.keys(bad)].map((key) => [key, key.endsWith(".txt") ? "foreign" : "damaged"]).sort(),
    );
    assert.deepEqual(
      days.map(({ end, events }) => [end, events]),
      [["done", { [SOURCES[0]]: 2 }]],
    );
    for (const key of [first, ...Object.keys(bad)]) assert.ok(bucket.objects.has(key));
    assert.ok(!bucket.objects.has(second));
    for (const { detail } of troubles) assert.doesNotMatch(detail, /ada|é/);
  });

  it("keeps lines that would not come out of a table byte for byte where they are", async () => {
    const bucket = memoryBucket();
    await archive(bucket, [event(1)]);
    const [key = ""] = smallIn(bucket);
    const { gunzipSync, gzipSync } = await import("node:zlib");
    const bytes = gunzipSync(bucket.objects.get(key) ?? assert.fail());
    bytes[bytes.indexOf("é")] = 0xff;
    await bucket.put(key, gzipSync(bytes));
    const { days, troubles } = await compacted(bucket);
    assert.deepEqual(
      [days.map(({ end }) => end), troubles.map(({ why }) => why), smallIn(bucket)],
      [["nothing"], ["damaged"], [key]],
    );
  });
});

describe("A night", () => {
  it("takes days that are over for an hour, up to 45 days back, the oldest first, and none that is not kept any more", async () => {
    const bucket = memoryBucket();
    const days = ["2026-10-01", "2026-10-07", "2026-11-01", "2026-11-20", "2026-11-21", "2026-11-22"];
    for (const day of days) await archive(bucket, [event(1, { day })]);
    const taken = async (at: string, changes = {}): Promise<readonly string[]> =>
      (await compacted(bucket, { isDry: true, now: () => Date.parse(at), ...changes })).days.map(
        ({ day }) => day,
      );
    assert.deepEqual(await taken("2026-11-22T00:59:59.000Z"), ["2026-10-07", "2026-11-01", "2026-11-20"]);
    assert.deepEqual(await taken("2026-11-22T01:00:00.000Z"), [
      "2026-10-07",
      "2026-11-01",
      "2026-11-20",
      "2026-11-21",
    ]);
    assert.deepEqual(await taken("2026-11-22T01:00:00.000Z", { retention: 2 }), ["2026-11-20", "2026-11-21"]);
  });

  it("that is only tried changes nothing, and tells what would come of it", async () => {
    const bucket = memoryBucket();
    await archive(bucket, [event(1), event(2, { who: "grace" })]);
    const before = [...bucket.objects];
    const dry = await compacted(bucket, { isDry: true });
    assert.deepEqual([...bucket.objects], before);
    assert.deepEqual(await compacted(bucket), dry);
  });

  it("ends when its time is over, and the next one goes on", async () => {
    const bucket = memoryBucket();
    for (const day of ["2026-11-18", "2026-11-19", "2026-11-20"]) await archive(bucket, [event(1, { day })]);
    const before = await rowsIn(bucket);
    let nights = 0;
    for (let steps = 1; smallIn(bucket).length > 0; steps += 3) {
      let left = steps;
      const { days } = await compacted(bucket, { hasTime: () => left-- > 0 });
      assert.ok(days.every(({ end }) => end === "done" || end === "late"));
      assert.deepEqual([...new Set(await rowsIn(bucket))], [...new Set(before)]);
      assert.equal(tablesIn(bucket).length + smallIn(bucket).length, 3);
      nights++;
    }
    assert.ok(nights > 2);
    assert.deepEqual(await rowsIn(bucket), before);
    assert.deepEqual(
      (await compacted(bucket)).days.filter(({ end }) => end === "done"),
      [],
    );
    assert.equal(bucket.objects.size, 3);
  });

  it("does first what was never tried, where a day was too much for its time", async () => {
    const bucket = memoryBucket();
    for (const day of ["2026-11-19", "2026-11-20"]) await archive(bucket, [event(1, { day })]);
    let left = 2;
    await compacted(bucket, { hasTime: () => left-- > 0 });
    const { days } = await compacted(bucket, { now: () => NOW });
    assert.deepEqual(
      days.map(({ day }) => day),
      ["2026-11-20", "2026-11-19"],
    );
  });
});
