import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { daysAfter } from "../../src/archive/days.ts";
import { type AuditFault, type AuditParts, audit, auditedDays } from "../../src/ledger/audit.ts";
import { type Depths, sentenceOf } from "../../src/ledger/balance.ts";
import { LONGEST_WAIT } from "../../src/ledger/ledger.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { failureOf, noon, putEvent, putFailures, putRaw, putReceipt, STORE } from "./support.ts";

const TODAY = "2026-11-22";
const YESTERDAY = daysAfter(TODAY, -1);
const LAST = daysAfter(TODAY, -LONGEST_WAIT - 1);
const RETENTION = { raw: 400, quarantine: 14, failed: 90, receipts: 400, ledger: 400 };

const nothing: Depths = { events: 0, deliveries: { [STORE]: 0 }, deadLetters: { events: 0, deliveries: {} } };
const oneWaits: Depths = { ...nothing, deliveries: { [STORE]: 1 } };
const deadLetter: Depths = { ...nothing, deadLetters: { events: 0, deliveries: { [STORE]: 2 } } };

/** An audit of a bucket, of which `pauses` tells how long it waited between its looks. */
const auditing = async (bucket: MemoryBucket, parts: Partial<AuditParts> = {}) => {
  const pauses: number[] = [];
  const result = await audit({
    bucket,
    endpoints: [STORE],
    retention: RETENTION,
    ask: async () => nothing,
    now: () => Date.parse(noon(TODAY)),
    pause: async (time) => pauses.push(time),
    ...parts,
  });
  return { ...result, pauses };
};

const told = (faults: readonly AuditFault[]) =>
  faults.map(({ day, fault }) => [day, fault.fault, fault.count]);

/** An archive in which all that came on these days has ended. */
const balanced = async (days: readonly string[] = [YESTERDAY, LAST]): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (const day of days) {
    await putEvent(bucket, `told ${day}`, day, [`delivered ${day}`, `refused ${day}`]);
    await putEvent(bucket, `failed ${day}`, day, "failed");
    await putEvent(bucket, `silent ${day}`, day, "where");
    await putReceipt(bucket, `delivered ${day}`, noon(day));
    await putFailures(bucket, failureOf(`refused ${day}`, noon(day)));
    await putFailures(bucket, failureOf(`failed ${day}`, noon(day), { class: "mapping" }));
  }
  return bucket;
};

const waiting = async (day: string): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  await putEvent(bucket, "event", day, ["statement"]);
  return bucket;
};

describe("the days that are audited", () => {
  it("are yesterday, and after it the last day of which no queue holds anything any more", () => {
    assert.deepEqual(auditedDays(RETENTION, TODAY), ["2026-11-21", "2026-11-06"]);
  });

  it("are only those of which the archive keeps everything", () => {
    assert.deepEqual(auditedDays({ ...RETENTION, failed: 16 }, TODAY), [YESTERDAY]);
    assert.deepEqual(auditedDays({ ...RETENTION, failed: 17 }, TODAY), [YESTERDAY, LAST]);
    assert.deepEqual(auditedDays({ ...RETENTION, receipts: 1 }, TODAY), []);
  });
});

describe("an audit", () => {
  it("finds nothing where all has ended, and looks once", async () => {
    const { faults, troubles, looks, pauses } = await auditing(await balanced());
    assert.deepEqual([faults, troubles, looks, pauses], [[], [], 1, []]);
    assert.deepEqual((await auditing(memoryBucket())).faults, []);
  });

  it("finds whatever is missing of its days, tells the day, and has looked twice, a minute apart", async () => {
    const keys = [...(await balanced()).objects.keys()].filter((key) => !/^raw\//.test(key));
    assert.ok(keys.length > 6);
    for (const key of keys) {
      const bucket = await balanced();
      await bucket.remove(key);
      const { faults, looks, pauses } = await auditing(bucket);
      assert.notDeepEqual(faults, [], key);
      assert.deepEqual([looks, pauses], [2, [60_000]]);
      const day = /dt=([\d-]+)/.exec(key)?.[1];
      assert.deepEqual([...new Set(faults.map((each) => each.day))], [day]);
    }
  });

  it("tells what is lost since yesterday, what is overdue, and what nobody was told of", async () => {
    const bucket = await balanced();
    await putEvent(bucket, "lost", YESTERDAY, ["lost"]);
    await putEvent(bucket, "overdue", LAST, ["overdue"]);
    await putRaw(bucket, "unknown", YESTERDAY);
    await putRaw(bucket, "forgotten", LAST);
    const { faults } = await auditing(bucket);
    assert.deepEqual(told(faults), [
      [YESTERDAY, "unaccounted", 1],
      [YESTERDAY, "lost", 1],
      [LAST, "forgotten", 1],
      [LAST, "overdue", 1],
    ]);
    assert.match(faults.map(({ fault }) => sentenceOf(fault)).join("\n"), /store: 1 should wait/);
  });

  it("finds what is overdue though others wait", async () => {
    const { faults } = await auditing(await waiting(LAST), { ask: async () => oneWaits });
    assert.deepEqual(told(faults), [[LAST, "overdue", 1]]);
    assert.deepEqual((await auditing(await waiting(YESTERDAY), { ask: async () => oneWaits })).faults, []);
  });

  it("tells of no count that was wrong for a minute", async () => {
    let isLate = true;
    const pause = async (): Promise<void> => {
      isLate = false;
    };
    const ask = async (): Promise<Depths> => (isLate ? nothing : oneWaits);
    const { faults, looks } = await auditing(await waiting(YESTERDAY), { ask, pause });
    assert.deepEqual([faults, looks], [[], 2]);
  });

  it("tells of nothing that arrived between its looks", async () => {
    const bucket = await waiting(YESTERDAY);
    const pause = (): Promise<void> => putReceipt(bucket, "statement", noon(TODAY));
    const { faults, looks } = await auditing(bucket, { pause });
    assert.deepEqual([faults, looks], [[], 2]);
  });

  it("counts dead letters once, however many days it reads, as those that are there in the end", async () => {
    const { faults, looks } = await auditing(await balanced(), { ask: async () => deadLetter });
    assert.deepEqual([told(faults), looks], [[[undefined, "deadLetters", 2]], 2]);
    let asked = deadLetter;
    const pause = async (): Promise<void> => {
      asked = nothing;
    };
    assert.deepEqual((await auditing(await balanced(), { ask: async () => asked, pause })).faults, []);
  });

  it("passes over what it cannot read, names each object once, and goes on", async () => {
    const bucket = await balanced();
    await putEvent(bucket, "lost", YESTERDAY, ["lost"]);
    const damaged = `ledger/dt=${YESTERDAY}/${"a".repeat(32)}.nobody.ndjson.gz`;
    await bucket.put(damaged, Buffer.from("nothing that could be unpacked"));
    const { faults, troubles, looks } = await auditing(bucket);
    assert.deepEqual([told(faults), looks], [[[YESTERDAY, "lost", 1]], 2]);
    assert.deepEqual(
      troubles.map(({ key, why }) => [key, why]),
      [[damaged, "damaged"]],
    );
  });
});

describe("accounts of an archive that does not answer", () => {
  it("fail once, with what it said, and leave nothing behind that nobody waits for", async () => {
    const bucket = await balanced();
    const failing: MemoryBucket = {
      ...bucket,
      list: async function* (prefix) {
        // What waited for is the slowest of all.
        if (prefix.startsWith("quarantine/"))
          for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
        if (prefix.startsWith("receipts/")) throw new Error("SlowDown");
        yield* bucket.list(prefix);
      },
    };
    const unheard: unknown[] = [];
    const note = (reason: unknown): unknown => unheard.push(reason);
    process.on("unhandledRejection", note);
    try {
      await assert.rejects(auditing(failing), /SlowDown/);
      for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate);
    } finally {
      process.off("unhandledRejection", note);
    }
    assert.deepEqual(unheard, []);
  });
});
