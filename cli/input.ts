import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { Misuse } from "../src/misuse.ts";

/** The text of a file, or of standard input where its name is `-`. */
export const readInput = async (file: string): Promise<string> => {
  if (file === "-") return readAll(process.stdin);
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new Misuse(`The file ${file} cannot be read.`);
  }
};

/** A line of a file of events, and its number from 1. */
export interface Line {
  readonly line: number;
  readonly body: string;
}

/** The lines of a text that are not empty. */
export const linesOf = (text: string): readonly Line[] =>
  text.split("\n").flatMap((body, at) => (body.trim() === "" ? [] : [{ line: at + 1, body }]));
