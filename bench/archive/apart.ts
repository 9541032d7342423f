import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { project } from "../../build/bundle.ts";

/** What a program did that ran in a process of its own. */
export interface Ran {
  readonly output: string;
  /** By the clock, and processor time of all its threads. */
  readonly seconds: number;
  readonly processor: number;
  /** The most memory that it had, in megabytes. */
  readonly rss: number;
}

/** Runs a program of the project, given its path there and its arguments; throws where it ends with another code than 0. */
export const runApart = async (folder: string, program: string, args: readonly string[]): Promise<Ran> => {
  const peak = join(folder, "peak");
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--import",
      join(project, "bench", "archive", "peak.ts"),
      join(project, program),
      ...args,
    ],
    { cwd: project, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, PEAK_FILE: peak } },
  );
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code}.`);
  const seconds = (performance.now() - began) / 1000;
  return { output, seconds, ...JSON.parse(await readFile(peak, "utf8")) };
};
