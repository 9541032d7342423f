import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Trouble } from "../../src/archive/damaged.ts";
import { daysAfter } from "../../src/archive/days.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { noon, putEvent, putReceipt, STORE } from "../ledger/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { carryOut, eventId, history } from "./index-history.ts";
import { answersOf, DAYS, ENDPOINTS, held, indexOver, WINDOW } from "./index-support.ts";

const DAY = "2026-11-20";
const atStore = { endpoints: [STORE] };

const damage = fc.record({
  what: fc.constantFrom("cut off", "no record", "no object", "foreign"),
  place: fc.constantFrom(
    "ledger",
    "receipts/endpoint=campus-lrs",
    "failed/endpoint=campus-caliper",
    "quarantine",
  ),
});

/** Damages some object of the archive; tells its key. */
const damageOne = async (
  bucket: MemoryBucket,
  { what, place }: typeof damage extends fc.Arbitrary<infer T> ? T : never,
) => {
  const name = what === "foreign" ? "notes.txt" : `${"0".repeat(32)}.unknown.ndjson.gz`;
  const key = `${place}/dt=${DAY}/${name}`;
  const bodies = {
    "cut off": gzipSync('{"id":"ada","event":"ada"}\n').subarray(0, 20),
    "no record": gzipSync('"ada"\n'),
    "no object": gzipSync('{"id":["ada"]}\n{"id":"ada'),
    foreign: Buffer.from("ada"),
  } as const;
  await bucket.put(key, bodies[what as keyof typeof bodies]);
  return key;
};

describe("The index of an archive of which some is damaged", () => {
  it("names what it cannot read, without what is in it, and knows all the rest", async () => {
    await fc.assert(
      fc.asyncProperty(history, damage, async (steps, damage) => {
        const bucket = memoryBucket();
        for (const [at, step] of steps.entries()) await carryOut(bucket, step, at);
        const index = indexOver(bucket);
        await index.refresh();
        const before = answersOf(index);
        assert.deepEqual(index.reading.troubles, []);
        const key = await damageOne(bucket, damage);
        await index.refresh();
        assert.ok(index.isWhole);
        const [trouble = "", ...others] = index.reading.troubles;
        assert.ok(trouble.includes(key) && others.length === 0, trouble);
        assert.ok(!/\bada\b/.test(trouble));
        assert.deepEqual(answersOf(index), before);
        // Whoever moves it away is told of it no more.
        await bucket.remove(key);
        await index.refresh();
        assert.deepEqual(index.reading.troubles, []);
        assert.deepEqual(answersOf(index), before);
      }),
      { numRuns: runs(60) },
    );
  });

  it("counts the lines before the damage, as the ledger does", async () => {
    const bucket = memoryBucket();
    const lines = [1, 2, 3].map((each) =>
      JSON.stringify({ id: eventId(each), arrived: noon(DAY), source: "a", learner: {}, event: {} }),
    );
    const key = `raw/dt=${DAY}/hour=12/${"0".repeat(32)}.nobody.ndjson.gz`;
    await bucket.put(key, gzipSync(`${lines[0]}\n${lines[1]}\n{"id":"ada\n${lines[2]}\n`));
    const troubles: Trouble[] = [];
    const accounts = await readAccounts(bucket, ENDPOINTS, {
      window: WINDOW,
      onTrouble: (each) => troubles.push(each),
    });
    const index = indexOver(bucket);
    await index.refresh();
    assert.equal(accounts.accepted, 2);
    assert.equal(index.totals().accepted, 2);
    assert.deepEqual(
      index.reading.troubles,
      troubles.map(({ detail }) => detail),
    );
    assert.match(index.reading.troubles[0] ?? "", /^Line 3 /);
  });
});

describe("The index of an archive that does not answer", () => {
  it("says so, and goes on where it was when it does", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat({ max: 20 }), async (steps, reads) => {
        const bucket = memoryBucket();
        let left = Number.POSITIVE_INFINITY;
        const failing: MemoryBucket = {
          ...bucket,
          find: async (key) => {
            if (left-- <= 0) throw new Error("SlowDown");
            return bucket.find(key);
          },
        };
        for (const [at, step] of steps.entries()) await carryOut(bucket, step, at);
        const index = indexOver(failing);
        left = reads;
        const hasFailed = await index.refresh().then(
          () => false,
          ({ message }: Error) => message === "SlowDown",
        );
        assert.equal(index.isWhole, !hasFailed);
        left = Number.POSITIVE_INFINITY;
        await index.refresh();
        assert.ok(index.isWhole);
        const whole = indexOver(bucket);
        await whole.refresh();
        assert.deepEqual(answersOf(index), answersOf(whole));
      }),
      { numRuns: runs(60) },
    );
  });
});

describe("The index of an archive while it is read", () => {
  /** So many objects come at once, the others when they are released. */
  const FIRST = 40;

  it("answers from what is there so far, and everybody who waits, waits for the same", async () => {
    const bucket = memoryBucket();
    for (let day = 0; day < 5; day++)
      for (let each = 0; each < 10; each++)
        await putEvent(bucket, `event ${day} ${each}`, daysAfter(DAYS.from, day), [
          `statement ${day} ${each}`,
        ]);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let found = 0;
    const halting: MemoryBucket = {
      ...bucket,
      find: async (key) => {
        if (++found > FIRST) await released;
        return bucket.find(key);
      },
    };
    const slow = indexOver(halting, atStore);
    assert.deepEqual([slow.isWhole, slow.reading.read, slow.totals().accepted], [false, 0, 0]);
    const refreshing = slow.refresh();
    const asked = slow.refresh();
    assert.equal(slow.refresh(), asked);
    while (slow.reading.read < FIRST) await new Promise(setImmediate);
    const { read, objects } = slow.reading;
    assert.deepEqual([slow.isWhole, read, objects], [false, FIRST, 100]);
    const some = slow.events({}, 0, 100);
    assert.ok(some.total > 0 && some.total < 50);
    // The newest days come first.
    assert.equal(some.events[0]?.arrived.slice(0, 10), daysAfter(DAYS.from, 4));
    assert.equal(slow.totals().accepted, some.total);
    assert.ok(slow.accounts()[0]?.received !== undefined);
    const { version } = slow;
    release();
    await refreshing;
    await asked;
    assert.ok(slow.isWhole && slow.version > version);
    assert.equal(slow.reading.read, slow.reading.objects);
    assert.equal(slow.events({}, 0, 100).total, 50);
  });

  it("never says that something waits whose end it is just about to read", async () => {
    const { bucket, hold, release } = held(memoryBucket());
    const index = indexOver(bucket, atStore);
    await index.refresh();
    await putEvent(bucket, "event", DAY, ["statement"]);
    await putReceipt(bucket, "statement", noon(DAY), { event: "event" });
    hold();
    const refreshing = index.refresh();
    for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate);
    assert.deepEqual([index.isWhole, index.accounts()[0]?.received, index.unaccounted()], [true, 0, 0]);
    release();
    await refreshing;
    assert.deepEqual([index.accounts()[0]?.delivered, index.accounts()[0]?.waiting], [1, 0]);
  });
});
