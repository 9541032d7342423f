import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { BUCKET } from "../../local/names.ts";
import { Misuse } from "../../src/misuse.ts";
import { ago, archiveEvents, ask, stateWith, tables } from "../queries/support.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { type Answer, jlt, withShippedSite } from "./support.ts";

const bucket = memoryBucket();
const NAMES = ["ada", "bert", 'cl"eo', "=1+1", "d\u001b[31mora\u202e"];
await archiveEvents(
  bucket,
  NAMES.flatMap((who, at) =>
    Array.from({ length: at + 1 }, (_, n) => ({
      id: `${at}-${n}`,
      arrived: ago(1, at),
      source: "jupyter-server/contents",
      who,
      event: { n: 10 ** n },
    })),
  ),
);
const state = await stateWith(bucket.objects);
const EACH =
  "select username, count(*) as events, max(cast(json_extract_scalar(event, '$.n') as bigint)) as n from events group by 1 order by 2";

const query = (...args: readonly string[]): Promise<Answer> =>
  jlt(project, ["query", "--state", state, ...args]);

describe("jlt query", () => {
  it("shows rows as a table, with numbers below each other and nothing that a terminal acts upon", async () => {
    const { status, stdout, stderr } = await query(EACH);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.equal(
      stdout,
      [
        "username              events      n",
        "ada                        1      1",
        "bert                       2     10",
        'cl"eo                      3    100',
        "=1+1                       4   1000",
        "d\\u001b[31mora\\u202e       5  10000",
        "5 rows.",
        "",
      ].join("\n"),
    );
  });

  it("gives rows as data, with numbers as numbers", async () => {
    const { status, stdout } = await query("--json", EACH);
    assert.equal(status, 0);
    const { columns, rows, passedOver } = JSON.parse(stdout);
    assert.deepEqual([columns, passedOver], [["username", "events", "n"], []]);
    assert.deepEqual(
      rows,
      NAMES.map((username, at) => ({ username, events: at + 1, n: 10 ** at })),
    );
    assert.ok(!stdout.includes("\u001b") && !stdout.includes("\u202e"));
  });

  it("gives rows for a spreadsheet", async () => {
    const { status, stdout } = await query("--csv", EACH);
    assert.equal(status, 0);
    assert.deepEqual(stdout.trimEnd().split("\r\n"), [
      "username,events,n",
      "ada,1,1",
      "bert,2,10",
      '"cl""eo",3,100',
      "=1+1,4,1000",
      "d\u001b[31mora\u202e,5,10000",
    ]);
  });

  it("shows a thousand rows, and has all of them as data", async () => {
    const sql = "select n from unnest(range(2500)) as t (n) order by 1";
    const shown = (await query(sql)).stdout.trimEnd().split("\n");
    assert.deepEqual(shown.slice(-2), ["999", "The first 1,000 rows. --json and --csv have all of them."]);
    assert.equal(JSON.parse((await query("--json", sql)).stdout).rows.length, 2500);
    assert.equal((await query("--csv", sql)).stdout.trimEnd().split("\r\n").length, 2501);
  });

  it("reads the query from standard input, or from a file of the folder's queries", async () => {
    const piped = await jlt(project, ["query", "--state", state, "-"], "select count(*) as n from events");
    assert.equal(piped.stdout, " n\n15\n1 row.\n");
    await withShippedSite(async (folder) => {
      await mkdir(join(folder, "queries"));
      await writeFile(
        join(folder, "queries", "mine.sql"),
        "-- How many\n-- All of them.\nselect count(*) from raw\n",
      );
      assert.equal((await jlt(folder, ["query", "--list"])).stdout, "mine  How many\n");
      const { stdout } = await jlt(folder, ["query", "--state", state, "--saved", "mine", "--json"]);
      assert.deepEqual(JSON.parse(stdout).rows, [{ "count_star()": 15 }]);
      const other = await jlt(folder, ["query", "--state", state, "--saved", "mien"]);
      assert.equal(other.status, 2);
      assert.match(other.stderr, /There is no saved query "mien"; did you mean "mine"\?/);
      await writeFile(join(folder, "queries", "other.sql"), "select 1");
      const wrong = await jlt(folder, ["query", "--list"]);
      assert.deepEqual([wrong.status, wrong.stdout], [1, ""]);
      assert.match(wrong.stderr, /^queries\/other\.sql:1:1 The first line is its title/);
    });
  });

  it("says what is wrong with a query, and where", async () => {
    const { status, stdout, stderr } = await query("select *\nfrom event");
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /Did you mean "events"\?/);
    assert.match(stderr, /LINE 2: from event/);
    assert.doesNotMatch(stderr, /^\s+at /m);
    const wrong = [
      ["select nobody from events", /column "nobody" not found.*LINE 1/s],
      ["select cast(username as integer) from events", /Could not convert string/],
      ["select 1; select 2", /one query at a time/],
      ["", /one query at a time/],
      ["-- nothing", /one query at a time/],
      ["delete from raw", /only reads|Can only delete/],
      ["drop view raw", /only reads/],
      ["create table x as select 1", /only reads/],
      ["set threads = 1", /only reads/],
    ] as const;
    for (const [sql, words] of wrong)
      await assert.rejects(
        ask(state, sql),
        (error) => error instanceof Misuse && words.test(error.message),
        sql,
      );
  });

  it("is told how it is used", async () => {
    const misused = [[], ["a", "b"], ["--list", "--saved", "x"], ["--json", "--csv", "select 1"]];
    for (const args of misused) assert.equal((await query(...args)).status, 2, args.join(" "));
    const none = await jlt(project, ["query", "--state", join(state, "none"), "select 1"]);
    assert.deepEqual([none.status, none.stderr.includes("Start it: npm start")], [2, true]);
    const deployed = await jlt(project, ["query", "--stage", "prod", "select 1"]);
    assert.deepEqual([deployed.status, deployed.stderr.includes("asked in Athena")], [2, true]);
    assert.match((await query("--help")).stdout, /jlt query --saved progress/);
  });

  it("names what it could not read, and says so by its exit code", async () => {
    const key = `raw/dt=${ago(1).slice(0, 10)}/hour=20/${"0".repeat(32)}.03f.ndjson.gz`;
    const damaged = await stateWith(new Map([...bucket.objects, [key, gzipSync("x").subarray(0, 9)]]));
    const told = await jlt(project, ["query", "--state", damaged, "select count(*) as n from events"]);
    assert.deepEqual([told.status, told.stdout], [1, " n\n15\n1 row.\n"]);
    assert.ok(told.stderr.includes(`The archive's object ${key} is damaged`));
    const asData = await jlt(project, [
      "query",
      "--state",
      damaged,
      "--json",
      "select count(*) as n from raw",
    ]);
    assert.deepEqual([asData.status, asData.stderr], [1, ""]);
    const { rows, passedOver } = JSON.parse(asData.stdout);
    assert.deepEqual(
      [rows, passedOver.length, passedOver[0].key, passedOver[0].why],
      [[{ n: 15 }], 1, key, "damaged"],
    );
  });
});

describe("A query", () => {
  it("reaches nothing of this machine but the parts of the archive that it asks for, and no network", async () => {
    const objects = join(state, "s3", "buckets", BUCKET, "objects");
    await mkdir(join(objects, "consent"), { recursive: true });
    await writeFile(join(objects, "consent", "x.json.data"), "secret");
    await writeFile(join(state, "secrets.json"), "secret");
    const out = join(objects, "raw", "written.csv");
    const tries = [
      `select * from read_text('${objects}/consent/x.json.data')`,
      `select * from read_text('${objects}/raw/../consent/x.json.data')`,
      `select * from read_text('${state}/secrets.json')`,
      "select * from read_csv('/etc/passwd')",
      "select * from read_json('https://example.com/x.json')",
      "select * from glob('/etc/*')",
      `select * from glob('${state}/*')`,
      `copy (select 1) to '${out}'`,
      `copy (select 1) to '${join(state, "written.csv")}'`,
      `attach '${join(state, "other.db")}'`,
      "install httpfs",
      "load httpfs",
      "set enable_external_access = true",
      "explain analyze copy (select 1) to 'written.csv'",
      "export database 'written'",
    ];
    for (const sql of tries) {
      // As part of one that asks for events, whose files are open to it.
      for (const each of [
        sql,
        ...(sql.startsWith("select") ? [`with x as (${sql}) select * from x, raw`] : []),
      ])
        await assert.rejects(ask(state, each), /[Pp]ermission|only reads|disabled|cannot|Cannot/, each);
    }
    await assert.rejects(import(out), /Cannot find/);
  });

  it("finds every table, also where nothing is in it, and none else", async () => {
    const empty = await stateWith(new Map());
    const { rows } = await ask(
      empty,
      "select table_name, list(column_name order by column_index) from duckdb_columns() where not internal group by 1",
    );
    const found = new Map(rows.map(([name, columns]) => [name, columns]));
    assert.deepEqual([...found.keys()].sort(), ["events", ...tables.map(({ name }) => name)].sort());
    for (const { name, columns, partitions } of tables)
      assert.deepEqual(found.get(name), [...columns.map((each) => each.name), ...partitions]);
    const counts = tables.map(({ name }) => `(select count(*) from ${name})`);
    assert.deepEqual((await ask(empty, `select ${counts.join(", ")}`)).rows, [tables.map(() => 0)]);
  });
});
