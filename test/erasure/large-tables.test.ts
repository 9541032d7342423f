import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { daysAfter } from "../../src/archive/days.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import { learnersData } from "../../src/page/data.ts";
import { archiveSearch } from "../../src/page/search.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { intoTables } from "../support/tables.ts";
import { metered } from "./metered.ts";
import { isGone } from "./outcome.ts";
import { erasing, eventOf, KEY, tagOf } from "./support.ts";

const LEARNERS = 500;
const DAYS = 100;
const FIRST = "2026-07-01";

const nameOf = (at: number): string => `learner-${String(at).padStart(4, "0")}`;
const HERS = nameOf(217);

const learners = Array.from({ length: LEARNERS }, (_, at) => ({
  username: nameOf(at),
  tag: tagOf(nameOf(at)),
  roles: ["Learner"],
  proven: true,
  sender: { role: "learner" as const },
}));

/** Events of so many days: on each, so many learners are at work. */
const archived = async (atWork: number, each: number): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (let day = 0; day < DAYS; day++) {
    const arrived = `${daysAfter(FIRST, day)}T09:15:00.000Z`;
    const names = Array.from({ length: atWork }, (_, at) => (day * atWork + at * 7) % LEARNERS);
    const lines = names.flatMap((number) =>
      Array.from({ length: each }, (_, more) => {
        const learner = learners[number] ?? assert.fail();
        const id = eventOf({ ...learner, number: 1000 * day + more, arrived });
        const event = JSON.stringify({ action: "save", path: `homework/${more}.ipynb`, at: arrived });
        return rawLine(id, arrived, "jupyter-server/contents", learner, event);
      }),
    );
    await writeLines(bucket, "raw/", lines);
  }
  return bucket;
};

const sizeOf = ({ objects }: MemoryBucket): number =>
  [...objects].reduce((sum, [key, body]) => sum + (key.startsWith("raw/") ? body.length : 0), 0);

describe(`Of ${DAYS} days of events of ${LEARNERS} learners`, () => {
  for (const [name, atWork, each] of [
    ["a fifth of them at work on each day", 100, 10],
    ["all of them at work on every day", LEARNERS, 3],
  ] as const)
    it(`one learner is exported, shown, and erased out of tables, ${name}`, async (t) => {
      const bucket = await archived(atWork, each);
      const names = [...bucket.objects.keys()].length;
      const meter = metered(bucket);
      const who = { username: HERS, tags: [tagOf(HERS)] };
      const records = async (): Promise<number> => {
        let found = 0;
        for await (const _ of learnerRecords(meter.bucket, who)) found++;
        return found;
      };
      const before = await records();
      t.diagnostic(`${names} objects of lines, ${sizeOf(bucket)} bytes; export: ${meter.said()}`);
      const tables = await intoTables(bucket);
      assert.equal(tables.length, DAYS);
      assert.equal(await records(), before);
      const { requests, read } = meter.count();
      t.diagnostic(`${tables.length} tables, ${sizeOf(bucket)} bytes; export: ${meter.said()}`);
      // One to open it, and where the learner may be in it, one for the tags and a few for the rows.
      assert.ok(requests <= 6 * DAYS, String(requests));
      assert.ok(read <= 2 * sizeOf(bucket));

      const data = learnersData(
        archiveSearch(meter.bucket, () => who.tags),
        KEY,
      );
      const part = await data.partOf(HERS);
      assert.deepEqual([part.records, part.next], [before, undefined]);
      t.diagnostic(`the learner's page: ${meter.said()}`);

      // Nothing of it can be had back from before.
      for (const key of [...bucket.hidden.keys()]) await bucket.remove(key);
      const { parts } = erasing(meter.bucket, HERS);
      const { remains, record } = await eraseLearner(parts);
      assert.deepEqual([remains, record.removed], [[], { raw: before }]);
      t.diagnostic(`erased out of ${record.objects} tables: ${meter.said()}`);
      assert.ok(await isGone(bucket, HERS));
    });
});
