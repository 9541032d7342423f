import { type Refusal, refuse } from "./reason.ts";

export type JsonObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export interface Parsed {
  readonly value: unknown;
}

/** Parses JSON; a refusal names the position but never quotes the text, as the engine's own message would. */
export const parseJson = (text: string): Parsed | Refusal => {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // Only at the message's end: some messages quote the text, which can hold anything.
    const position = error instanceof Error ? POSITION.exec(error.message)?.[1] : undefined;
    const where = position === undefined ? "before its end" : `at character ${Number(position) + 1}`;
    return refuse("json.malformed", `The text stops being JSON ${where}.`);
  }
};

const POSITION = / at position (\d+)(?: \(line \d+ column \d+\))?$/;

/**
 * The texts of the elements of a JSON array, each as it was received, or undefined where the brackets do not
 * match. Elements are not parsed: one that is malformed does not hold up its neighbours. It stops after one more
 * than `most`.
 */
export const splitArray = (text: string, most = Number.POSITIVE_INFINITY): string[] | undefined => {
  const elements: string[] = [];
  let depth = 0;
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
      if (at < 0) return undefined;
    } else if (code === 0x5b || code === 0x7b) {
      if (depth++ === 0) start = at + 1;
    } else if (code === 0x5d || code === 0x7d) {
      if (--depth < 0) return undefined;
      if (depth === 0) {
        if (code !== 0x5d || text.slice(at + 1).trim() !== "") return undefined;
        elements.push(text.slice(start, at).trim());
        return elements.length === 1 && elements[0] === "" ? [] : elements;
      }
    } else if (code === 0x2c && depth === 1) {
      elements.push(text.slice(start, at).trim());
      if (elements.length > most) return elements;
      start = at + 1;
    }
  }
  return undefined;
};

/** Whether a text is one object from its beginning to its end, as far as its brackets tell. */
export const isOneObject = (text: string): boolean => {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
      if (at < 0) return false;
    } else if (code === 0x5b || code === 0x7b) depth++;
    else if ((code === 0x5d || code === 0x7d) && --depth === 0) return at === text.length - 1;
    if (depth === 0) return false;
  }
  return false;
};

/** The index of the quote that closes the string opened at `open`, or -1. */
const endOfString = (text: string, open: number): number => {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
};

/** JSON text on a single line: outside of strings, valid JSON can hold line breaks only as white space. */
export const onOneLine = (text: string): string =>
  text.includes("\n") || text.includes("\r") ? text.replace(/[\n\r]/g, " ") : text;
