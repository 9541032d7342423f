import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { copySite } from "../support/site.ts";

/** Runs `use` with a folder of its own that holds the shipped site's files. */
export const withSiteFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "workbench-"));
  try {
    await copySite(folder);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The texts of all files of a folder, by their paths. */
export const textsIn = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const texts: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory()) texts[relative(folder, path)] = await readFile(path, "utf8");
  }
  return texts;
};
