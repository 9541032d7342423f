/** What the functions wrote, compacted, as others read it. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { columnsOf } from "../../build/columns.ts";
import { readSite } from "../../build/site.ts";
import { startAws } from "../../local/aws.ts";
import { isDayFile, prefixOf } from "../../src/archive/layout.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { valuesReader } from "../../src/compaction/values.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { exampleMessages } from "../retell/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";
import { archive, batches, compacted, rowsIn, SOURCES, smallIn, tableRows } from "./support.ts";

const site = await shippedSite();
const columns = columnsOf(await readSite(project));
const readValues = valuesReader(site.schemas);
const later = { columns, readValues, now: () => ARRIVED + 2 * 86_400_000 };

/** The archive of the shipped events, in batches of some messages. */
const archived = async (): Promise<MemoryBucket> => {
  const { bucket, translate } = await translating();
  const messages = await exampleMessages(site);
  for (let at = 0; at < messages.length; at += 50) await translate(messages.slice(at, at + 50), () => 60_000);
  return bucket;
};

const rawLines = ({ objects }: MemoryBucket): readonly string[] =>
  [...objects].flatMap(([key, body]) =>
    key.startsWith(prefixOf("raw")) ? gunzipSync(body).toString("utf8").trimEnd().split("\n") : [],
  );

const query = async (sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
  }
};

describe("What the functions archived, compacted,", () => {
  it("has the same counts and values for another reader, DuckDB, in typed columns", async () => {
    const bucket = await archived();
    const lines = rawLines(bucket).map((line) => JSON.parse(line));
    const { troubles } = await compacted(bucket, later);
    assert.deepEqual(troubles, []);
    const readEvent = eventReader(site.schemas);
    const folder = await mkdtemp(join(tmpdir(), "compacted-"));
    try {
      for (const [key, body] of bucket.objects) {
        if (!isDayFile(key)) continue;
        await mkdir(dirname(join(folder, key)), { recursive: true });
        await writeFile(join(folder, key), body);
      }
      const [counted] = await query(
        `select count(*) n from read_parquet('${folder}/raw/*/*/*.parquet', union_by_name = true)`,
      );
      assert.equal(Number(counted?.n), lines.length);
      let values = 0;
      for (const [source, typed] of Object.entries(columns)) {
        const own = lines.filter((line) => line.source === source);
        if (own.length === 0) continue;
        const glob = `${folder}/raw/*/source=${source.replace("/", ".")}/*.parquet`;
        const found = await query(
          `select * exclude (time), epoch_ms(time) as ms from read_parquet('${glob}', hive_partitioning = false)`,
        );
        assert.equal(found.length, own.length, source);
        const byId = new Map(found.map((row) => [row.id, row]));
        for (const { id, arrived, learner, event } of own) {
          const row = byId.get(id) ?? assert.fail(id);
          assert.deepEqual(
            [row.tag, row.username, row.course, row.arrived, JSON.parse(String(row.event))],
            [learner.tag ?? "nobody", learner.username ?? null, learner.course?.id ?? null, arrived, event],
          );
          const read = readEvent(event, Date.parse(arrived));
          if ("reason" in read) continue;
          assert.equal(Number(row.ms), Date.parse(read.time));
          for (const { name, property, type } of typed) {
            const value: unknown = read.data[property];
            const cell = row[name];
            if (value === undefined || value === null) assert.equal(cell, null);
            else if (type === "json") assert.deepEqual(JSON.parse(String(cell)), value);
            else if (type === "integer") assert.equal(Number(cell), value);
            else assert.equal(cell, value);
            if (cell !== null) values++;
          }
        }
      }
      assert.ok(values > lines.length, String(values));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("balances in the ledger as before", async () => {
    const bucket = await archived();
    const endpoints = site.endpoints.map(({ name }) => name);
    const before = await readAccounts(bucket, endpoints);
    assert.ok(before.accepted > 300 && before.unaccounted === 0);
    const { days } = await compacted(bucket, later);
    assert.deepEqual(
      days.map(({ end }) => end),
      ["done"],
    );
    assert.equal(smallIn(bucket).filter((key) => key.startsWith(prefixOf("raw"))).length, 0);
    assert.deepEqual(await readAccounts(bucket, endpoints), before);
  });

  it("has nothing in a typed column that is never stored, though it was stored once", async () => {
    const [schema] = site.schemas.filter(({ source }) => source === "jupyter-server/contents");
    assert.ok(schema);
    const secret = valuesReader([{ ...schema, neverStore: [["path"]] }]);
    const event = {
      __schema__: schema.ids[0],
      __schema_version__: schema.version,
      __timestamp__: "2026-11-20T09:00:00.000001+00:00Z",
      action: "save",
    };
    const valuesOf = (more: object) =>
      secret({
        value: { arrived: "2026-11-20T09:00:01.000Z", event: { ...event, ...more } },
        source: schema.source,
        learner: {},
        parts: undefined,
      });
    assert.equal(valuesOf({ path: "a.ipynb" })?.data.action, "save");
    assert.equal(valuesOf({ path: "a.ipynb" })?.data.path, undefined);
    assert.equal(valuesOf({})?.data.action, "save");
    assert.equal(valuesOf({ path: "a.ipynb", action: 5 }), undefined);
  });
});

describe("A compaction over S3", () => {
  it("gives the same tables as in memory, and leaves nothing else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "compaction-s3-"));
    const aws = await startAws(folder);
    try {
      aws.makeBucket("archive");
      const bucket = s3Bucket(aws.s3, "archive");
      const memory = memoryBucket();
      const [some = []] = fc.sample(fc.array(batches, { minLength: 8, maxLength: 8 }), {
        numRuns: 1,
        seed: 8,
      });
      for (const batch of some.flat()) for (const each of [bucket, memory]) await archive(each, batch);
      const rows = await rowsIn(memory);
      assert.ok(rows.length > 50);
      const { days, troubles } = await compacted(bucket);
      assert.deepEqual([days.map(({ end }) => end), troubles], [["done"], []]);
      const found: string[] = [];
      const tables: string[] = [];
      for await (const key of bucket.list("")) {
        assert.ok(isDayFile(key), key);
        tables.push(key);
        found.push(...(await tableRows(bucket, key)));
      }
      assert.deepEqual(found.sort(), rows);
      assert.equal(tables.length, SOURCES.length);
      // What came again is only taken away.
      for (const batch of some.flat().slice(0, 3)) await archive(bucket, batch);
      assert.deepEqual(
        (await compacted(bucket)).days.map(({ end }) => end),
        ["done"],
      );
      const after: string[] = [];
      for await (const key of bucket.list("")) after.push(key);
      assert.deepEqual(after.sort(), tables.sort());
    } finally {
      await aws.stop();
      await rm(folder, { recursive: true });
    }
  });
});
