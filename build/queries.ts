import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Problem, SiteError } from "../src/document/problem.ts";
import { type Queries, readSaved, type SavedQuery } from "../src/queries/saved.ts";
import { tablesOf } from "../src/queries/tables.ts";
import { columnsOf } from "./columns.ts";
import type { SiteFiles } from "./site.ts";

/** The tables of a site, and the queries below `queries/` in its folder. Throws SiteError. */
export const readQueries = async (folder: string, site: Pick<SiteFiles, "sources">): Promise<Queries> => ({
  tables: tablesOf(columnsOf(site)),
  saved: await readSavedQueries(folder),
});

/** The files below `queries/`, by their names; none, where there is no such folder. Throws SiteError. */
export const readSavedQueries = async (folder: string): Promise<readonly SavedQuery[]> => {
  const names = await readdir(join(folder, FOLDER)).catch((): string[] => []);
  const problems: Problem[] = [];
  const saved: SavedQuery[] = [];
  for (const name of names.filter((each) => each.endsWith(ENDING)).sort()) {
    const file = `${FOLDER}/${name}`;
    const read = readSaved(name.slice(0, -ENDING.length), await readFile(join(folder, file), "utf8"));
    if (typeof read === "string") problems.push({ file, line: 1, column: 1, message: read });
    else saved.push(read);
  }
  if (problems.length > 0) throw new SiteError(problems);
  return saved;
};

const FOLDER = "queries";
const ENDING = ".sql";
