import { resolve } from "node:path";
import { readQueries, readSavedQueries } from "../build/queries.ts";
import { readSite } from "../build/site.ts";
import { LOCAL_STATE } from "../local/names.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { didYouMean } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";
import type { SavedQuery } from "../src/queries/saved.ts";
import { type Command, parseArguments } from "./command.ts";
import { readInput } from "./input.ts";
import { passedOverLines } from "./passed-over.ts";
import { askArchive } from "./query-archive.ts";
import { rowsCsv, rowsJson, rowsText, SHOWN, savedText } from "./query-text.ts";
import { readRows } from "./query-values.ts";
import { visibleJson } from "./visible.ts";

/** `jlt query`: questions to the archive of the local service, in SQL. */
export const query: Command = {
  name: "query",
  usage: 'query "select …" | --saved NAME | --list [--state FOLDER] [--json | --csv]',
  summary: "asks the archive on this machine, in SQL",
  help: `Asks the archive of the local service, running or not, with the tables and the view that Athena has of a deployed
one: docs/queries.md lists them. It only reads. Exit code 0: fine; 1: something in the archive could not be read, and is
not in the answer; 2: the query is wrong.

  jlt query "select source, count(*) from events group by 1 order by 2 desc"
  jlt query --saved progress
  jlt query --list

  --saved NAME    a query of queries/NAME.sql, in this folder
  --list          the saved queries, and what they answer
  --state FOLDER  the local service with this folder (default: .local)
  --json          all rows, as data; without it, the first ${SHOWN.toLocaleString("en-GB")} are shown
  --csv           all rows, for a spreadsheet
  -               in place of the query: reads it from standard input

A service that was deployed is asked in Athena's console, in the workgroup that its stack's output QueryWorkgroup names.`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        saved: { type: "string" },
        list: { type: "boolean", default: false },
        state: { type: "string", default: LOCAL_STATE },
        stage: { type: "string" },
        json: { type: "boolean", default: false },
        csv: { type: "boolean", default: false },
      },
    });
    const { saved, list, json, csv, stage } = values;
    if (json && csv) throw new Misuse("--json and --csv are two forms. Name one.");
    if (
      [positionals.length > 0, saved !== undefined, list].filter(Boolean).length !== 1 ||
      positionals.length > 1
    )
      throw new Misuse('It takes one query, such as jlt query "select …", or --saved NAME, or --list.');
    if (list) {
      const all = await readSavedQueries(".");
      console.log(json ? visibleJson(all.map(({ sql: _, ...about }) => about)) : savedText(all));
      return 0;
    }
    if (stage !== undefined)
      throw new CannotRun(
        `${stage} is asked in Athena, and not from here: its console has the tables, and the saved queries, in the workgroup that the stack's output QueryWorkgroup names.`,
      );
    const { tables, saved: known } = await readQueries(".", await readSite("."));
    const [written = ""] = positionals;
    const sql =
      saved !== undefined ? savedCalled(saved, known).sql : written === "-" ? await readInput("-") : written;
    const most = json || csv ? undefined : SHOWN;
    const { answer, unread } = await askArchive(resolve(values.state), tables, sql, (reader) =>
      readRows(reader, most),
    );
    if (json) console.log(rowsJson(answer, unread));
    else console.log(csv ? rowsCsv(answer, process.stdout.isTTY) : rowsText(answer));
    if (!json) for (const line of passedOverLines(unread)) console.error(line);
    return unread.length === 0 ? 0 : 1;
  },
};

const savedCalled = (name: string, all: readonly SavedQuery[]): SavedQuery => {
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new Misuse(
    `There is no saved query "${name}"${didYouMean(
      name,
      all.map((each) => each.name),
    )} jlt query --list lists them.`,
  );
};
