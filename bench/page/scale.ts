import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { project } from "../../build/bundle.ts";
import { figuresOf } from "../simulation/figures.ts";
import { scenarioOf } from "../simulation/options.ts";
import { simulate } from "../simulation/simulate.ts";
import { markdownOf } from "../simulation/table.ts";

const PAGE = join(project, "docs", "scale.md");

/** A command of a page with the table below it. */
const QUOTED = /(```sh\nnpm run simulate -- (.*)\n```\n\n)((?:\|.*\n)+)/g;

/** What a page quotes: the options of a command, and the table below it. */
export interface Quoted {
  readonly options: string;
  readonly table: string;
}

export const quotedIn = (page: string): readonly Quoted[] =>
  [...page.matchAll(QUOTED)].map(([, , options = "", table = ""]) => ({ options, table: table.trim() }));

/** A page with the tables that its commands give now. What it says beside them is for people to look over. */
export const withTables = (page: string, tableOf = tableFor): string =>
  page.replace(QUOTED, (_, command: string, options: string) => `${command}${tableOf(options)}\n`);

/** The table that the command prints for such options. */
export const tableFor = (options: string): string => {
  const scenario = scenarioOf(options);
  return markdownOf(figuresOf(scenario, simulate(scenario)));
};

export const writeScale = async (): Promise<void> =>
  writeFile(PAGE, withTables(await readFile(PAGE, "utf8")));

/** `node bench/page/scale.ts`: runs the commands of docs/scale.md, and writes their tables into it. */
if (import.meta.main) await writeScale();
