import { createHmac, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./addresses.ts";

/** The folder in which the local service keeps what must outlive the process: queues, archive, secrets. */
export interface LocalState {
  readonly folder: string;
  /** Whether an earlier run was ended before it was done, so that its work is taken up. */
  readonly interrupted: boolean;
  /** A secret of this folder's own, made when it is first asked for. */
  secret(name: string): string;
  /** Says that this run is over, and nothing was cut off. */
  close(): Promise<void>;
}

/** Thrown where a run cannot have the folder: another one uses it, or it is somebody's own. */
export class FolderTaken extends Error {
  override readonly name = "FolderTaken";
}

/** Holds the id of the process that uses the folder. */
const MARK = "running";
/** In every folder that a run has used, and so what tells them from all others. */
const SECRETS = "secrets.json";

/**
 * Opens the folder for one run. With `fresh`, it begins empty but for its keys; never where an earlier run was
 * interrupted, as that run's events would be lost. Throws FolderTaken.
 */
export const openState = async (folder: string, fresh: boolean): Promise<LocalState> => {
  const state = await holdState(folder, fresh);
  for (const name of await readdir(folder))
    if (UNFINISHED.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  return state;
};

/** What is left of functions that were being built when their run was killed: nobody goes on with it. */
const UNFINISHED = /^functions\.[0-9a-f-]{36}$/;

/** Opens it, and leaves what is in it as it is, unless with `fresh`. */
const holdState = async (folder: string, fresh: boolean): Promise<LocalState> => {
  await mkdir(folder, { recursive: true });
  const before = await readdir(folder);
  if (before.length > 0 && !before.includes(SECRETS) && !before.includes(MARK)) {
    throw new FolderTaken(
      `${folder} holds other files. Name an empty folder, or one that does not exist yet.`,
    );
  }
  const interrupted = await take(folder);
  if (fresh && !interrupted) {
    for (const name of await readdir(folder))
      if (name !== MARK && name !== SECRETS) await rm(join(folder, name), { recursive: true });
  }
  const secrets = await readSecrets(join(folder, SECRETS));
  return {
    folder,
    interrupted,
    secret: (name) => secrets[name] ?? derived(secrets, name),
    close: () => rm(join(folder, MARK), { force: true }),
  };
};

/** Thrown where a folder holds nothing that a run has left. */
export class NothingRan extends Error {
  override readonly name = "NothingRan";
}

/** A folder that is looked at. */
export interface VisitedState extends LocalState {
  /** Says that there is work now that the next run is to take up, whatever there was before. */
  leaveWork(): void;
}

/**
 * Opens the folder for a look at what runs have left in it, with no run beside. Closing it leaves it as it was found: an
 * interrupted run is still to be taken up. Throws FolderTaken, or NothingRan.
 */
export const visitState = async (folder: string): Promise<VisitedState> => {
  const mark = join(folder, MARK);
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes(SECRETS)) throw new NothingRan(`Nothing ran in ${folder} yet. Start it: npm start`);
  const before = await readFile(mark, "utf8").catch(() => undefined);
  const state = await holdState(folder, false);
  let isWorkLeft = false;
  return {
    ...state,
    leaveWork: () => {
      isWorkLeft = true;
    },
    close: async () => {
      if (before !== undefined) await writeFile(mark, before);
      // The mark of this process, which is about to end, is that of a run that was interrupted.
      else if (!isWorkLeft) await state.close();
    },
  };
};

/** Makes the folder this process's own; tells whether an earlier run has left it undone. */
const take = async (folder: string): Promise<boolean> => {
  const mark = join(folder, MARK);
  try {
    // Of two runs that begin at once, only one can make the file.
    await writeFile(mark, String(process.pid), { flag: "wx" });
    return false;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  // Empty while the other run has made the file and not yet written it.
  if ((await readFile(mark, "utf8")) === "") await sleep(200);
  const other = Number(await readFile(mark, "utf8"));
  if (isAlive(other)) {
    throw new FolderTaken(
      `Another run (process ${other}) uses ${folder}. End it first, or name another --state folder. If that process is something else, delete ${mark}.`,
    );
  }
  await writeFile(mark, String(process.pid));
  return true;
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/** A secret that the folder's file has no line for is made from one that it has. */
const derived = ({ store = "" }: Readonly<Record<string, string>>, name: string): string =>
  createHmac("sha256", store).update(name).digest("base64url");

/** Every run of a folder has the same keys, so that pseudonyms and tokens stay what they were. */
const readSecrets = async (file: string): Promise<Readonly<Record<string, string>>> => {
  const known = await readFile(file, "utf8").catch(() => undefined);
  if (known !== undefined) return JSON.parse(known);
  const made = Object.fromEntries(
    ["learner-context", "pseudonyms", "store"].map((name) => [name, randomBytes(36).toString("base64url")]),
  );
  await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  return made;
};
