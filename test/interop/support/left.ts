import { readdir, readFile } from "node:fs/promises";

/** The variable by which whatever a run has started is found: it goes from each process to those that it starts. */
export const MARK = "INTEROP_RUN";

/** A process that is still there. */
export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

/** The processes that a run has left; none are found where the system does not tell of them as Linux does. */
export const processesOf = async (run: string): Promise<readonly LeftProcess[]> => {
  const names = await readdir("/proc").catch(() => []);
  const looked = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((pid) => look(pid, run)));
  return looked.flat();
};

const look = async (pid: string, run: string): Promise<readonly LeftProcess[]> => {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8");
    if (!environment.split("\0").includes(`${MARK}=${run}`)) return [];
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
    // What has ended, and is only not yet taken note of, has no command any more.
    return command === "" ? [] : [{ pid: Number(pid), command }];
  } catch {
    // Somebody else's, or gone meanwhile.
    return [];
  }
};
