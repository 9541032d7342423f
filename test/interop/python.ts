import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { project } from "../../build/bundle.ts";

const run = promisify(execFile);

/** Fails for a Python that is too old, or that cannot make virtual environments. */
const FIT = "import sys, venv, ensurepip; assert sys.version_info >= (3, 11)";

export type Installed = { readonly python: string } | { readonly missing: string };

const known = new Map<string, Promise<Installed>>();

/**
 * Installs what `test/interop/<name>/requirements.txt` pins into `.interop/<name>/`, unless it is there already; gives the
 * Python that has it. Without a Python that fits it gives the reason, for a test to be skipped; where CI runs, it throws.
 */
export const pythonWith = (name: string): Promise<Installed> => {
  const installed = known.get(name) ?? install(name);
  known.set(name, installed);
  return installed;
};

const install = async (name: string): Promise<Installed> => {
  try {
    await run("python3", ["-c", FIT]);
  } catch {
    return absent(`The tests with ${name} need Python 3.11 or newer with its venv module.`);
  }
  const requirements = join(project, "test", "interop", name, "requirements.txt");
  const folder = join(project, ".interop", name);
  const python = join(folder, "bin", "python");
  const wanted = await readFile(requirements, "utf8");
  const stamp = join(folder, "installed");
  if ((await readFile(stamp, "utf8").catch(() => undefined)) !== wanted) {
    console.log(`Installing ${name} into .interop/${name}/ for the interop tests; this takes a minute …`);
    await rm(folder, { recursive: true, force: true });
    await run("python3", ["-m", "venv", folder]);
    // The list is whole, so that nothing is installed that it does not name.
    await run(python, ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]);
    await writeFile(stamp, wanted);
  }
  return { python };
};

/** What is told of a machine that lacks something: where CI runs, that is a failure, and throws. */
export const absent = (missing: string): { readonly missing: string } => {
  if (process.env.CI === "true") throw new Error(missing);
  return { missing };
};
