/** What Athena gets: tables and a view in Glue, a workgroup, and the saved queries. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { archive } from "../../infra/bucket.ts";
import { queryResources, RESULTS } from "../../infra/queries.ts";
import { stackOf } from "../../infra/stack.ts";
import { dayFileKey, keyOf, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine, quarantineLine, rawLine, receiptLine } from "../../src/archive/records.ts";
import { bytes } from "../../src/document/quantity.ts";
import { ledgerLine } from "../../src/ledger/ledger.ts";
import { EVENT_VIEW, eventsView } from "../../src/queries/events.ts";
import { readSaved } from "../../src/queries/saved.ts";
import { tablesOf } from "../../src/queries/tables.ts";
import { readSettings } from "../../src/settings.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { saved, tables } from "./support.ts";
import {
  all,
  at,
  called,
  endpoints,
  entry,
  failure,
  filled,
  type Input,
  inputs,
  lying,
  ofType,
  quarantined,
  receipt,
  settings,
} from "./template-support.ts";

/** The place of a partition, as Athena calculates it. */
const place = (input: Input, values: Readonly<Record<string, string>>): string =>
  (input.Parameters["storage.location.template"] ?? "").replace(
    /\$\{(\w+)\}/g,
    (_, name) => values[name] ?? "?",
  );

describe("Tables in Glue", () => {
  it("have names that need no quotes, each once, and columns too", () => {
    const names = inputs.map(({ Name }) => Name);
    assert.equal(new Set(names).size, names.length);
    for (const { Name, PartitionKeys = [], StorageDescriptor } of inputs) {
      const columns = [...StorageDescriptor.Columns, ...PartitionKeys].map((column) => column.Name);
      assert.equal(new Set(columns).size, columns.length, Name);
      for (const each of [Name, ...columns]) assert.match(each, /^[a-z][a-z0-9_]{0,254}$/);
    }
    const [database] = ofType<{ Name: string }>("AWS::Glue::Database", "DatabaseInput");
    assert.equal(database?.Name, "${self:service}_${sls:stage}");
    for (const id of Object.keys(all)) assert.match(id, /^[A-Za-z0-9]{1,255}$/);
  });

  it("have types that both engines know", () => {
    const types = new Set(
      inputs.flatMap(({ StorageDescriptor }) => StorageDescriptor.Columns.map(({ Type }) => Type)),
    );
    assert.deepEqual([...types].sort(), ["bigint", "boolean", "double", "string", "timestamp"]);
  });

  it("have every partition calculated, and in their place", () => {
    for (const input of lying) {
      const { Parameters, PartitionKeys = [], StorageDescriptor } = input;
      assert.equal(Parameters["projection.enabled"], "true");
      const template = Parameters["storage.location.template"] ?? "";
      const inTemplate = [...template.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
      assert.deepEqual(inTemplate.toSorted(), PartitionKeys.map(({ Name }) => Name).toSorted());
      for (const { Name } of PartitionKeys)
        assert.ok(Parameters[`projection.${Name}.type`], `${input.Name}.${Name}`);
      for (const each of [template, StorageDescriptor.Location])
        assert.match(each, /^s3:\/\/the-archive\/.+\/$/);
      assert.ok(template.startsWith(StorageDescriptor.Location));
    }
  });

  it("reach back as far as an object may, which an erasure has rewritten on its last day", () => {
    assert.equal(called("raw").Parameters["projection.dt.range"], "NOW-801DAYS,NOW");
    assert.equal(called("quarantine").Parameters["projection.dt.range"], "NOW-29DAYS,NOW");
  });

  it("lie where the archive puts its objects", async () => {
    const bucket = memoryBucket();
    const learner = { roles: [], proven: true, sender: {} };
    await writeLines(bucket, prefixOf("raw"), [rawLine("i", at, "a/b", learner, "{}")]);
    await writeLines(bucket, prefixOf("quarantine"), [quarantineLine(quarantined)]);
    await writeLines(bucket, prefixOf("ledger"), [ledgerLine(at, entry)]);
    await writeLines(bucket, prefixOf("failed", "campus-lrs"), [failedLine(failure)]);
    await writeLines(bucket, prefixOf("receipts", "campus-lrs"), [receiptLine(receipt)]);
    const body = new TextEncoder().encode("x");
    await bucket.put(dayFileKey("2026-11-20", "jupyter-server/contents", body), body);
    const values = { dt: "2026-11-20", hour: "09", endpoint: "campus-lrs" };
    for (const key of bucket.objects.keys()) {
      const holding = lying.filter((input) => {
        const prefix = place(input, values).slice("s3://the-archive/".length);
        return key.startsWith(prefix) && !key.slice(prefix.length).includes("/");
      });
      assert.equal(holding.length, 1, key);
    }
    assert.equal(bucket.objects.size, 6);
    assert.match(keyOf("", body, "nobody"), /\.gz$/);
  });

  it("have a column for each property of the archive's records", () => {
    const records = { quarantine: quarantined, ledger: entry, failed: failure, receipts: receipt };
    for (const [name, record] of Object.entries(records)) {
      const { StorageDescriptor, PartitionKeys = [] } = called(name);
      const { Parameters } = StorageDescriptor.SerdeInfo;
      assert.equal(Parameters["case.insensitive"], "false");
      const properties = [...StorageDescriptor.Columns, ...PartitionKeys].map(
        ({ Name }) => Parameters[`mapping.${Name}`] ?? Name,
      );
      assert.deepEqual(
        Object.keys(record).filter((each) => !properties.includes(each)),
        [],
        name,
      );
    }
  });

  it("keep sources apart whose names differ in hyphens, and from the archive's own tables", () => {
    const names = tablesOf({ "a-b/c": [], "a/b-c": [], raw: [], events: [] }).map(({ name }) => name);
    assert.deepEqual(names.slice(-4), ["a_b_c", "a_b_c_2", "events_2", "raw_2"]);
    assert.equal(new Set(names).size, names.length);
  });

  it("know no endpoint where there is none", () => {
    const none = queryResources(settings, [], { tables, saved: [] });
    const text = JSON.stringify(none.QueryTablereceipts);
    assert.match(text, /"projection.endpoint.values":"none"/);
  });
});

describe("The view of all events in Glue", () => {
  it("is what Athena keeps of one: its SQL and columns, with Trino's types", () => {
    const { ViewOriginalText, StorageDescriptor } = called("events");
    const [, base64 = ""] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(ViewOriginalText) ?? [];
    const view = JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
    assert.deepEqual([view.catalog, view.schema], ["awsdatacatalog", "the_database"]);
    assert.equal(view.originalSql, eventsView(tables));
    assert.deepEqual(
      view.columns.map(({ name }: { name: string }) => name),
      StorageDescriptor.Columns.map(({ Name }) => Name),
    );
    assert.deepEqual(view.columns[2], { name: "time", type: "timestamp(3)" });
    for (const { name, type } of EVENT_VIEW)
      if (type !== "timestamp")
        assert.ok(
          view.columns.some((each: object) => JSON.stringify(each) === `{"name":"${name}","type":"varchar"}`),
        );
  });
});

describe("The workgroup", () => {
  it("ends a query that reads too much, and puts results where they are forgotten", () => {
    const [configuration] = ofType<Readonly<Record<string, unknown>>>(
      "AWS::Athena::WorkGroup",
      "WorkGroupConfiguration",
    );
    assert.equal(configuration?.EnforceWorkGroupConfiguration, true);
    assert.equal(configuration?.BytesScannedCutoffPerQuery, bytes("10GB"));
    assert.match(JSON.stringify(configuration?.ResultConfiguration), /"s3:\/\/the-archive\/results\/"/);
    const rules = JSON.stringify(archive(settings).Archive?.Properties.LifecycleConfiguration);
    assert.ok(rules.includes(`"Prefix":"${RESULTS}","ExpirationInDays":7`));
  });

  it("has the limit that translator.yml says, of 10 MB at the least", async () => {
    const text = await readFile(join(project, "translator.yml"), "utf8");
    const limit = (size: string) =>
      readSettings("translator.yml", text.replace(/scanLimit: \w+/, `scanLimit: ${size}`));
    for (const [size, most] of [
      ["10MB", 10 * 1024 ** 2],
      ["2TB", 2 * 1024 ** 4],
      ["500GB", 500 * 1024 ** 3],
    ] as const) {
      const read = limit(size);
      assert.equal("settings" in read && read.settings.queries.scanLimit, most);
    }
    for (const size of ["9MB", "512KB", "0GB", "10", "1.5GB", "10GiB", "99999999GB"]) {
      const read = limit(size);
      assert.match(JSON.stringify(read), /must be a size of at least 10MB, such as 10GB/, size);
    }
  });

  it("has the saved queries, and what makes the view again", () => {
    const queries = Object.values(all).filter(({ Type }) => Type === "AWS::Athena::NamedQuery");
    assert.equal(queries.length, saved.length + 1);
    for (const { Properties } of queries) {
      const { Name, Description, Database, WorkGroup, QueryString } = filled(Properties) as Record<
        string,
        string
      >;
      assert.deepEqual([Database, WorkGroup], ["the_database", "the-workgroup"]);
      assert.ok(Name !== undefined && Description !== undefined && Description.length <= 1024);
      assert.doesNotMatch(String(QueryString), /\$\{/);
    }
    const { resources } = stackOf({ settings, endpoints }, { tables, saved });
    assert.deepEqual(
      ["QueryWorkgroup", "QueryDatabase"].filter((name) => !(name in resources.Outputs)),
      [],
    );
  });
});

describe("A saved query", () => {
  it("is a comment with its title, and one query", () => {
    assert.deepEqual(readSaved("x", "-- The title\n-- What\n--   it says.\n\nselect 1\n"), {
      ...{ name: "x", title: "The title", about: "What\nit says." },
      sql: "-- The title\n-- What\n--   it says.\n\nselect 1",
    });
    const wrong = [
      ["select 1", /first line is its title/],
      ["--\nselect 1", /first line is its title/],
      ["-- A title\n", /no query below/],
      ["-- A title\nselect 1;", /without a semicolon/],
      ["-- A title\nselect '${x}'", /Serverless/],
      [`-- A title\n-- ${"x".repeat(1100)}\nselect 1`, /comment at its beginning is longer/],
      [`-- A title\nselect '${"x".repeat(270_000)}'`, /longer than the 262144 bytes/],
    ] as const;
    for (const [text, words] of wrong) assert.match(String(readSaved("x", text)), words);
    assert.match(String(readSaved("x".repeat(200), "-- A title\nselect 1")), /name is longer/);
  });
});
