import { createReadStream } from "node:fs";
import { isObject, type Parsed, parseJson } from "../src/event/json.ts";

/** A JSON text in a file: the whole of it, or one of its lines. */
export interface Piece {
  readonly text: string;
  /** The line of the file on which the text begins, from 1. */
  readonly line: number;
  /** Its value, or undefined where it is not JSON. */
  readonly parsed: Parsed | undefined;
}

/** Thrown where a file cannot be read; the message says why as far as that is known. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/**
 * The JSON texts of a file, or of standard input where its name is `-`: each line that is not empty where the first of
 * them is JSON by itself, and else the whole. Lines are read one by one, so a file of lines may be of any size. What is
 * neither is taken for lines if another of its lines is an object or array. Throws Unreadable.
 */
export async function* piecesOf(file: string): AsyncGenerator<Piece> {
  const held: string[] = [];
  let number = 0;
  let inLines = false;
  try {
    for await (const line of linesOf(file)) {
      number += 1;
      if (inLines || held.every(isBlank)) {
        const parsed = isBlank(line) ? undefined : parse(line);
        inLines ||= parsed !== undefined;
        if (inLines && !isBlank(line)) yield { text: line, line: number, parsed };
      }
      if (!inLines) held.push(line);
    }
    if (!inLines && !held.every(isBlank)) yield* together(held);
  } catch (error) {
    // Texts have a greatest length, of some 500 million characters.
    if (error instanceof RangeError) throw new Unreadable(`${file} is too large for one value or line.`);
    throw error instanceof Error && "code" in error ? new Unreadable(reasonOf(file, error.code)) : error;
  }
}

/** What begins with a line that is not JSON by itself: a value over many lines, or a broken line before others. */
function* together(lines: readonly string[]): Generator<Piece> {
  const text = lines.join("\n");
  const whole: Piece = { text, line: 1, parsed: parse(text) };
  const first = lines.find((line) => !isBlank(line)) ?? "";
  if (whole.parsed !== undefined || /^\s*[[{]\s*$/.test(first) || !lines.some(isValue)) {
    yield whole;
    return;
  }
  for (const [index, line] of lines.entries())
    if (!isBlank(line)) yield { text: line, line: index + 1, parsed: parse(line) };
}

const isBlank = (line: string): boolean => line.trim() === "";

/** Whether a line is an object or array by itself, and not indented as within another. */
const isValue = (line: string): boolean => {
  const value = /^[[{]/.test(line) ? parse(line)?.value : undefined;
  return isObject(value) || Array.isArray(value);
};

const parse = (text: string): Parsed | undefined => {
  const read = parseJson(text);
  return "value" in read ? read : undefined;
};

/** The lines of a file, without a byte order mark. Only line feeds part them: JSON texts may hold other breaks. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = file === "-" ? process.stdin : createReadStream(file);
  stream.setEncoding("utf8");
  let rest = "";
  let isFirst = true;
  for await (const chunk of stream) {
    const [head = "", ...others] = String(chunk).split("\n");
    rest += isFirst ? head.replace(/^\uFEFF/, "") : head;
    isFirst = false;
    for (const other of others) {
      yield rest;
      rest = other;
    }
  }
  if (rest !== "") yield rest;
}

const reasonOf = (file: string, code: unknown): string => {
  const name = file === "-" ? "Standard input" : `The file ${file}`;
  if (code === "EISDIR") return `${file} is a folder: name the files in it.`;
  if (code === "ENOENT") return `There is no file ${file}.`;
  return `${name} cannot be read.`;
};
