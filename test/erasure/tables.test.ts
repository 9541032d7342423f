import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { isDayFile } from "../../src/archive/layout.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { type LearnerRecord, learnerRecords } from "../../src/erasure/records.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { intoTables, rowsOf } from "../support/tables.ts";
import { accountOf, acts, isGone } from "./outcome.ts";
import { type Act, archiveBatch, erasing, eventOf, idsBegin, LRS, tagOf } from "./support.ts";

const ADA = "ada";
const GRACE = "grace";

const tablesIn = ({ objects }: MemoryBucket): readonly string[] => [...objects.keys()].filter(isDayFile);

const rowsIn = async ({ objects }: MemoryBucket) =>
  (await Promise.all([...objects].filter(([key]) => isDayFile(key)).map(([, body]) => rowsOf(body)))).flat();

const recordsOf = async (
  bucket: MemoryBucket,
  username: string,
  after?: string,
): Promise<readonly LearnerRecord[]> => {
  const all: LearnerRecord[] = [];
  for await (const each of learnerRecords(
    bucket,
    { username, tags: [tagOf(username)] },
    after === undefined ? {} : { after },
  ))
    all.push(each);
  return all;
};

const archived = fc.array(
  fc.array(
    fc.record({
      username: fc.constantFrom(ADA, GRACE, "emmy"),
      arrived: fc.constantFrom("2026-11-18", "2026-11-19", "2026-11-20").map((day) => `${day}T09:15:00.000Z`),
      end: fc.constantFrom(undefined, "setAside" as const, "quarantined" as const),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  { minLength: 1, maxLength: 4 },
);

describe("A learner's records in tables", () => {
  it("are the same as in objects of lines, wherever reading goes on, and whichever days are tables", async () => {
    const days = fc.subarray(["2026-11-18", "2026-11-19", "2026-11-20"]);
    await fc.assert(
      fc.asyncProperty(archived, days, async (batches, finished) => {
        const bucket = memoryBucket();
        let number = 0;
        for (const some of batches)
          await archiveBatch(
            bucket,
            some.map(
              ({ end, ...each }): Act => ({
                ...each,
                number: number++,
                ...(end !== undefined && { end }),
              }),
            ),
          );
        const before = await recordsOf(bucket, ADA);
        await intoTables(bucket, { isFinished: (day) => finished.includes(day) });
        const all = await recordsOf(bucket, ADA);
        const textsOf = (records: readonly LearnerRecord[]): readonly string[] =>
          records.map(({ key: _, ...each }) => JSON.stringify(each)).sort();
        assert.deepEqual(textsOf(all), textsOf(before));
        const keys = all.map(({ key }) => key);
        assert.deepEqual(keys, keys.toSorted());
        for (const after of new Set(keys))
          assert.deepEqual(
            await recordsOf(bucket, ADA, after),
            all.filter(({ key }) => key > after),
          );
      }),
      { numRuns: runs(50) },
    );
  });
});

describe("An erasure out of tables", () => {
  it("takes the learner's rows, and leaves the others' as they are, with the batches that they came in", async () => {
    const bucket = memoryBucket();
    for (let at = 0; at < 5; at++)
      await archiveBatch(bucket, [
        ...acts(ADA, 5).slice(at, at + 1),
        ...acts(GRACE, 10).slice(2 * at, 2 * at + 2),
      ]);
    await intoTables(bucket);
    const [table = ""] = tablesIn(bucket);
    const others = (await rowsIn(bucket)).filter(({ tag }) => tag !== tagOf(ADA));
    assert.equal(others.length, 10);
    const { remains, record } = await eraseLearner(erasing(bucket, ADA).parts);
    assert.deepEqual([remains, record.removed.raw], [[], 5]);
    assert.deepEqual(await rowsIn(bucket), others);
    const [next = "", ...more] = tablesIn(bucket);
    assert.deepEqual(more, []);
    assert.notEqual(next, table);
    assert.equal(next.slice(0, next.lastIndexOf("/")), table.slice(0, table.lastIndexOf("/")));
    assert.ok(await isGone(bucket, ADA));
    assert.deepEqual((await accountOf(bucket, LRS)).unexplained, 0);
  });

  it("removes a table in which nobody else is, and one that is kept no longer, whoever else is in it", async () => {
    for (const [others, arrived] of [
      [0, "2026-11-20T09:15:00.000Z"],
      [3, "2025-09-01T09:15:00.000Z"],
    ] as const) {
      const bucket = memoryBucket();
      await archiveBatch(bucket, [...acts(ADA, 3, { arrived }), ...acts(GRACE, others, { arrived })]);
      await intoTables(bucket);
      assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
      assert.deepEqual(tablesIn(bucket), []);
      assert.ok(await isGone(bucket, ADA));
    }
  });

  it("leaves the row of an event of which the ledger knows nothing yet, until no queue holds it", async () => {
    const bucket = memoryBucket();
    const [known, unknown] = acts(ADA, 2);
    assert.ok(known && unknown);
    await archiveBatch(bucket, [unknown, ...acts(GRACE, 1)]);
    for (const key of [...bucket.objects.keys()]) if (!key.startsWith("raw/")) await bucket.remove(key);
    await archiveBatch(bucket, [known]);
    await intoTables(bucket);
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, ["coming"]);
    const left = (await rowsIn(bucket)).filter(({ text }) => text.includes(idsBegin(ADA)));
    assert.deepEqual(
      left.map(({ text }) => JSON.parse(text).id),
      [eventOf(unknown)],
    );
    const later = erasing(bucket, ADA, { now: () => new Date("2026-12-07T00:00:00.000Z") });
    assert.deepEqual((await eraseLearner(later.parts)).remains, []);
    assert.ok(await isGone(bucket, ADA));
    assert.equal((await rowsIn(bucket)).length, 1);
  });

  it("finds what was written under the former key, and what bears a name and no tag, with what came of it", async () => {
    const bucket = memoryBucket();
    const former = learnerTags("the former key")(ADA);
    const lineOf = (id: string, learner: object): string =>
      JSON.stringify({ id, arrived: "2026-11-10T09:15:00.000Z", source: "a/b", learner, event: {} });
    const lines = [
      lineOf("1", { username: ADA, tag: former }),
      lineOf("2", { username: ADA }),
      lineOf("3", { username: GRACE }),
      lineOf("4", {}),
    ];
    const folder = "raw/dt=2026-11-10/hour=09";
    await bucket.put(`${folder}/0123.ndjson.gz`, gzipSync(lines.map((line) => `${line}\n`).join("")));
    await bucket.put(
      `receipts/endpoint=${LRS}/dt=2026-11-10/0123.ndjson.gz`,
      gzipSync(`${JSON.stringify({ id: "s", event: "2", at: "2026-11-10T09:15:00.000Z" })}\n`),
    );
    await intoTables(bucket);
    assert.equal(tablesIn(bucket).length, 1);
    const { parts, sent } = erasing(bucket, ADA, { who: { username: ADA, tags: [tagOf(ADA), former] } });
    // Long ago, and of none of these does the ledger know.
    const now = () => new Date("2026-12-01T00:00:00.000Z");
    assert.deepEqual((await eraseLearner({ ...parts, now })).remains, []);
    assert.equal(sent.length, 1);
    assert.deepEqual(
      (await rowsIn(bucket)).map(({ text }) => text),
      [lines[3], lines[2]],
    );
    assert.ok([...bucket.objects.keys()].every((key) => !key.startsWith("receipts/")));
  });
});
