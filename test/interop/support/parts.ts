import { spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { project } from "../../../build/bundle.ts";
import { findPython } from "./python.ts";

/** The folder of what these tests need of others: a folder for each part, which says exactly what is installed. */
const PINS = join(project, "test", "interop", "parts");

/** The names of all parts. */
export const PARTS: readonly string[] = globSync("*/", { cwd: PINS }).sort();

/** A part that is installed, or why it cannot be. */
export type Part = { readonly folder: string } | { readonly missing: string };

/** Which packages are installed, and how: with npm, or with pip. */
const NPM = ["package.json", "package-lock.json", ".npmrc"];
const PIP = ["requirements.txt"];

const known = new Map<string, Promise<Part>>();

/**
 * Installs a part into `.interop/<name>/`, unless it is there already: what its `package-lock.json` pins, or, in a
 * virtual environment, its `requirements.txt`. Where this machine has no Python that fits, gives the reason, for tests to
 * be skipped; where CI runs, it throws. Throws where the packages cannot be had. `pins` is where the part's files are.
 */
export const installed = (name: string, pins = join(PINS, name)): Promise<Part> => {
  const part = known.get(name) ?? install(name, pins);
  known.set(name, part);
  return part;
};

export type WithPython = { readonly python: string } | { readonly missing: string };

/** The Python that has a part's packages, or why there is none: see `installed`. */
export const pythonWith = async (name: string): Promise<WithPython> => {
  const part = await installed(name);
  return "missing" in part ? part : { python: join(part.folder, "bin", "python") };
};

/** What is told of a machine that lacks something: where CI runs, that is a failure, and throws. */
export const absent = (missing: string): { readonly missing: string } => {
  if (process.env.CI === "true") throw new Error(missing);
  return { missing };
};

const install = async (name: string, pins: string): Promise<Part> => {
  const isPip = existsSync(join(pins, "requirements.txt"));
  const python = isPip ? await findPython() : undefined;
  if (isPip && python === undefined)
    return absent(`${name} needs Python 3.11 or newer with its venv module (on Debian: python3-venv).`);
  const folder = join(project, ".interop", name);
  const files = isPip ? PIP : NPM;
  const texts = await Promise.all(files.map((file) => readFile(join(pins, file), "utf8")));
  // Written last: an installation that was interrupted is done again.
  const stamp = join(folder, "installed");
  const wanted = [python ?? "", ...texts].join("\n");
  if ((await readFile(stamp, "utf8").catch(() => undefined)) === wanted) return { folder };

  console.log(`Installing ${name} into ${relative(project, folder)}/ …`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (python === undefined) {
    await Promise.all(files.map((file) => copyFile(join(pins, file), join(folder, file))));
    await run(name, folder, "npm", "ci", "--loglevel=error");
  } else {
    await run(name, folder, python, "-m", "venv", folder);
    // The list is whole, so that nothing is installed that it does not name.
    const list = join(pins, "requirements.txt");
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    await run(name, folder, join(folder, "bin", "python"), ...pip, "--requirement", list);
  }
  await writeFile(stamp, wanted);
  return { folder };
};

const run = (name: string, cwd: string, command: string, ...args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new Error(`${name} could not be installed: npm and pip must reach a package registry. ${what}`));
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const said = lastOf(child.stdout, child.stderr);
    child.once("error", (error) => fail(`${command} could not be run: ${error.message}`));
    child.once("close", (code, signal) =>
      code === 0
        ? resolve()
        : fail(
            `${[command, ...args.slice(0, 3)].join(" ")} ended with ${code ?? signal} and said:\n${said()}`,
          ),
    );
  });

/** What streams said last, as far as it is told where something fails. */
export const lastOf = (...streams: readonly (NodeJS.ReadableStream | null)[]): (() => string) => {
  let said = "";
  for (const stream of streams) {
    stream?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-4000);
    });
  }
  return () => said.trim();
};
