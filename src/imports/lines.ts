import { type Refusal, refuse } from "../event/reason.ts";

/** A line of a file that is not empty, by its number from 1; or why it is no text. */
export type FileLine = { readonly number: number } & (
  | { readonly text: string }
  | { readonly refusal: Refusal }
);

/** The longest line that is read, in bytes: a compressed message may unpack to as much. */
export const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * The lines of a text file in UTF-8, some at once, as its bytes come. Lines end in LF or CRLF; the last one may have no
 * end. Longer lines are passed over without being held.
 */
export async function* linesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly FileLine[]> {
  let number = 0;
  let parts: Uint8Array[] = [];
  let size = 0;
  const hold = (part: Uint8Array): void => {
    size += part.length;
    if (size > LONGEST_LINE) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const end = (): FileLine | undefined => {
    number++;
    const line = size > LONGEST_LINE ? { number, refusal: TOO_LONG } : decoded(number, parts);
    parts = [];
    size = 0;
    return "text" in line && line.text.trim() === "" ? undefined : line;
  };
  for await (const chunk of chunks) {
    const lines: FileLine[] = [];
    let start = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, start)) {
      hold(chunk.subarray(start, at));
      const line = end();
      if (line !== undefined) lines.push(line);
      start = at + 1;
    }
    hold(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  const last = size > 0 ? end() : undefined;
  if (last !== undefined) yield [last];
}

const LF = 0x0a;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const decoded = (number: number, parts: readonly Uint8Array[]): FileLine => {
  const [first = new Uint8Array(0), ...others] = parts;
  try {
    return { number, text: utf8.decode(others.length === 0 ? first : Buffer.concat(parts)) };
  } catch {
    return { number, refusal: NO_UTF8 };
  }
};

const TOO_LONG = refuse("size.exceeded", "The line is longer than 16 MiB.");
const NO_UTF8 = refuse("encoding.invalid", "The line is not text in UTF-8.");
