import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import {
  access,
  constants,
  type FileHandle,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CannotRun } from "../../src/cannot-run.ts";

interface Replacement {
  readonly before: string;
  readonly after: string;
}

/** Gives a file to an owner and a group; tells whether it could. */
type Give = (file: FileHandle, to: Pick<Stats, "uid" | "gid">) => Promise<boolean>;

/**
 * Puts a text in the place of another in a file, whole or not at all; tells whether it did: not where the file holds another
 * text by now. The file keeps its rights, owner and group, and a link to it stays one; where nobody may give it to them, it
 * is written in its place. Throws CannotRun where it cannot be written.
 */
export const replaceFile = async (
  folder: string,
  path: string,
  { before, after }: Replacement,
  give: Give = giveTo,
): Promise<boolean> => {
  let written: Written = "not";
  try {
    const file = await realpath(join(folder, path));
    await access(file, constants.W_OK);
    const former = Buffer.from(before);
    const isFormer = async (): Promise<boolean> => former.equals(await readFile(file));
    // Beside it, so that it can be moved there at once; under a name that nobody reads.
    const unfinished = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
    try {
      const isAlike = await writeAlike(unfinished, after, await stat(file), give);
      if (!(await isFormer())) return false;
      if (isAlike) await rename(unfinished, file);
      else {
        written = "in part";
        await writeOver(file, after);
      }
      return true;
    } finally {
      await rm(unfinished, { force: true });
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CannotRun(`${path} cannot be written (${error.code}). ${LEFT[written]}`);
  }
};

type Written = "not" | "in part";

const LEFT: Readonly<Record<Written, string>> = {
  not: "It is as it was.",
  "in part": "It may be written in part: look at it, and save it again.",
};

/** Writes a new file with the rights of another; tells whether it is its owner's and its group's as well. */
const writeAlike = async (file: string, text: string, like: Stats, give: Give): Promise<boolean> => {
  const handle = await open(file, "wx", like.mode & 0o777);
  try {
    await handle.writeFile(text);
    const isAlike = await give(handle, like);
    // What was asked for at first is less what the process takes away from every file, and what a new owner takes away.
    await handle.chmod(like.mode & 0o7777);
    await handle.sync();
    return isAlike;
  } finally {
    await handle.close();
  }
};

const giveTo: Give = async (file, { uid, gid }) => {
  const own = await file.stat();
  if (own.uid === uid && own.gid === gid) return true;
  try {
    await file.chown(uid, gid);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EPERM") return false;
    throw error;
  }
};

/** Writes a text into a file that is there. */
const writeOver = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, "r+");
  try {
    const { bytesWritten } = await handle.write(Buffer.from(text), 0, undefined, 0);
    await handle.truncate(bytesWritten);
    await handle.sync();
  } finally {
    await handle.close();
  }
};
