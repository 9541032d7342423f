import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isDayFile, prefixOf } from "../../src/archive/layout.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { archive, batch, batches, compacted, type Event, early, SOURCES } from "../compaction/support.ts";
import { type Act, archiveBatch, erasing, eventOf, idsBegin, LRS, statementOf } from "../erasure/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { answersOf, ENDPOINTS, held, indexOver } from "./index-support.ts";

const [ADA, GRACE] = ["ada", "grace"];

const act: fc.Arbitrary<Act> = fc.record({
  username: fc.constantFrom(ADA, GRACE, "katherine"),
  number: fc.nat({ max: 30 }),
  arrived: fc.constantFrom(
    "2026-11-19T10:00:00.000Z",
    "2026-11-20T11:00:00.000Z",
    "2026-11-20T12:00:00.000Z",
  ),
  end: fc.constantFrom("setAside" as const, "conflict" as const, "quarantined" as const),
});
const acts = fc.array(
  fc.oneof(
    act,
    act.map(({ end: _, ...delivered }) => delivered),
  ),
  { minLength: 1, maxLength: 8 },
);

/** An event is always of the same learner and source, as its id is made of both. */
const likely = (some: readonly (readonly Event[])[]): readonly (readonly Event[])[] =>
  some.map((each) =>
    each.map((event) => ({
      ...event,
      who: [ADA, GRACE, undefined][event.number % 3],
      source: SOURCES[event.number % 2] ?? SOURCES[0],
    })),
  );

const erase = async (bucket: MemoryBucket, username: string): Promise<void> => {
  assert.deepEqual((await eraseLearner(erasing(bucket, username).parts)).remains, []);
};

const fresh = async (bucket: MemoryBucket) => {
  const index = indexOver(bucket);
  await index.refresh();
  return answersOf(index);
};

describe("The index of an archive, when a learner was erased", () => {
  it("holds nothing of them any more, and all of the others", async () => {
    let erased = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 1, maxLength: 4 }), async (all) => {
        const bucket = memoryBucket();
        for (const some of all) await archiveBatch(bucket, some);
        const index = indexOver(bucket);
        await index.refresh();
        if (JSON.stringify(answersOf(index)).includes(idsBegin(ADA))) erased++;
        const { version } = index;
        await erase(bucket, ADA);
        await index.refresh();
        const answers = answersOf(index);
        assert.ok(!JSON.stringify(answers).includes(idsBegin(ADA)));
        assert.deepEqual(answers, await fresh(bucket));
        assert.ok(index.version >= version);
        for (const each of all.flat().filter(({ username }) => username === ADA)) {
          assert.equal(index.event(eventOf(each)), undefined);
          assert.equal(index.endOf(LRS, statementOf(each, LRS)), undefined);
          assert.equal(await index.failedRecord(LRS, statementOf(each, LRS)), undefined);
        }
      }),
      { numRuns: runs(60) },
    );
    assert.ok(erased > runs(60) / 2);
  });

  it("answers as before until all was read anew, and grows older by it", async () => {
    const { bucket, hold, release } = held(memoryBucket());
    const arrived = "2026-11-20T11:00:00.000Z";
    await archiveBatch(bucket, [
      { username: ADA, number: 1, arrived },
      { username: GRACE, number: 2, arrived },
    ]);
    const index = indexOver(bucket);
    await index.refresh();
    const [before, { version }] = [answersOf(index), index];
    await erase(bucket, ADA);
    hold();
    const refreshing = index.refresh();
    for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate);
    assert.deepEqual(answersOf(index), before);
    // Nobody takes it for what is there now.
    assert.ok(!index.isWhole && index.reading.read < index.reading.objects);
    release();
    await refreshing;
    assert.ok(index.isWhole && index.reading.read === index.reading.objects);
    assert.equal(index.totals().accepted, 1);
    assert.ok(index.version > version);
  });

  it("gives no line of theirs again, even before it was refreshed", async () => {
    const bucket = memoryBucket();
    const own: Act = { username: ADA, number: 1, arrived: "2026-11-20T11:00:00.000Z", end: "setAside" };
    await archiveBatch(bucket, [own]);
    const index = indexOver(bucket);
    await index.refresh();
    const event = index.event(eventOf(own)) ?? assert.fail();
    assert.equal((await index.batchOf(event))?.batch.length, 1);
    assert.ok((await index.failedRecord(LRS, statementOf(own, LRS)))?.statement !== undefined);
    await erase(bucket, ADA);
    assert.equal(await index.batchOf(event), undefined);
    assert.equal(await index.failedRecord(LRS, statementOf(own, LRS)), undefined);
  });
});

describe("The index of an archive, when days were put into tables", () => {
  it("answers the same as before", async () => {
    let tables = 0;
    await fc.assert(
      fc.asyncProperty(batches, batches, async (some, more) => {
        const bucket = memoryBucket();
        for (const each of likely(some)) await archive(bucket, each);
        const index = indexOver(bucket);
        await index.refresh();
        const before = answersOf(index);
        await compacted(bucket);
        tables += [...bucket.objects.keys()].filter(isDayFile).length;
        await index.refresh();
        assert.deepEqual(answersOf(index), before);
        // What comes late lies beside the tables, and so does what came again.
        for (const each of likely(more)) await archive(bucket, each);
        await index.refresh();
        assert.deepEqual(answersOf(index), await fresh(bucket));
      }),
      { numRuns: runs(60) },
    );
    assert.ok(tables > runs(60));
  });

  it("finds the line of an event, and those that came with it", async () => {
    const bucket = await early();
    // Somebody did two things in one batch.
    await archive(bucket, [...batch(30, 11), ...batch(40, 11)]);
    const index = indexOver(bucket);
    await index.refresh();
    const found = async () =>
      new Map(
        await Promise.all(
          index.events({}, 0, 100).events.map(async (event) => {
            const { line, batch } = (await index.batchOf(event)) ?? assert.fail();
            assert.equal(JSON.parse(line).id, event.id);
            assert.ok(batch.includes(line));
            for (const each of batch) assert.equal(JSON.parse(each).learner.tag, event.tag);
            return [event.id, { line, batch }] as const;
          }),
        ),
      );
    const before = await found();
    assert.equal([...before.values()].filter(({ batch }) => batch.length === 2).length, 6);
    await compacted(bucket);
    for (const event of index.events({}, 0, 100).events) assert.equal(await index.batchOf(event), undefined);
    await index.refresh();
    const after = await found();
    // Tables are of one source each, and so are their batches.
    for (const [id, { line }] of before) assert.equal(after.get(id)?.line, line);
    assert.equal(after.size, before.size);
  });

  it("is read whole though it is compacted or erased meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 30 }), fc.boolean(), async (turns, isErased) => {
        const bucket = memoryBucket();
        for (let number = 0; number < 6; number++)
          await archiveBatch(
            bucket,
            [ADA, GRACE].map((username) => ({
              username,
              number,
              arrived: `2026-11-20T1${number}:00:00.000Z`,
            })),
          );
        const index = indexOver(bucket);
        const refreshing = index.refresh();
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        await (isErased ? erase(bucket, ADA) : compacted(bucket));
        await refreshing;
        await index.refresh();
        assert.ok(index.isWhole);
        assert.deepEqual(answersOf(index), await fresh(bucket));
        assert.equal(index.totals().accepted, isErased ? 6 : 12);
      }),
      { numRuns: runs(40) },
    );
  });
});

it("The index knows an object of each endpoint that is looked at, and of no other", async () => {
  const bucket = memoryBucket();
  await archiveBatch(bucket, [{ username: ADA, number: 1, arrived: "2026-11-20T11:00:00.000Z" }]);
  const index = indexOver(bucket, { endpoints: [LRS] });
  await index.refresh();
  assert.deepEqual(
    index.accounts().map(({ endpoint, delivered }) => [endpoint, delivered]),
    [[LRS, 1]],
  );
  const of = (prefix: string): number =>
    [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).length;
  assert.equal(index.reading.objects, of("") - of(prefixOf("receipts", ENDPOINTS[1])));
  assert.equal(index.events({ endpoint: ENDPOINTS[1] }, 0, 10).total, 0);
});
