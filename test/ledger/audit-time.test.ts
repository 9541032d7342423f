import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { daysAfter } from "../../src/archive/days.ts";
import { type AuditParts, audit, tooLargeSentence } from "../../src/ledger/audit.ts";
import type { Depths } from "../../src/ledger/balance.ts";
import { LONGEST_WAIT } from "../../src/ledger/ledger.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { noon, putEvent, putRaw, STORE } from "./support.ts";

const TODAY = "2026-11-22";
const YESTERDAY = daysAfter(TODAY, -1);
const LAST = daysAfter(TODAY, -LONGEST_WAIT - 1);
const RETENTION = { raw: 400, quarantine: 14, failed: 90, receipts: 400, ledger: 400 };
const nothing: Depths = { events: 0, deliveries: { [STORE]: 0 }, deadLetters: { events: 0, deliveries: {} } };

/** As long as Lambda lets a function run, and what reading an object is made to take of it; in milliseconds. */
const ALL = 900_000;
const READING = 3000;

/** An audit of a bucket, each object of which takes a while to be read. */
const auditing = async (bucket: MemoryBucket, parts: Partial<AuditParts> = {}) => {
  let left = ALL;
  const slow: MemoryBucket = {
    ...bucket,
    get: (key) => {
      left -= READING;
      return bucket.get(key);
    },
  };
  const { days, tooLarge, faults, looks } = await audit({
    bucket: slow,
    endpoints: [STORE],
    retention: RETENTION,
    ask: async () => nothing,
    now: () => Date.parse(noon(TODAY)),
    pause: async (time) => {
      left -= time;
    },
    remaining: () => left,
    ...parts,
  });
  return { days, tooLarge, looks, told: faults.map(({ day, fault }) => [day, fault.fault, fault.count]) };
};

/** An archive with a statement of each of these days that was lost, besides so many events that nobody was told of. */
const archive = async (others: Readonly<Record<string, number>>): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (const [day, count] of Object.entries(others)) {
    await putEvent(bucket, `lost ${day}`, day, [`lost ${day}`]);
    for (let at = 0; at < count; at++) await putRaw(bucket, `event ${day} ${at}`, day);
  }
  return bucket;
};

describe("an audit that has little time", () => {
  it("leaves a day that is too large, whichever it is, and tells what is wrong with the other", async () => {
    assert.deepEqual(await auditing(await archive({ [YESTERDAY]: 200, [LAST]: 0 })), {
      days: [LAST],
      tooLarge: [YESTERDAY],
      told: [[LAST, "overdue", 1]],
      looks: 2,
    });
    assert.deepEqual(await auditing(await archive({ [YESTERDAY]: 0, [LAST]: 300 })), {
      days: [YESTERDAY],
      tooLarge: [LAST],
      told: [[YESTERDAY, "lost", 1]],
      looks: 1,
    });
  });

  it("lets the second day have the time that the first leaves over", async () => {
    const { days, tooLarge } = await auditing(await archive({ [YESTERDAY]: 0, [LAST]: 200 }));
    assert.deepEqual([days, tooLarge], [[YESTERDAY, LAST], []]);
  });

  it("tells of no fault of a day that it has not read, and of dead letters all the same", async () => {
    const deadLetter: Depths = { ...nothing, deadLetters: { events: 1, deliveries: {} } };
    const bucket = await archive({ [YESTERDAY]: 0, [LAST]: 0 });
    const ask = async (): Promise<Depths> => deadLetter;
    assert.deepEqual(await auditing(bucket, { remaining: () => 1000, ask }), {
      days: [],
      tooLarge: [YESTERDAY, LAST],
      told: [[undefined, "deadLetters", 1]],
      looks: 1,
    });
  });

  it("tells what it has seen once, where there is no time for a second look, or it comes to no end", async () => {
    const bucket = await archive({ [YESTERDAY]: 0 });
    const told = [[YESTERDAY, "lost", 1]];
    const none = await auditing(bucket, { remaining: () => 100_000, pause: () => assert.fail("It waits.") });
    assert.deepEqual([none.told, none.looks, none.tooLarge], [told, 1, []]);
    let left = ALL;
    const pause = async (): Promise<void> => {
      left = 1000;
    };
    const cut = await auditing(bucket, { remaining: () => left, pause });
    assert.deepEqual([cut.told, cut.looks, cut.tooLarge], [told, 1, []]);
  });

  it("says by which command a day that was too large is drawn up", () => {
    assert.match(tooLargeSentence(YESTERDAY), /2026-11-21 was not audited.*jlt ledger --day 2026-11-21\.$/);
  });
});
