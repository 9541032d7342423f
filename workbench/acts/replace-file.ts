import { randomUUID } from "node:crypto";
import { access, constants, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CannotRun } from "../../src/cannot-run.ts";

interface Replacement {
  readonly before: string;
  readonly after: string;
}

/**
 * Puts a text in the place of another in a file, whole or not at all; tells whether it did: not where the file holds another
 * text by now. The file keeps its rights, and a link to it stays one. Throws CannotRun where it cannot be written.
 */
export const replaceFile = async (
  folder: string,
  path: string,
  { before, after }: Replacement,
): Promise<boolean> => {
  try {
    const file = await realpath(join(folder, path));
    await access(file, constants.W_OK);
    // Beside it, so that it can be moved there at once; under a name that nobody reads.
    const unfinished = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
    try {
      await writeWhole(unfinished, after, (await stat(file)).mode & 0o7777);
      if ((await readFile(file, "utf8")) !== before) return false;
      await rename(unfinished, file);
      return true;
    } finally {
      await rm(unfinished, { force: true });
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CannotRun(`${path} cannot be written (${error.code}). It is as it was.`);
  }
};

const writeWhole = async (file: string, text: string, mode: number): Promise<void> => {
  const handle = await open(file, "wx", mode);
  try {
    await handle.writeFile(text);
    // What was asked for at first is less what the process takes away from every file.
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
};
