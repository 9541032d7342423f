import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { project } from "../build/bundle.ts";
import { readPort } from "../workbench/port.ts";
import { LOCAL_STATE } from "./names.ts";
import { VISIBILITY } from "./service.ts";

/** What `npm start` is told to do. */
export interface RunOptions {
  readonly once: boolean;
  readonly json: boolean;
  readonly state: string;
  /** How long `--once` waits, in seconds. */
  readonly timeout: number;
  readonly visibility: number;
  /** Of the workbench; undefined where none is named. */
  readonly port: number | undefined;
  /** The events that are fed. */
  readonly file: string;
}

const HELP = `The whole service on this machine: a queue, the functions, an archive, and learning systems to play with.

  npm start                           feeds the shipped events and keeps running; Ctrl+C ends it
  npm start -- --once                 ends when everything has settled: 0 if the counts balance, 1 if not, or if
                                      a line could not be fed
  npm start -- --once my.ndjson       the same for your own events, one per line
  npm start -- my.ndjson              feeds them and keeps running

As long as it runs, the workbench shows what it does: a page, at the address that is printed. --once opens none.

  --json          prints the report as JSON, for machines
  --port N        where the workbench is (default: 4747, or another where somebody has that; 0: one that is free)
  --state FOLDER  keeps queues, archive and secrets there (default: .local)
  --timeout SECS  how long --once waits for everything to settle (default: 120)
  --visibility S  after how many seconds a message that was cut off comes again (default: ${VISIBILITY})
  --help          this text

--once begins with an empty folder, unless an earlier run was interrupted: then it takes up that run's work first.`;

/** Reads the command line; gives the exit code instead where there is nothing to run. */
export const readOptions = (): RunOptions | number => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        state: { type: "string", default: LOCAL_STATE },
        timeout: { type: "string", default: "120" },
        visibility: { type: "string", default: String(VISIBILITY) },
        port: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const [file = join(project, "examples", "events.ndjson"), ...others] = positionals;
    if (others.length > 0) return misuse("One file at a time.");
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return misuse(`There is no file ${file}.`);
    if (found.isDirectory()) return misuse(`${file} is a folder. Name a file with one event per line.`);
    const { once, json, state } = values;
    const timeout = Number(values.timeout);
    if (!(timeout > 0)) return misuse("--timeout takes a number of seconds.");
    const visibility = Number(values.visibility);
    if (!Number.isInteger(visibility) || visibility < 1)
      return misuse("--visibility takes a whole number of seconds.");
    if (once && values.port !== undefined)
      return misuse("--port is that of the workbench, and --once opens none.");
    return { once, json, state, timeout, visibility, port: readPort(values.port), file };
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
};

const misuse = (message: string): number => {
  console.error(`${message}\nSee: npm start -- --help`);
  return 2;
};
