import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { project } from "../../build/bundle.ts";
import type { Machine } from "../support/machine.ts";
import type { Result } from "../support/result.ts";
import { pageOf } from "./page.ts";
import { writeScale } from "./scale.ts";

/** What each bench found when it was last recorded, by its name, and where. */
export type Recorded = Readonly<Record<string, Result & { readonly machine: Machine }>>;

const FILE = join(project, "bench", "page", "recorded.json");
const PAGE = join(project, "docs", "performance.md");

export const readRecorded = async (): Promise<Recorded> => JSON.parse(await readFile(FILE, "utf8"));

/**
 * Keeps what was found, in the place of what these benches found before, and writes the page of all. The tables of
 * docs/scale.md are worked out from the same figures as the cost, and go with it.
 */
export const record = async (machine: Machine, results: Readonly<Record<string, Result>>): Promise<void> => {
  const found = Object.entries(results).map(([name, result]) => [name, { ...result, machine }] as const);
  const recorded: Recorded = { ...(await readRecorded()), ...Object.fromEntries(found) };
  await writeFile(FILE, `${JSON.stringify(recorded, null, 2)}\n`);
  await writeFile(PAGE, pageOf(recorded));
  if (Object.hasOwn(results, "cost")) await writeScale();
};
