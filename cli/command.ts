import { type ParseArgsConfig, parseArgs } from "node:util";
import { Misuse } from "../src/misuse.ts";

/** One of the administrator's commands. */
export interface Command {
  readonly name: string;
  /** Its name and arguments. */
  readonly usage: string;
  readonly summary: string;
  /** What it does, with an example. */
  readonly help: string;
  /** Runs it with the arguments after its name; gives the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** Parses a command's arguments. Throws Misuse instead of node's own error. */
export const parseArguments = <T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> => {
  try {
    return parseArgs(config);
  } catch (error) {
    // Only the first sentence: the others are about arguments that begin with a hyphen.
    throw new Misuse((error instanceof Error ? error.message : String(error)).replace(/(?<=')\. .*$/s, "."));
  }
};
