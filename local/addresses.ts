import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ADDRESSES } from "./names.ts";

/** Where a run that has a folder now can be reached. */
export interface Addresses {
  readonly aws: string;
  readonly parameters: string;
  /** The learning systems to play with. */
  readonly sandbox: string;
  /** Its workbench, where it has one: whoever knows this address may use it. */
  readonly workbench?: string;
}

/** Tells in the folder where this process can be reached. Only the folder's owner may read it. */
export const tellAddresses = async (folder: string, addresses: Addresses): Promise<void> => {
  const file = join(folder, ADDRESSES);
  // What is there may be open to others, and whoever reads it is to find all of it.
  const whole = `${file}.${randomUUID()}`;
  await writeFile(whole, JSON.stringify({ ...addresses, pid: process.pid }), { mode: 0o600 });
  await rename(whole, file);
};

/** Says that nothing runs here any more. */
export const forgetAddresses = (folder: string): Promise<void> =>
  rm(join(folder, ADDRESSES), { force: true });

/** Tells where the run that has the folder now can be reached; undefined where none does, or it is not up yet. */
export const runningAt = async (folder: string): Promise<Addresses | undefined> => {
  const file = join(folder, ADDRESSES);
  const written = await readFile(file, "utf8").catch(() => undefined);
  if (written === undefined) return undefined;
  const { pid, ...addresses } = parsed(written);
  // A run that was ended suddenly leaves the file behind.
  const isUp = (pid === process.pid || isAlive(pid)) && (await answers(addresses.aws));
  return isUp ? addresses : undefined;
};

/** Whether a process is there, and another one than this. */
export const isAlive = (pid: number): boolean => {
  // 0 stands for this process's own group: that of a run that was ended while it wrote its id.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process, but there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** Empty where somebody else has made the file and not yet written it. */
const parsed = (text: string): Addresses & { readonly pid: number } => {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return { aws: "", parameters: "", sandbox: "", pid: 0 };
  }
};

/** Whether anything listens there: the process may be another of that id by now. */
const answers = (address: string): Promise<boolean> =>
  fetch(address).then(
    () => true,
    () => false,
  );
