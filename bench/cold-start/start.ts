import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Pairs of starts: of a function, and of an empty one, by turns. */
export const ROUNDS = 15;

/** Milliseconds from the start of the process until it has come so far. */
export interface Start {
  readonly time: number;
  readonly processor: number;
}

export interface Pair {
  readonly full: Start;
  readonly empty: Start;
}

/**
 * Pairs of processes, each of which runs a script for a bundle, and tells in its last line how old it was in the end. The
 * first pair is not counted: the files are not in the system's memory yet.
 */
export const pairsOf = async (
  script: string,
  { bundle, empty }: { readonly bundle: string; readonly empty: string },
  environment: Readonly<Record<string, string>>,
  ...rest: readonly string[]
): Promise<readonly Pair[]> => {
  const start = async (file: string): Promise<Start> => {
    const env = { ...environment, PATH: process.env.PATH ?? "" };
    const { stdout } = await run(process.execPath, ["-e", script, file, ...rest], { env });
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\n")));
  };
  const pairs: Pair[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const isFirst = round % 2 === 0;
    const one = await start(isFirst ? bundle : empty);
    const other = await start(isFirst ? empty : bundle);
    if (round > 0) pairs.push(isFirst ? { full: one, empty: other } : { full: other, empty: one });
  }
  return pairs;
};

const run = promisify(execFile);
