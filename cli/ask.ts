import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { Misuse } from "../src/misuse.ts";

/** Throws Misuse where a question has to be asked, and nobody can be; `instead` says what to do then. */
export const ensureAnswer = (
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
  instead: string,
): void => {
  if (!yes && (json || !process.stdin.isTTY || !process.stderr.isTTY))
    throw new Misuse(`Nobody can be asked here. ${instead}`);
};

/** Asks on the terminal; only yes means yes. */
export const askOnTerminal = async (question: string): Promise<boolean> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Whoever ends the question with Ctrl+C or Ctrl+D says no.
  const ended = once(terminal, "close").then(() => "");
  const answered = terminal.question(`${question} [y/N] `).catch(() => "");
  const answer = await Promise.race([answered, ended]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
};
