import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SiteError } from "../src/document/problem.ts";
import type { Site } from "../src/site.ts";

/**
 * Reads, compiles and loads the site of a folder as `loadSite` does, but leaves all work to another process: what it
 * needs for that, nearly twice as much memory as all else, is gone with it. Throws SiteError.
 */
export const loadSiteApart = async (folder: string): Promise<Site> => {
  const { status, output } = await runApart(folder);
  if (status === 0) return importSite(output);
  if (status === 1) throw new SiteError(JSON.parse(output));
  throw new Error(`The site could not be compiled (exit code ${status}).`);
};

/** Loads a compiled site, given as a module of its own. */
export const importSite = async (code: string): Promise<Site> => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-"));
  try {
    const file = join(folder, "site.mjs");
    await writeFile(file, code);
    const module: { readonly site: Site } = await import(pathToFileURL(file).href);
    return module.site;
  } finally {
    await rm(folder, { recursive: true });
  }
};

const runApart = async (folder: string) => {
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      fileURLToPath(new URL("compile-apart.ts", import.meta.url)),
      folder,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { output, status };
};
