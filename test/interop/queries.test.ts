/** The saved queries, and the view of all events, read by others' understanding of Athena's SQL. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { project } from "../../build/bundle.ts";
import { readQueries } from "../../build/queries.ts";
import { readSite } from "../../build/site.ts";
import { EVENT_VIEW, eventsView } from "../../src/queries/events.ts";
import { EVENTS, type QueryColumn } from "../../src/queries/tables.ts";

const run = promisify(execFile);
const FOLDER = join(project, "test", "interop", "queries");
/** Fails for a Python that is too old, or that cannot make virtual environments. */
const FIT = "import sys, venv, ensurepip; assert sys.version_info >= (3, 11)";

/** The Python that has what `test/interop/queries/` pins, or why there is none; where CI runs, it throws. */
const install = async (): Promise<{ readonly python: string } | { readonly missing: string }> => {
  try {
    await run("python3", ["-c", FIT]);
  } catch {
    const missing = "The interop test of queries needs Python 3.11 or newer with its venv module.";
    if (process.env.CI === "true") throw new Error(missing);
    return { missing };
  }
  const folder = join(project, ".interop", "queries");
  const python = join(folder, "bin", "python");
  const requirements = join(FOLDER, "requirements.txt");
  const wanted = await readFile(requirements, "utf8");
  const stamp = join(folder, "installed");
  if ((await readFile(stamp, "utf8").catch(() => undefined)) !== wanted) {
    console.log("Installing sqlglot into .interop/queries/ for the interop tests …");
    await rm(folder, { recursive: true, force: true });
    await run("python3", ["-m", "venv", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]);
    await writeFile(stamp, wanted);
  }
  return { python };
};

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

const found = await install();
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
    const child = spawn(found.python, [join(FOLDER, "check.py")], { stdio: ["pipe", "pipe", "inherit"] });
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
