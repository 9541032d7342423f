/**
 * `jlt deploy` as it is, but for the program that deploys, which is the first argument, and for the pauses between looks
 * at queues. Where the second is `keep`, the site's files are only kept, as a build keeps them, but not bundled; where it
 * is `edit`, somebody breaks one and removes another just then.
 */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildSite } from "../../build/bundle.ts";
import { readFiles, writeFiles } from "../../build/files.ts";
import { readDeployOptions } from "../../cli/deploy-options.ts";
import { runDeploy } from "../../cli/deploy-run.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import { SiteError } from "../../src/document/problem.ts";
import { Misuse } from "../../src/misuse.ts";

const keep = async (folder: string, out: string): Promise<void> =>
  writeFiles((await readFiles(folder)).files, join(out, "site"));

const edit: typeof keep = async (folder, out) => {
  await keep(folder, out);
  await writeFile(join(folder, "translator.yml"), "hub: nowhere\n");
  await rm(join(folder, "endpoints", "campus-lrs.yml"));
};

const [osls = "", how, ...args] = process.argv.slice(2);
const build = { keep, edit }[how ?? ""] ?? buildSite;
try {
  process.exitCode = await runDeploy(readDeployOptions(args), {
    folder: process.cwd(),
    build,
    osls,
    pause: 1,
  });
} catch (error) {
  if (!(error instanceof Misuse || error instanceof CannotRun || error instanceof SiteError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof SiteError ? 1 : 2;
}
