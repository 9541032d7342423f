import { isUtf8 } from "node:buffer";
import type { Dirent } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Problem } from "../src/document/problem.ts";

/** The texts of a site's files by their paths, in the order of the alphabet, and what is missing or misplaced. */
export interface Texts {
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Reads `translator.yml` and what is below `endpoints/` and `mappings/` of a folder. */
export const readFiles = async (folder: string): Promise<Texts> => {
  const problems: Problem[] = [];
  const files = new Map<string, string>();
  const paths = ["translator.yml"];
  for (const name of ["endpoints", "mappings"]) {
    const found = await ifThere(readdir(join(folder, name), { recursive: true, withFileTypes: true }));
    if (found === undefined) problems.push(absent(`${name}/`, `There is no folder ${name}/ here.`));
    for (const entry of found ?? []) {
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
      const what = await kindOf(entry);
      const wrong = what === "file" ? misplacement(path) : LINKS[what];
      if (wrong !== undefined) problems.push(absent(path, wrong));
      else if (what === "file" && path.endsWith(".yml")) paths.push(path);
    }
  }
  for (const path of paths.sort()) {
    const bytes = await ifThere(readFile(join(folder, path)));
    if (bytes === undefined) {
      problems.push(absent(path, "This file is missing: it says who you are and whom you trust."));
      continue;
    }
    // As far as it can be read: whatever else is wrong is told as well.
    files.set(path, bytes.toString());
    if (!isUtf8(bytes)) problems.push(absent(path, "This file is not UTF-8. Save it as UTF-8."));
  }
  return { files, problems };
};

/** Writes a site's files into a folder, as they were read. */
export const writeFiles = async (files: Texts["files"], folder: string): Promise<void> => {
  // They are missed where they are empty, too.
  for (const name of ["endpoints", "mappings"]) await mkdir(join(folder, name), { recursive: true });
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
};

type Kind = "file" | "other" | "broken link" | "linked folder";

/** What there is, behind a link as well. */
const kindOf = async (entry: Dirent): Promise<Kind> => {
  if (!entry.isSymbolicLink()) return entry.isFile() ? "file" : "other";
  // With such a link, which leads nowhere, Emacs says that a file is being edited.
  if (entry.name.startsWith(".#")) return "other";
  const led = await ifThere(stat(join(entry.parentPath, entry.name)));
  if (led === undefined) return "broken link";
  if (led.isDirectory()) return "linked folder";
  return led.isFile() ? "file" : "other";
};

/** What is wrong with each kind, which would otherwise be a silence, too. */
const LINKS: Readonly<Record<Kind, string | undefined>> = {
  file: undefined,
  other: undefined,
  "broken link": "This link leads to nothing. Mend it, or remove it.",
  "linked folder":
    "This is a link to a folder, and what is in it is not read. Put the folder itself here, or links to its files.",
};

/** What keeps a file from being read, which would otherwise be a silence that nobody notices. */
const misplacement = (path: string): string | undefined => {
  if (/\.ya?ml$/i.test(path) && !path.endsWith(".yml"))
    return "Rename this file: only names that end in .yml are read.";
  return path.endsWith(".yml") && path.startsWith("endpoints/") && dirname(path) !== "endpoints"
    ? "Move this file up: endpoints are read from endpoints/ itself."
    : undefined;
};

export const absent = (file: string, message: string): Problem => ({ file, line: 1, column: 1, message });

const ifThere = async <T>(reading: Promise<T>): Promise<T | undefined> => {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && GONE.includes(String(error.code))) return undefined;
    throw error;
  }
};

/** The second: links that lead to each other. */
const GONE: readonly string[] = ["ENOENT", "ELOOP"];
