import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { DamagedArchive } from "../../src/archive/damaged.ts";
import { type DayLine, type EventColumn, readRawLine, tagOf } from "../../src/archive/day-file.ts";
import { mayHave, openDayFile } from "../../src/archive/day-file-read.ts";
import { dayFileWriter, type ReadValues } from "../../src/archive/day-file-write.ts";
import { dayFileKey, GoneObject } from "../../src/archive/layout.ts";
import { linesOf } from "../../src/archive/read.ts";
import { rawLine } from "../../src/archive/records.ts";
import type { Learner } from "../../src/learner/identify.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { memoryBucket } from "../support/memory-bucket.ts";

const SOURCE = "jupyter-server/contents";
const DAY = "2026-11-20";
const tag = learnerTags("a-key-of-thirty-two-bytes-or-more");

const columns: readonly EventColumn[] = [
  { property: "text", name: "text", type: "string" },
  { property: "n", name: "n", type: "integer" },
  { property: "x", name: "x", type: "number" },
  { property: "yes", name: "yes", type: "boolean" },
  { property: "any", name: "any", type: "json" },
];

const readValues: ReadValues = ({ value }) => ({
  time: `${DAY}T10:00:00.000Z`,
  data: value.event as Readonly<Record<string, unknown>>,
});

const learnerOf = (username: string | undefined): Learner => ({
  ...(username !== undefined && { username, tag: tag(username) }),
  course: { id: 'stat","event":101' },
  roles: [],
  proven: true,
  sender: {},
});

const lineOf = (at: number, username: string | undefined, event: string): DayLine => {
  const learner = learnerOf(username);
  const id = `00000000-0000-5000-8000-${String(at).padStart(12, "0")}`;
  const { text } = rawLine(id, `${DAY}T10:00:00.000Z`, SOURCE, learner, event);
  return { text, batch: "0".repeat(32), tag: tagOf({ ...learner }) };
};

const sorted = (rows: readonly DayLine[]): readonly DayLine[] =>
  rows.toSorted((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));

const written = (rows: readonly DayLine[]): Uint8Array => {
  const writer = dayFileWriter(SOURCE, columns, readValues);
  for (const row of rows) writer.add([row]);
  return writer.finish();
};

const put = async (body: Uint8Array) => {
  const bucket = memoryBucket();
  const key = dayFileKey(DAY, SOURCE, body);
  await bucket.put(key, body);
  return { bucket, key };
};

const events = fc.record(
  {
    text: fc.oneof(fc.string({ unit: "binary" }), fc.integer()),
    n: fc.oneof(fc.integer(), fc.double(), fc.constant("text")),
    x: fc.oneof(fc.double(), fc.constant(null)),
    yes: fc.oneof(fc.boolean(), fc.constant(1)),
    any: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

/** Texts of events as producers write them: with spaces, and without. */
const texts = fc
  .tuple(events, fc.constantFrom(undefined, 1))
  .map(([event, indent]) => JSON.stringify(event, null, indent).replaceAll("\n", " "));

describe("A day's events as a table", () => {
  it("are read back byte for byte, in their order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom("ada", "grace", undefined), texts), { maxLength: 30 }),
        async (all) => {
          const rows = sorted(all.map(([username, text], at) => lineOf(at, username, text)));
          const { bucket, key } = await put(written(rows));
          const file = await openDayFile(bucket, key);
          assert.equal(file?.source, SOURCE);
          assert.equal(file?.rows, rows.length);
          const read: DayLine[] = [];
          for (const part of file?.parts ?? []) read.push(...((await file?.read(part)) ?? []));
          assert.deepEqual(read, rows);
        },
      ),
    );
  });

  it("keep a line as it is that the translator would have written otherwise", async () => {
    const { text, ...row } = lineOf(1, "ada", '{"text":"a"}');
    const odd = { ...row, text: text.replace('{"id":', '{ "id" : ') };
    assert.equal(readRawLine(odd.text)?.parts, undefined);
    const { bucket, key } = await put(written([odd]));
    const file = await openDayFile(bucket, key);
    assert.deepEqual(await file?.read(file.parts[0] ?? assert.fail()), [odd]);
  });

  it("are unpacked for one learner only where they may be theirs", async () => {
    const names = Array.from({ length: 200 }, (_, at) => `learner-${at}`);
    const rows = sorted(
      Array.from({ length: 12_000 }, (_, at) => lineOf(at, names[at % names.length], '{"text":"a"}')),
    );
    const { bucket, key } = await put(written(rows));
    const file = (await openDayFile(bucket, key)) ?? assert.fail();
    assert.equal(file.parts.length, 3);
    for (const name of names) {
      const may = file.parts.filter((part) => mayHave(part, [tag(name)]));
      assert.ok(may.length <= 2);
      const lines: string[] = [];
      for await (const some of linesOf(file, [tag(name)])) lines.push(...some);
      assert.deepEqual(
        lines,
        rows.filter((row) => row.tag === tag(name)).map(({ text }) => text),
      );
    }
  });

  it("are what another reader, DuckDB, finds in it too, values with their types", async () => {
    const event = { text: "a'b\u0001", n: 2 ** 53 - 1, x: -0.5, yes: true, any: { b: [1, null] } };
    const other = { text: 5, n: 1.5, x: "x", yes: "yes" };
    const rows = sorted([
      lineOf(1, "ada", JSON.stringify(event)),
      lineOf(2, "ada", JSON.stringify(other)),
      lineOf(3, undefined, "{}"),
    ]);
    const folder = await mkdtemp(join(tmpdir(), "day-file-"));
    try {
      const path = join(folder, "day.parquet");
      await writeFile(path, written(rows));
      const database = await DuckDBInstance.create();
      const connection = await database.connect();
      const result = await connection.runAndReadAll(
        `select id, tag, batch, arrived, epoch_ms(time) ms, username, course, learner, event, line, text, n, x, yes, "any" from '${path}' order by id`,
      );
      connection.closeSync();
      const found = result.getRowObjectsJson();
      assert.equal(found.length, 3);
      const [first, second, third] = found;
      assert.deepEqual(first, {
        id: "00000000-0000-5000-8000-000000000001",
        tag: tag("ada"),
        batch: "0".repeat(32),
        arrived: `${DAY}T10:00:00.000Z`,
        ms: String(Date.parse(`${DAY}T10:00:00.000Z`)),
        username: "ada",
        course: 'stat","event":101',
        learner: JSON.stringify(learnerOf("ada")),
        event: JSON.stringify(event),
        line: null,
        text: event.text,
        n: String(event.n),
        x: -0.5,
        yes: true,
        any: JSON.stringify(event.any),
      });
      for (const name of ["text", "n", "x", "yes", "any"]) assert.equal(second?.[name], null);
      assert.equal(second?.event, JSON.stringify(other));
      assert.deepEqual([third?.tag, third?.username], ["nobody", null]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("give no other line wherever one of their bytes is another", async () => {
    const rows = sorted(
      ["ada", "grace", undefined].map((name, at) => lineOf(at, name, '{"text":"a","n":1}')),
    );
    const body = written(rows);
    const { bucket, key } = await put(body);
    const whole = (await openDayFile(bucket, key)) ?? assert.fail();
    const told = { damaged: 0, whole: 0 };
    for (let at = 0; at < body.length; at++) {
      const changed = body.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const other = await put(changed);
      try {
        const file = (await openDayFile(other.bucket, other.key)) ?? assert.fail();
        const read: DayLine[] = [];
        for (const part of file.parts) read.push(...(await file.read(part)));
        assert.deepEqual([read, file.parts], [rows, whole.parts]);
        told.whole++;
      } catch (error) {
        assert.ok(error instanceof DamagedArchive, String(error));
        told.damaged++;
      }
    }
    // Of the rest, such as statistics, nothing is asked here.
    assert.ok(told.damaged > told.whole, JSON.stringify(told));
  });

  it("hold an event that is nested deeper than anything can be written anew", async () => {
    const deep = `{"any":${"[".repeat(20_000)}${"]".repeat(20_000)},"n":1}`;
    const row = lineOf(1, "ada", deep);
    const spaced = { ...row, text: row.text.replace('{"id":', '{ "id" : ') };
    const { bucket, key } = await put(written([row, spaced]));
    const file = (await openDayFile(bucket, key)) ?? assert.fail();
    const [first, second] = await file.readAll(file.parts[0] ?? assert.fail());
    assert.deepEqual([first?.text, second?.text], [row.text, spaced.text]);
    assert.deepEqual([first?.values.any, first?.values.n], [null, 1n]);
  });

  it("keep what is large apart, so that nobody else's lines lie behind it", async () => {
    const large = `{"text":"${"x".repeat(3_000_000)}"}`;
    const rows = sorted(
      ["ada", "grace", "katherine"].map((name, at) => lineOf(at, name, at === 1 ? large : "{}")),
    );
    const { bucket, key } = await put(written([...rows, ...rows.map((row) => ({ ...row, tag: "unknown" }))]));
    const file = (await openDayFile(bucket, key)) ?? assert.fail();
    assert.ok(file.parts.length > 1);
    for (const { size } of file.parts) assert.ok(size < 5 * 1024 * 1024, String(size));
  });

  it("are said to be damaged wherever they are cut off, and what is no table is none", async () => {
    const body = written([lineOf(1, "ada", '{"text":"a"}')]);
    for (const cut of [0, 3, 8, 100, body.length - 1]) {
      const { bucket, key } = await put(body.subarray(0, cut));
      await assert.rejects(openDayFile(bucket, key), DamagedArchive);
    }
    const changed = body.slice();
    changed.fill(0, 4, 300);
    const { bucket, key } = await put(changed);
    const file = (await openDayFile(bucket, key)) ?? assert.fail();
    await assert.rejects(file.read(file.parts[0] ?? assert.fail()), DamagedArchive);
  });

  it("are not damaged where they cannot be fetched, or are another by now", async () => {
    const { bucket, key } = await put(written([lineOf(1, "ada", '{"text":"a"}')]));
    const file = (await openDayFile(bucket, key)) ?? assert.fail();
    await bucket.put(key, written([lineOf(2, "ada", '{"text":"b"}')]));
    await assert.rejects(file.read(file.parts[0] ?? assert.fail()), GoneObject);
    assert.equal(await openDayFile(memoryBucket(), key), undefined);
  });
});
