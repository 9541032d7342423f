import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dayIn, dayOf, daysAfter, isDay, isWithin, prefixesOf } from "../../src/archive/days.ts";
import { readDated } from "../../src/archive/read.ts";
import { LONGEST_WAIT } from "../../src/ledger/ledger.ts";
import { allDays, oneDay } from "../../src/ledger/window.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { noon, putEvent } from "./support.ts";

const FIRST = "2024-01-15";
const day = fc.nat({ max: 1200 }).map((count) => daysAfter(FIRST, count));

describe("days of the archive", () => {
  it("are found by their prefixes, every one of them, and by few", () => {
    fc.assert(
      fc.property(day, fc.nat({ max: 400 }), fc.nat({ max: 400 }), (from, length, other) => {
        const days = { from, to: daysAfter(from, length) };
        const prefixes = prefixesOf(days);
        const some = daysAfter(from, other);
        const isFound = prefixes.some((prefix) => `dt=${some}/`.startsWith(prefix));
        assert.ok(isFound || !isWithin(some, days));
        assert.ok(prefixes.length <= 21);
      }),
    );
  });

  it("are what they are called, and nothing else is a day", () => {
    assert.equal(dayIn("dt=2026-11-22/hour=01/abc.ndjson.gz"), "2026-11-22");
    assert.equal(dayIn("endpoint=dt=1/abc"), undefined);
    assert.equal(dayOf(Date.parse(noon("2028-02-29"))), "2028-02-29");
    assert.ok(isDay("2028-02-29"));
    for (const text of ["2026-02-29", "2026-13-01", "2026-1-1", "today", "2026-11-22T00:00"])
      assert.ok(!isDay(text), text);
  });

  it("are read each by itself or from one to another, and nothing beside them", async () => {
    const bucket = memoryBucket();
    const days = ["2026-10-31", "2026-11-01", "2026-11-02", "2026-12-01", "2025-11-01"];
    for (const each of days) await putEvent(bucket, each, each, "where");
    const read = async (from: string, to: string): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const { line, day } of readDated(bucket, "raw/", { days: { from, to } })) {
        assert.deepEqual(line, { id: day });
        found.push(day);
      }
      return found.sort();
    };
    assert.deepEqual(await read("2026-11-01", "2026-11-01"), ["2026-11-01"]);
    assert.deepEqual(await read("2026-10-31", "2026-11-02"), days.slice(0, 3));
    assert.deepEqual(await read("2025-12-01", "2026-12-31"), days.slice(0, 4));
  });
});

describe("the days that count", () => {
  const retention = { raw: 400, quarantine: 14, failed: 90, receipts: 400, ledger: 400 };
  const today = "2026-11-22";
  /** What was in quarantine is told as late as when it is recovered. */
  const late = LONGEST_WAIT + retention.quarantine;

  it("are those of which every part is still kept, and are explained by those before them", () => {
    const { counted, explainedFrom, judgedFrom } = allDays(retention, today);
    assert.equal(counted.from, daysAfter(today, -89));
    assert.equal(explainedFrom, daysAfter(counted.from, -late));
    assert.equal(judgedFrom, counted.from);
  });

  it("are not judged by lines of the ledger that are gone", () => {
    const { counted, explainedFrom, judgedFrom } = allDays({ ...retention, ledger: 30 }, today);
    assert.equal(counted.from, daysAfter(today, -29));
    assert.equal(explainedFrom, counted.from);
    assert.equal(judgedFrom, daysAfter(counted.from, late));
  });

  it("of one day end when a queue would have forgotten, or today; later only what was sent again", () => {
    const { ended, later } = oneDay("2026-11-01", today);
    assert.deepEqual(ended, { from: "2026-11-01", to: "2026-11-16" });
    assert.deepEqual(later, { from: "2026-11-17", to: "2026-11-23" });
    const recent = oneDay("2026-11-20", today);
    assert.deepEqual(recent.ended, { from: "2026-11-20", to: "2026-11-23" });
    assert.equal(recent.later, undefined);
  });
});
