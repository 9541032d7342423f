import { spawn } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { project } from "../../build/bundle.ts";

/** What says exactly which packages are installed, and how. */
const FILES = ["package.json", "package-lock.json", ".npmrc"];

/**
 * The folder `.interop/<name>`, with the packages that `test/interop/<name>/package-lock.json` pins. Others' software
 * lies there and not among the project's own packages, which know nothing of it. Where it is there already, nothing
 * is done. Throws where it cannot be installed.
 */
export const installed = async (name: string): Promise<string> => {
  const from = join(project, "test", "interop", name);
  const folder = join(project, ".interop", name);
  const files = await Promise.all(FILES.map((file) => readFile(join(from, file), "utf8")));
  // Written last: an installation that was interrupted is done again.
  const stamp = join(folder, "installed");
  const wanted = files.join("\n");
  if ((await readFile(stamp, "utf8").catch(() => undefined)) === wanted) return folder;

  console.log(
    `Installing ${name} into ${relative(project, folder)}/ for the interop tests; this takes a minute …`,
  );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(FILES.map((file) => copyFile(join(from, file), join(folder, file))));
  await npmCi(folder, name);
  await writeFile(stamp, wanted);
  return folder;
};

const npmCi = (folder: string, name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(
        new Error(
          `The interop tests need npm, and a package registry that it reaches: ${name} could not be installed. ${what}`,
        ),
      );
    const npm = spawn("npm", ["ci", "--loglevel=error"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const said = lastOf(npm.stdout, npm.stderr);
    npm.once("error", (error) => fail(`npm could not be run: ${error.message}`));
    npm.once("close", (code, signal) =>
      code === 0 ? resolve() : fail(`npm ci ended with ${code ?? signal} and said:\n${said()}`),
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
