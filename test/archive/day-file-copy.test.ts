import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { DamagedArchive } from "../../src/archive/damaged.ts";
import { type DayLine, type EventColumn, tagOf } from "../../src/archive/day-file.ts";
import { withoutRows } from "../../src/archive/day-file-copy.ts";
import { openDayFile } from "../../src/archive/day-file-read.ts";
import { dayFileWriter } from "../../src/archive/day-file-write.ts";
import { rawLine } from "../../src/archive/records.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { rowsOf } from "../support/tables.ts";

const SOURCE = "jupyter-server/contents";
const tag = learnerTags("a-key-of-thirty-two-bytes-or-more");

const columns: readonly EventColumn[] = [
  { property: "text", name: "text", type: "string" },
  { property: "n", name: "n", type: "integer" },
  { property: "x", name: "x", type: "number" },
  { property: "yes", name: "yes", type: "boolean" },
  { property: "any", name: "any", type: "json" },
];

const rowOf = (at: number, username: string | undefined, event: object): DayLine => {
  const learner = {
    ...(username !== undefined && { username, tag: tag(username) }),
    roles: [],
    proven: true,
    sender: {},
  };
  const id = `00000000-0000-5000-8000-${String(at).padStart(12, "0")}`;
  const arrived = `2026-11-20T10:00:${String(at % 60).padStart(2, "0")}.000Z`;
  const { text } = rawLine(id, arrived, SOURCE, learner, JSON.stringify(event));
  return { text, batch: String(at % 3).repeat(32), tag: tagOf(learner) };
};

/** A table, with its rows in their order. */
const tableOf = (rows: readonly DayLine[]): Uint8Array => {
  const writer = dayFileWriter(SOURCE, columns, ({ value }) => ({
    time: String(value.arrived),
    data: value.event as Readonly<Record<string, unknown>>,
  }));
  for (const row of sorted(rows)) writer.add([row]);
  return writer.finish();
};

const sorted = (rows: readonly DayLine[]): readonly DayLine[] =>
  rows.toSorted((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));

const opened = async (body: Uint8Array) => {
  const bucket = memoryBucket();
  await bucket.put("table", body);
  return (await openDayFile(bucket, "table")) ?? assert.fail();
};

const without = async (body: Uint8Array, isGone: (row: DayLine) => boolean) =>
  withoutRows(await opened(body), isGone);

/** What DuckDB says of a table: the names and types of its columns, and all of its rows. */
const asDuckDb = async (body: Uint8Array) => {
  const folder = await mkdtemp(join(tmpdir(), "day-file-"));
  try {
    const path = join(folder, "day.parquet");
    await writeFile(path, body);
    const connection = await (await DuckDBInstance.create()).connect();
    const read = async (query: string) => (await connection.runAndReadAll(query)).getRowObjectsJson();
    const types = await read(`describe select * from '${path}'`);
    const rows = await read(`select * from '${path}'`);
    connection.closeSync();
    return { types, rows };
  } finally {
    await rm(folder, { recursive: true });
  }
};

const events = fc.record(
  {
    text: fc.string({ unit: "binary" }),
    n: fc.maxSafeInteger(),
    x: fc.double({ noNaN: true }),
    yes: fc.boolean(),
    any: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

describe("A copy of a table without some of its rows", () => {
  it("has all the others, byte for byte and in their order, with their batches", async () => {
    const learners = fc.constantFrom("ada", "grace", "emmy", undefined);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(learners, events, fc.boolean()), { maxLength: 40 }), async (all) => {
        const rows = all.map(([username, event], at) => rowOf(at, username, event));
        const gone = new Set(rows.filter((_, at) => all[at]?.[2]).map(({ text }) => text));
        const copy = await without(tableOf(rows), ({ text }) => gone.has(text));
        const left = sorted(rows).filter(({ text }) => !gone.has(text));
        assert.deepEqual(copy === undefined ? [] : await rowsOf(copy.body), left);
        const times = left.map(({ text }) => JSON.parse(text).arrived).sort();
        if (copy !== undefined)
          assert.deepEqual(copy.about, { lines: left.length, from: times[0], to: times.at(-1) });
      }),
      { numRuns: runs(60) },
    );
  });

  it("has the same columns, and the same values in them, as another reader, DuckDB, finds them", async () => {
    const values = [
      { text: "a'b\u0001", n: 2 ** 53 - 1, x: -0.5, yes: true, any: { b: [1, null] } },
      { text: "\ufeffmarked", n: -1, x: 1e300, yes: false, any: "text" },
      {},
      { text: "", n: 0, x: 0, any: null },
    ];
    const rows = values.flatMap((event, at) => [
      rowOf(2 * at, "ada", event),
      rowOf(2 * at + 1, "grace", event),
    ]);
    const body = tableOf(rows);
    const copy = (await without(body, (row) => row.tag === tag("ada"))) ?? assert.fail();
    const [before, after] = [await asDuckDb(body), await asDuckDb(copy.body)];
    assert.deepEqual(after.types, before.types);
    assert.equal(after.types.length, 15);
    assert.deepEqual(
      after.rows,
      before.rows.filter((row) => row.tag === tag("grace")),
    );
    assert.equal(after.rows.length, values.length);
  });

  it("says of each part between which learners it is, and nothing of those who are gone", async () => {
    const names = Array.from({ length: 100 }, (_, at) => `learner-${at}`);
    const rows = Array.from({ length: 9000 }, (_, at) => rowOf(at, names[at % 100], { text: "a" }));
    const [gone = ""] = names.map(tag).sort();
    const copy = (await without(tableOf(rows), (row) => row.tag === gone)) ?? assert.fail();
    assert.ok(!Buffer.from(copy.body).toString("latin1").includes(gone));
    const { parts, rows: count } = await opened(copy.body);
    assert.deepEqual([parts.length, count], [3, 8910]);
    for (const [at, { first, last }] of parts.entries()) {
      assert.ok(first <= last && (parts[at - 1]?.last ?? "") <= first);
      assert.ok(parts.every(({ size }) => size > 0));
    }
  });

  it("is none of a table that is damaged", async () => {
    const body = tableOf([rowOf(1, "ada", { text: "a" }), rowOf(2, "grace", { text: "b" })]);
    const changed = body.slice();
    changed.fill(0, 4, 200);
    await assert.rejects(
      without(changed, () => false),
      DamagedArchive,
    );
  });
});
