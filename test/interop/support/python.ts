import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The names by which Python may be there, the one that people mean first. */
const NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];

/** Fails for a Python that is too old or too new, or that cannot make virtual environments. */
const fit = (below: number): string =>
  `import sys, venv, ensurepip; assert (3, 11) <= sys.version_info < (3, ${below})`;

/** The name of a Python that fits, if this machine has one: 3.11 or newer, but below `3.<below>`. */
export const findPython = async (below = 100): Promise<string | undefined> => {
  for (const name of NAMES) {
    const fits = await promisify(execFile)(name, ["-c", fit(below)]).then(
      () => true,
      () => false,
    );
    if (fits) return name;
  }
  return undefined;
};
