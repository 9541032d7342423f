import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

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

/** Thrown where another run uses the folder. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
}

const MARK = "running";
const SECRETS = "secrets.json";

/**
 * Opens the folder for one run. With `fresh`, it begins empty; but never where an earlier run was interrupted, as
 * that run's events would be lost.
 */
export const openState = async (folder: string, fresh: boolean): Promise<LocalState> => {
  const mark = await readFile(join(folder, MARK), "utf8").catch(() => undefined);
  if (mark !== undefined && isAlive(Number(mark))) {
    throw new FolderInUse(
      `Another run (process ${mark}) uses ${folder}. End it first, or name another --state folder.`,
    );
  }
  const interrupted = mark !== undefined;
  if (fresh && !interrupted) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, MARK), String(process.pid));
  const secrets = await readSecrets(join(folder, SECRETS));
  return {
    folder,
    interrupted,
    secret: (name) => secrets[name] ?? "",
    close: () => rm(join(folder, MARK), { force: true }),
  };
};

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

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
};
