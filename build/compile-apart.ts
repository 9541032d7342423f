import { SiteError } from "../src/document/problem.ts";
import { compiledCode } from "./load.ts";
import { readSite } from "./site.ts";

/** For `loadSiteApart`: writes the compiled site of a folder to standard output, or what is wrong with its files. */
const [folder = "."] = process.argv.slice(2);
try {
  process.stdout.write(await compiledCode(await readSite(folder)));
} catch (error) {
  if (!(error instanceof SiteError)) throw error;
  process.stdout.write(JSON.stringify(error.problems));
  process.exitCode = 1;
}
