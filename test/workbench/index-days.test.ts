import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Days, daysAfter } from "../../src/archive/days.ts";
import { balanceOf } from "../../workbench/views/balance.ts";
import { noon, putEvent, putRaw, putReceipt, STORE } from "../ledger/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { until } from "./acts-support.ts";
import { EMPTY } from "./held.ts";
import { DAYS, indexOver } from "./index-support.ts";
import { deskOver, ownSite } from "./support.ts";

/** An archive of an event of each of five days, and what counts the objects that are read of it. */
const counted = async () => {
  const bucket = memoryBucket();
  for (let day = 0; day < 5; day++) {
    await putEvent(bucket, `event ${day}`, daysAfter(DAYS.from, day), [`statement ${day}`]);
    await putReceipt(bucket, `statement ${day}`, noon(daysAfter(DAYS.from, day)), { event: `event ${day}` });
  }
  let found = 0;
  let isListed = true;
  let halt: ((key: string) => Promise<void> | undefined) | undefined;
  const own: MemoryBucket = {
    ...bucket,
    find: async (key) => {
      found++;
      await halt?.(key);
      return bucket.find(key);
    },
    list: (prefix) => {
      if (!isListed) throw new Error("SlowDown");
      return bucket.list(prefix);
    },
  };
  return {
    bucket: own,
    found: () => found,
    setListed: (to: boolean): void => {
      isListed = to;
    },
    /** Those objects that are there are given only when it is released. */
    hold: (): (() => void) => {
      const there = new Set(bucket.objects.keys());
      const { promise, resolve } = Promise.withResolvers<void>();
      halt = (key) => (there.has(key) ? promise : undefined);
      return resolve;
    },
  };
};

const passed = (count: number): Days => ({
  from: daysAfter(DAYS.from, count),
  to: daysAfter(DAYS.to, count),
});

describe("The index, when a day has passed", () => {
  it("goes on with what it has read, and reads what is new alone", async () => {
    const { bucket, found } = await counted();
    let days: Days = DAYS;
    const index = indexOver(bucket, { endpoints: [STORE], days: () => days });
    await index.refresh();
    for (const count of [1, 2]) {
      const [before, { read }] = [found(), index.reading];
      days = passed(count);
      await putRaw(bucket, `new ${count}`, days.to);
      await index.refresh();
      assert.deepEqual([found() - before, index.reading.read - read], [1, 1]);
      assert.deepEqual([index.isWhole, index.totals().accepted], [true, 5 + count]);
      // All that is counted is of these days.
      assert.deepEqual([index.reading.from, index.reading.to], [DAYS.from, days.to]);
    }
  });

  it("reads all anew when several have passed, says so, and shows what comes meanwhile", async () => {
    const { bucket, hold } = await counted();
    const shipped = await ownSite();
    let days: Days = DAYS;
    const index = indexOver(bucket, { endpoints: [STORE], days: () => days });
    await index.refresh();
    const { read } = index.reading;
    const desk = await deskOver({ bucket }, shipped, { index, depths: () => [{ ...EMPTY, events: 1 }] });
    const now = Date.parse(noon("2026-12-05"));
    assert.equal(balanceOf(desk, now).state, "balanced");

    const release = hold();
    days = passed(3);
    await putRaw(bucket, "new", days.from);
    const refreshing = index.refresh();
    await until(() => index.totals().accepted === 6);
    assert.equal(index.event("new")?.id, "new");
    assert.equal(index.accounts()[0]?.delivered, 5);
    assert.equal(index.isWhole, false);
    assert.equal(balanceOf(desk, now).state, "unknown");
    const meanwhile = index.reading;
    assert.ok(meanwhile.read < meanwhile.objects, JSON.stringify(meanwhile));
    assert.equal(meanwhile.from, DAYS.from);
    release();
    await refreshing;
    assert.equal(index.isWhole, true);
    // What came on the days that have passed counts no more.
    assert.deepEqual([index.totals().accepted, index.accounts()[0]?.delivered], [3, 2]);
    assert.equal(index.reading.from, days.from);
    assert.ok(index.reading.read < read && index.reading.read === index.reading.objects);
  });

  it("looks at no other days until what lies there was listed", async () => {
    const { bucket, setListed } = await counted();
    let days: Days = DAYS;
    const index = indexOver(bucket, { endpoints: [STORE], days: () => days });
    await index.refresh();
    setListed(false);
    for (const count of [1, 3]) {
      days = passed(count);
      await assert.rejects(index.refresh(), /SlowDown/);
      assert.deepEqual([index.reading.from, index.reading.to], [DAYS.from, DAYS.to]);
    }
    assert.ok(!index.isWhole && index.reading.read < index.reading.objects);
    setListed(true);
    await index.refresh();
    assert.deepEqual([index.isWhole, index.reading.from], [true, days.from]);
  });
});

it("The index tells which events the ledger does not know, by when they arrived", async () => {
  const bucket = memoryBucket();
  await putRaw(bucket, "first", "2026-11-19");
  await putRaw(bucket, "second", "2026-11-20");
  await putEvent(bucket, "known", "2026-11-19", "selection");
  const index = indexOver(bucket, { endpoints: [STORE] });
  await index.refresh();
  const before = (time?: string): number => index.unaccounted(time);
  assert.deepEqual(
    [before(), before("2026-11-19"), before(noon("2026-11-19")), before("2027")],
    [2, 0, 1, 2],
  );
  await putEvent(bucket, "first", "2026-11-19", "selection");
  await index.refresh();
  assert.deepEqual([before(), before(noon("2026-11-19"))], [1, 0]);
});
