import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { daysAfter } from "../../src/archive/days.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import { ledgerLine } from "../../src/ledger/ledger.ts";
import { archiveIndex } from "../../workbench/index/index.ts";
import { failureOf, noon, putFailures, putRaw, putReceipt, STORE } from "../ledger/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { eventId } from "./index-history.ts";
import { DAYS, indexOver, partsOver } from "./index-support.ts";

const DAY = "2026-11-20";
const atStore = { endpoints: [STORE] };

describe("An end that the ledger does not explain", () => {
  const unexplained = async (bucket: MemoryBucket, late: number | undefined) => {
    const { late: _, ...without } = partsOver(bucket, atStore);
    const index = archiveIndex({ ...without, ...(late !== undefined && { late }) });
    await index.refresh();
    return index.accounts()[0]?.unexplained;
  };

  it("is told where its event arrived within the days, or where it came too late for one before them", async () => {
    const bucket = memoryBucket();
    await putRaw(bucket, "lost", DAY);
    await putReceipt(bucket, "1", noon(DAY), { event: "lost" });
    await putReceipt(bucket, "2", noon(DAYS.from), { event: "of another day" });
    await putFailures(bucket, failureOf("3", noon("2026-11-22"), { event: "of another day" }));
    assert.equal(await unexplained(bucket, undefined), 1);
    assert.equal(await unexplained(bucket, 3), 2);
    assert.equal(await unexplained(bucket, 0), 3);
  });

  it("is told of only when the ledger was looked at once more", async () => {
    const bucket = memoryBucket();
    await putRaw(bucket, "event", DAY);
    await putReceipt(bucket, "statement", noon(DAY), { event: "event" });
    const entry = ledgerLine(noon(DAY), { event: "event", to: { [STORE]: ["statement"] } });
    let isLate = true;
    const late: MemoryBucket = {
      ...bucket,
      find: async (key) => {
        const found = await bucket.find(key);
        // It was on its way when the ledger was listed.
        if (isLate) await writeLines(bucket, prefixOf("ledger"), [entry]);
        isLate = false;
        return found;
      },
    };
    const index = indexOver(late, atStore);
    await index.refresh();
    assert.equal(index.accounts()[0]?.unexplained, 0);
    await index.refresh();
    assert.deepEqual([index.accounts()[0]?.unexplained, index.accounts()[0]?.delivered], [0, 1]);
  });
});

describe("The index of an archive of more events than it holds", () => {
  const put = async (bucket: MemoryBucket, day: string, hour: number, first: number): Promise<void> => {
    const arrived = `${day}T${String(hour).padStart(2, "0")}:00:00.000Z`;
    const numbers = Array.from({ length: 10 }, (_, at) => first + at);
    const learner = { roles: [], proven: true, sender: {} };
    await writeLines(
      bucket,
      prefixOf("raw"),
      numbers.map((number) => rawLine(eventId(number), arrived, "a", learner, "{}")),
    );
    await writeLines(
      bucket,
      prefixOf("ledger"),
      numbers.map((number) =>
        ledgerLine(arrived, { event: eventId(number), to: { [STORE]: [`s ${number}`] } }),
      ),
    );
    for (const number of numbers)
      await putReceipt(bucket, `s ${number}`, arrived, { event: eventId(number) });
  };

  it("looks at the latest alone, and goes on with what comes", async () => {
    const bucket = memoryBucket();
    for (let day = 0; day < 4; day++)
      for (let hour = 8; hour < 10; hour++)
        await put(bucket, daysAfter(DAYS.from, day), hour, day * 100 + hour * 10);
    const index = indexOver(bucket, { ...atStore, most: 25 });
    await index.refresh();
    const { isCut, from, to, read, objects } = index.reading;
    assert.deepEqual([isCut, from, to], [true, daysAfter(DAYS.from, 2), DAYS.to]);
    assert.ok(index.isWhole);
    assert.equal(read, objects);
    assert.equal(index.events({}, 0, 100).total, 30);
    assert.equal(index.events({}, 29, 1).events[0]?.arrived, `${from}T09:00:00.000Z`);
    // What is not looked at counts nowhere.
    const [account] = index.accounts();
    assert.deepEqual([account?.received, account?.delivered, account?.unexplained], [30, 30, 0]);

    // What has just come is there; when it is too much, the oldest is left.
    await put(bucket, daysAfter(DAYS.from, 4), 8, 500);
    await index.refresh();
    assert.equal(index.events({}, 0, 1).events[0]?.arrived.slice(0, 10), daysAfter(DAYS.from, 4));
    for (let hour = 9; hour < 13; hour++) await put(bucket, daysAfter(DAYS.from, 4), hour, 400 + hour * 10);
    await index.refresh();
    assert.equal(index.events({}, 0, 100).total, 30);
    assert.equal(index.reading.from, daysAfter(DAYS.from, 4));
    assert.equal(index.events({}, 0, 1).events[0]?.arrived, `${daysAfter(DAYS.from, 4)}T12:00:00.000Z`);
    assert.equal(index.accounts()[0]?.delivered, 30);
  });

  it("holds all where there are just as many", async () => {
    const bucket = memoryBucket();
    for (let hour = 8; hour < 10; hour++) await put(bucket, DAY, hour, hour * 10);
    const index = indexOver(bucket, { ...atStore, most: 20 });
    await index.refresh();
    assert.deepEqual([index.reading.isCut, index.events({}, 0, 100).total], [false, 20]);
  });
});
