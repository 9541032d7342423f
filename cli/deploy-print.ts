import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/**
 * What is about to be deployed from a folder, as a hash: each file of its build, and serverless.yml. Where another build
 * takes the place of the build, or is about to, it is another.
 */
export const printOf = async (folder: string): Promise<string> => {
  const print = createHash("sha256");
  const add = async (path: string): Promise<void> => {
    const bytes = await readFile(join(folder, path)).catch(absent);
    print.update(`${path}\n${bytes?.length}\n`);
    if (bytes !== undefined) print.update(bytes);
  };
  await add("serverless.yml");
  const entries = await readdir(join(folder, "dist"), { recursive: true, withFileTypes: true }).catch(absent);
  const files = (entries ?? []).filter((entry) => !entry.isDirectory());
  for (const path of files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort())
    await add(path);
  return print.digest("hex");
};

const absent = (error: unknown): undefined => {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
};
