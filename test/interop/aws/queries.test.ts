/** The saved queries, and the view of all events, read by others' understanding of Athena's SQL. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { project } from "../../../build/bundle.ts";
import { readQueries } from "../../../build/queries.ts";
import { readSite } from "../../../build/site.ts";
import { EVENT_VIEW, eventsView } from "../../../src/queries/events.ts";
import { EVENTS, type QueryColumn } from "../../../src/queries/tables.ts";
import { pythonWith } from "../support/parts.ts";

const TYPES: Readonly<Record<QueryColumn["type"], string>> = {
  string: "varchar",
  json: "varchar",
  integer: "bigint",
  number: "double",
  boolean: "boolean",
  timestamp: "timestamp(3)",
};

/** Functions that Athena has and sqlglot has no name of its own for. */
const ATHENAS = ["from_iso8601_timestamp", "from_unixtime", "try"];

const found = await pythonWith("queries");
const { tables, saved } = await readQueries(project, await readSite(project));

/** By their tables, the columns with their types. */
const schema = Object.fromEntries([
  ...tables.map(({ name, columns, partitions }) => [
    name,
    Object.fromEntries([
      ...columns.map((each) => [each.name, TYPES[each.type]]),
      ...partitions.map((each) => [each, each === "hour" ? "integer" : "varchar"]),
    ]),
  ]),
  [EVENTS, Object.fromEntries(EVENT_VIEW.map(({ name, type }) => [name, TYPES[type]]))],
]);

describe("The saved queries, read as Athena's", { skip: "missing" in found ? found.missing : false }, () => {
  const check = async (queries: Readonly<Record<string, string>>) => {
    if ("missing" in found) assert.fail(found.missing);
    const child = spawn(found.python, [join(import.meta.dirname, "queries.py")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(JSON.stringify({ queries, schema }));
    return JSON.parse(await text(child.stdout));
  };

  it("name tables, columns and functions that there are", async () => {
    const view = eventsView(tables);
    const queries = { ...Object.fromEntries(saved.map(({ name, sql }) => [name, sql])), view };
    const { problems, functions } = await check({
      ...queries,
      create: `create or replace view ${EVENTS} as\n${view}`,
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      functions.filter((each: string) => !ATHENAS.includes(each)),
      [],
    );
  });

  it("would be found out if they did not", async () => {
    const { problems, functions } = await check({
      column: "select nobody from events",
      table: "select a from nowhere",
      syntax: "select from where",
      function: "select own_function(id) as a from events",
    });
    assert.equal(problems.length, 6, problems.join("\n"));
    assert.deepEqual(functions, ["own_function"]);
  });
});
