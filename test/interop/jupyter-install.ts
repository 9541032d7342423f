import { execFile, spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { project } from "../../build/bundle.ts";
import { installed, lastOf } from "./install.ts";

/** JupyterHub, Jupyter Server and the hub's proxy, as others wrote them. */
export interface Jupyter {
  /** The Python that has them. */
  readonly python: string;
  /** The proxy's program, for Node. */
  readonly proxy: string;
}

const NAME = "jupyter";
const PROXY = "node_modules/configurable-http-proxy/bin/configurable-http-proxy";

/** The names by which Python may be there, the one that people mean first. */
const PYTHONS = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];

/** Fails for a Python that is too old, or that cannot make virtual environments. */
const FIT = "import sys, venv, ensurepip; assert sys.version_info >= (3, 11)";

/**
 * Installs what `test/interop/jupyter/` pins into `.interop/jupyter/`, unless it is there already. Without a Python
 * that fits it gives the reason, for a test to be skipped; where CI runs, it throws.
 */
export const jupyter = async (): Promise<Jupyter | { readonly missing: string }> => {
  const system = await fitting();
  if (system === undefined) {
    const missing =
      "The interop tests with Jupyter need Python 3.11 or newer with its venv module (on Debian: python3-venv).";
    if (process.env.CI === "true") throw new Error(missing);
    return { missing };
  }
  const folder = await installed(NAME);
  const environment = join(folder, "python");
  const requirements = join(project, "test", "interop", NAME, "requirements.txt");
  const wanted = `${system}\n${await readFile(requirements, "utf8")}`;
  const stamp = join(folder, "python-installed");
  const python = join(environment, "bin", "python");
  if ((await readFile(stamp, "utf8").catch(() => undefined)) !== wanted) {
    console.log(`Installing Jupyter into ${relative(project, environment)}/; this takes a minute or two …`);
    await rm(environment, { recursive: true, force: true });
    await run(system, "-m", "venv", environment);
    // The list is whole, so that nothing is installed that it does not name.
    await run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements);
    await writeFile(stamp, wanted);
  }
  return { python, proxy: join(folder, PROXY) };
};

const fitting = async (): Promise<string | undefined> => {
  for (const name of PYTHONS) {
    const works = await promisify(execFile)(name, ["-c", FIT]).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  return undefined;
};

const run = (command: string, ...args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const said = lastOf(child.stdout, child.stderr);
    const fail = (what: string): void =>
      reject(
        new Error(
          `Jupyter could not be installed for the interop tests; they need a package index that pip reaches. ${what}`,
        ),
      );
    child.once("error", (error) => fail(`${command} could not be run: ${error.message}`));
    child.once("close", (code, signal) =>
      code === 0
        ? resolve()
        : fail(`${command} ${args[1]} ended with ${code ?? signal} and said:\n${said()}`),
    );
  });
