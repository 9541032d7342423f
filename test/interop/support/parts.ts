import { spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { project } from "../../../build/bundle.ts";
import { COPY_JARS, withoutJava } from "./maven.ts";
import { findPython } from "./python.ts";

/** The folder of what these tests need of others: a folder for each part, which says exactly what is installed. */
const PINS = join(project, "test", "interop", "parts");

/** The names of all parts. */
export const PARTS: readonly string[] = globSync("*/", { cwd: PINS }).sort();

/** A part that is installed, or why it cannot be. */
export type Part = { readonly folder: string } | { readonly missing: string };

const known = new Map<string, Promise<Part>>();

/**
 * Installs a part into `.interop/<name>/`, unless it is there already: what its `package-lock.json` pins, or, in a
 * virtual environment, its `requirements.txt`, or its `pom.xml`. Where this machine has no Python that fits, gives the
 * reason, for tests to be skipped; where CI runs, it throws. Throws where the packages cannot be had. Java is nowhere
 * asked for: what a `pom.xml` names is missing where it, Maven or the packages are. `pins` is where the part's files are.
 */
export const installed = (name: string, pins = join(PINS, name)): Promise<Part> => {
  const part = known.get(name) ?? install(name, pins);
  known.set(name, part);
  return part;
};

export type WithPython = { readonly python: string } | { readonly missing: string };

/** The Python that has a part's packages, or why there is none: see `installed`. */
export const pythonWith = async (name: string, pins?: string): Promise<WithPython> => {
  const part = await installed(name, pins);
  return "missing" in part ? part : { python: join(part.folder, "bin", "python") };
};

/** What is told of a machine that lacks something: where CI runs, that is a failure, and throws. */
export const absent = (missing: string): { readonly missing: string } => {
  if (process.env.CI === "true") throw new Error(missing);
  return { missing };
};

/** How packages are installed that come from one registry. */
interface Installer {
  /** The files that pin them. */
  readonly files: readonly string[];
  /** What this machine lacks for what the files pin; undefined where it lacks nothing. */
  lacks(pinned: string): Promise<string | undefined>;
  /** By what they are installed: tells with them whether what is installed is still what is wanted. */
  tool(pinned: string): Promise<string>;
  install(name: string, folder: string, pins: string): Promise<void>;
  /** Whether tests may be skipped everywhere. */
  readonly optional?: true;
}

const copyPins = async ({ files }: Installer, pins: string, folder: string): Promise<void> => {
  await Promise.all(files.map((file) => copyFile(join(pins, file), join(folder, file))));
};

const npm: Installer = {
  files: ["package.json", "package-lock.json", ".npmrc"],
  lacks: async () => undefined,
  tool: async () => "",
  install: async (name, folder, pins) => {
    await copyPins(npm, pins, folder);
    await run(name, folder, "npm", "ci", "--loglevel=error");
  },
};

const pip: Installer = {
  files: ["requirements.txt"],
  lacks: async (pinned) =>
    (await findPython(tooNew(pinned))) === undefined
      ? `Python 3.11 or newer${tooNew(pinned) === undefined ? "" : `, below 3.${tooNew(pinned)}`}, with its venv module (on Debian: python3-venv)`
      : undefined,
  tool: async (pinned) => (await findPython(tooNew(pinned))) ?? "",
  install: async (name, folder, pins) => {
    const list = join(pins, "requirements.txt");
    await run(name, folder, await pip.tool(await readFile(list, "utf8")), "-m", "venv", folder);
    // The list is whole, so that nothing is installed that it does not name.
    const options = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    await run(name, folder, join(folder, "bin", "python"), ...options, "--requirement", list);
  },
};

/** The first Python 3 that a list is not for, where it says so: `# python < 3.13`. */
const tooNew = (requirements: string): number | undefined => {
  const minor = /^# python < 3\.(\d+)$/m.exec(requirements)?.[1];
  return minor === undefined ? undefined : Number(minor);
};

const maven: Installer = {
  files: ["pom.xml"],
  lacks: withoutJava,
  tool: async () => "",
  install: async (name, folder, pins) => {
    await copyPins(maven, pins, folder);
    await run(name, folder, "mvn", ...COPY_JARS);
  },
  optional: true,
};

const installerOf = (pins: string): Installer =>
  [pip, maven].find(({ files }) => files.every((file) => existsSync(join(pins, file)))) ?? npm;

const install = async (name: string, pins: string): Promise<Part> => {
  const installer = installerOf(pins);
  const texts = await Promise.all(installer.files.map((file) => readFile(join(pins, file), "utf8")));
  const pinned = texts.join("\n");
  const lacking = await installer.lacks(pinned);
  if (lacking !== undefined) {
    const missing = `${name} needs ${lacking}.`;
    return installer.optional ? { missing } : absent(missing);
  }
  const folder = join(project, ".interop", name);
  // Written last: an installation that was interrupted is done again.
  const stamp = join(folder, "installed");
  const wanted = `${await installer.tool(pinned)}\n${pinned}`;
  if ((await readFile(stamp, "utf8").catch(() => undefined)) === wanted) return { folder };

  // What a measurement prints may be read by a machine.
  console.error(`Installing ${name} into ${relative(project, folder)}/ …`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await installer.install(name, folder, pins);
  } catch (error) {
    if (installer.optional && error instanceof Error) return { missing: error.message };
    throw error;
  }
  await writeFile(stamp, wanted);
  return { folder };
};

const run = (name: string, cwd: string, command: string, ...args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(
        new Error(
          `${name} could not be installed: npm, pip and Maven must reach a package registry. ${what}`,
        ),
      );
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
