import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { project } from "../../build/bundle.ts";
import { copySite } from "../support/site.ts";

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command in a folder. */
export const jlt = async (folder: string, args: readonly string[], input = ""): Promise<Answer> => {
  const options = ["--disable-warning=ExperimentalWarning", join(project, "cli", "jlt.ts")];
  const child = spawn(process.execPath, [...options, ...args], { cwd: folder, env });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.end(input);
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
};

/** What the tests' own runner sets must not reach the command; and what was compiled once need not be so each time. */
const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, ...inherited } = process.env;
export const env = { ...inherited, NODE_COMPILE_CACHE: join(project, "node_modules", ".cache", "jlt") };

/** Runs `use` with a copy of the shipped site. */
export const withShippedSite = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "jlt-"));
  try {
    await copySite(folder);
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};
