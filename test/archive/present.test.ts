import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { type Bucket, TAIL } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { type ObjectState, type PresentOptions, readPresent } from "../../src/archive/present.ts";
import { readDated } from "../../src/archive/read.ts";
import { rawLine } from "../../src/archive/records.ts";
import { learnersData } from "../../src/page/data.ts";
import { archiveSearch } from "../../src/page/search.ts";
import { SITE_KEY } from "../consent/support.ts";
import { metered } from "../erasure/metered.ts";
import { archiveBatch, tagOf } from "../erasure/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { intoTables } from "../support/tables.ts";

const DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"];
const names = Array.from({ length: 60 }, (_, at) => `learner-${at}`);

/** Each learner does something, in each of two hours of three days. */
const archive = async (): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (const [day, date] of DAYS.entries())
    for (const hour of [9, 10])
      await archiveBatch(
        bucket,
        names.map((username) => ({
          username,
          number: 100 * day + hour,
          arrived: `${date}T${String(hour).padStart(2, "0")}:15:00.000Z`,
        })),
      );
  return bucket;
};

const read = async (
  bucket: Pick<MemoryBucket, "find" | "open">,
  keys: readonly string[],
  username: string,
  options: PresentOptions = {},
) => {
  const gone: string[] = [];
  const told: (readonly [string, ObjectState])[] = [];
  const pieces: { readonly key: string; readonly lines: readonly string[] }[] = [];
  const all = readPresent(bucket, keys, [tagOf(username)], (key) => gone.push(key), {
    onObject: (key, state) => told.push([key, state]),
    ...options,
  });
  for await (const { key, lines } of all) pieces.push({ key, lines });
  return { gone, told, pieces };
};

describe("What is read of tables for a learner", () => {
  it("is their lines only, and of a table without any it is told that there is none", async () => {
    const bucket = await archive();
    const tables = await intoTables(bucket);
    const { pieces, told, gone } = await read(bucket, tables, "learner-7");
    assert.deepEqual(
      pieces.map(({ key, lines }) => [key, lines.length]),
      tables.map((key) => [key, 2]),
    );
    for (const line of pieces.flatMap(({ lines }) => lines)) assert.match(line, /"username":"learner-7"/);
    assert.deepEqual([told, gone], [tables.map((key) => [key, "there"]), []]);
    const nobody = await read(bucket, tables, "nobody");
    assert.deepEqual(
      nobody.pieces,
      tables.map((key) => ({ key, lines: [] })),
    );
  });

  it("comes part by part, and is said to be gone where the table is removed in between", async () => {
    const bucket = memoryBucket();
    const acts = Array.from({ length: 9000 }, (_, number) => ({
      username: "ada",
      number,
      arrived: "2026-11-20T09:15:00.000Z",
    }));
    for (let from = 0; from < acts.length; from += 1000)
      await archiveBatch(bucket, acts.slice(from, from + 1000));
    const [table = ""] = await intoTables(bucket);
    const whole = await read(bucket, [table], "ada");
    assert.ok(whole.pieces.length > 1);
    assert.equal(whole.pieces.flatMap(({ lines }) => lines).length, acts.length);

    const gone: string[] = [];
    const states: ObjectState[] = [];
    const onObject = (_: string, state: ObjectState) => states.push(state);
    for await (const _ of readPresent(bucket, [table], [tagOf("ada")], (key) => gone.push(key), { onObject }))
      await bucket.remove(table);
    assert.deepEqual([gone, states], [[table], ["there", "gone"]]);
    assert.deepEqual((await read(bucket, [table], "ada")).told, [[table, "gone"]]);
  });

  it("is nothing where a part of it would be too large", async () => {
    const bucket = await archive();
    const [table = ""] = await intoTables(bucket);
    const { told, pieces } = await read(bucket, [table], "learner-7", { largest: 100 });
    assert.deepEqual([told, pieces], [[[table, "tooLarge"]], []]);
  });

  it("is all but the parts that would be too large, of which it is told once, when the others were read", async (t) => {
    const bucket = memoryBucket();
    const [wide = "", other = ""] = names.toSorted((one, next) => (tagOf(one) < tagOf(next) ? -1 : 1));
    const put = (username: string, count: number, size: number): Promise<void> => {
      const learner = { username, tag: tagOf(username), roles: [], proven: true, sender: {} };
      const lines = Array.from({ length: count }, (_, at) => {
        const event = `{"is":"${randomBytes(size / 2).toString("hex")}"}`;
        return rawLine(`${size}-${at}`, "2026-11-20T09:15:00.000Z", "a/b", learner, event);
      });
      return writeLines(bucket, "raw/", lines);
    };
    // Each of these is packed by itself.
    await put(wide, 4000, 2);
    await put(wide, 5, 900_000);
    await put(other, 10, 2);
    const [table = ""] = await intoTables(bucket);
    const largest = 3_000_000;
    const idsOf = async (username: string, within?: number) => {
      const options = within === undefined ? {} : { largest: within };
      const { told, pieces } = await read(bucket, [table], username, options);
      return [told.map(([, state]) => state), pieces.flatMap(({ lines }) => lines).length];
    };
    assert.deepEqual(await idsOf(wide), [["there"], 4005]);
    assert.deepEqual(await idsOf(wide, largest), [["there", "tooLarge"], 4000]);
    assert.deepEqual(await idsOf(other, largest), [["there"], 10]);
    assert.deepEqual(await idsOf(wide, 100), [["tooLarge"], 0]);

    // And the learners' page, part by part, gives each of them once, and says once that something is left out.
    const search = archiveSearch(bucket, (username) => [tagOf(username)], { largest });
    const data = learnersData(search, SITE_KEY, { largest: 200_000 });
    const warned = t.mock.method(console, "warn", () => {});
    const [found, leftOut]: [string[], number[]] = [[], []];
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
      const part = await data.partOf(wide, after);
      found.push(...part.text.split("\n").filter((line) => line.includes('"id"')));
      leftOut.push(part.leftOut);
      after = part.next;
    }
    assert.deepEqual([found.length, new Set(found).size], [4000, 4000]);
    assert.ok(leftOut.length > 3, String(leftOut.length));
    assert.equal(
      leftOut.reduce((sum, each) => sum + each, 0),
      1,
    );
    assert.equal(warned.mock.callCount(), 1);
  });

  it("is fetched in few requests, and of a large table only in part", async () => {
    const bucket = memoryBucket();
    const arrived = "2026-11-20T09:15:00.000Z";
    const lines = names.flatMap((username) => {
      const learner = { username, tag: tagOf(username), roles: [], proven: true, sender: {} };
      return Array.from({ length: 200 }, (_, at) =>
        rawLine(`${username}-${at}`, arrived, "a/b", learner, `{"is":"${randomBytes(60).toString("hex")}"}`),
      );
    });
    await writeLines(bucket, "raw/", lines);
    const [table = ""] = await intoTables(bucket);
    const size = bucket.objects.get(table)?.length ?? 0;
    assert.ok(size > 2 * TAIL, String(size));
    const meter = metered(bucket);
    const { pieces } = await read(meter.bucket, [table], "learner-7");
    assert.equal(pieces.flatMap(({ lines }) => lines).length, 200);
    const { requests, read: bytes } = meter.count();
    assert.ok(requests <= 8, String(requests));
    // Its end, where it says what is where, and the one or two parts that may have something.
    assert.ok(bytes < TAIL + size / 2, `${bytes} of ${size}`);
  });
});

describe("All lines of the events", () => {
  const idsOf = async (bucket: Bucket, between?: () => Promise<unknown>): Promise<ReadonlySet<string>> => {
    const ids = new Set<string>();
    for await (const { line } of readDated(bucket, "raw/")) {
      ids.add((line as { readonly id: string }).id);
      await between?.();
    }
    return ids;
  };

  it("are the same in tables, under the same days", async () => {
    const daysOf = async (bucket: Bucket): Promise<readonly string[]> => {
      const all: string[] = [];
      for await (const { line, day } of readDated(bucket, "raw/")) all.push(`${day} ${JSON.stringify(line)}`);
      return all.sort();
    };
    const bucket = await archive();
    const before = await daysOf(bucket);
    await intoTables(bucket, { isFinished: (day) => day < "2026-11-20" });
    assert.deepEqual(await daysOf(bucket), before);
  });

  it("are all read though they are put into tables meanwhile", async () => {
    const bucket = await archive();
    const before = await idsOf(bucket);
    let isDone = false;
    const between = async () => {
      if (isDone) return;
      isDone = true;
      await intoTables(bucket);
    };
    // More objects than are read at once.
    for (let more = 0; more < 40; more++)
      await archiveBatch(bucket, [
        { username: "ada", number: more, arrived: `2026-11-20T1${more % 10}:15:00.000Z` },
      ]);
    const found = await idsOf(bucket, between);
    assert.deepEqual(isDone, true);
    assert.deepEqual([found.size, [...before].every((id) => found.has(id))], [before.size + 40, true]);
  });
});
