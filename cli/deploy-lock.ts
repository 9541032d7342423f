import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CannotRun } from "../src/cannot-run.ts";

/**
 * Lets `use` run while nobody else who asks for the same lock does; a lock whose process is gone is taken over. Throws
 * CannotRun where somebody has it. It is a folder with the number of its process in it, and appears whole.
 */
export const withLock = async <T>(lock: string, use: () => Promise<T>): Promise<T> => {
  const own = await prepared(lock);
  try {
    await take(own, lock);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    throw error;
  }
  try {
    return await use();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
};

const take = async (own: string, lock: string): Promise<void> => {
  for (let tries = 3; tries > 0; tries--) {
    if (await moved(own, lock)) return;
    const holder = await holderOf(lock);
    if (holder !== undefined && isAlive(holder))
      throw new CannotRun(
        `Somebody else is deploying from this folder, or looking whether it can be (process ${holder}). Wait for that; or, if it is something else that has this number now, remove ${lock}.`,
      );
    if (holder !== undefined) await putAway(lock, holder);
  }
  throw new CannotRun(`${lock} cannot be taken. Remove it, if nobody else is deploying from this folder.`);
};

const prepared = async (lock: string): Promise<string> => {
  const own = `${lock}.${randomUUID()}`;
  await mkdir(own);
  await writeFile(join(own, PROCESS), String(process.pid));
  return own;
};

const PROCESS = "process";

/** A folder never takes the place of one that has something in it. */
const moved = async (from: string, to: string): Promise<boolean> => {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOTEMPTY", "EEXIST", "EPERM", "ENOTDIR", "ENOENT")) return false;
    throw error;
  }
};

const holderOf = async (lock: string): Promise<number | undefined> => {
  try {
    return Number(await readFile(join(lock, PROCESS), "utf8"));
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
};

/** A number is given again: that of this process was another's. Of somebody else's, one may know no more than that it is. */
const isAlive = (pid: number): boolean => {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
};

/** Removes what a process that is gone has left; whatever somebody has put in its place meanwhile is put back. */
const putAway = async (lock: string, holder: number): Promise<void> => {
  const aside = `${lock}.${randomUUID()}`;
  if (!(await moved(lock, aside))) return;
  if ((await holderOf(aside)) !== holder && (await moved(aside, lock))) return;
  await rm(aside, { recursive: true, force: true });
};

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code));
