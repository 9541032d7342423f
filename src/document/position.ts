/** A place in a text; both count from 1, columns in UTF-16 units as editors count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Where the values that JSON pointers (RFC 6901) name begin in a JSON text, in one pass over it. A pointer that leads
 * to nothing gets the place of what is nearest around it. Of a key that is there twice the last counts, as it does for
 * JSON.parse. The text must be JSON.
 */
export const locate = (text: string, pointers: readonly string[]): readonly Position[] => {
  const root: Wanted = { offset: undefined, below: new Map() };
  const paths = pointers.map((pointer) => pathTo(pointer, root));
  visit(text, afterSpace(text, 0), root);
  const place = positionsIn(text);
  return paths.map((path) => place(path.findLast(({ offset }) => offset !== undefined)?.offset ?? 0));
};

/** Tells of offsets in a text at which line and column they are. */
export const positionsIn = (text: string): ((offset: number) => Position) => {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [line, after] = [0, starts.length];
    while (after - line > 1) {
      const middle = (line + after) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else after = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
};

/** A value that a pointer leads to or through, and where it begins once it is found. */
interface Wanted {
  offset: number | undefined;
  readonly below: Map<string, Wanted>;
}

/** Adds the values on a pointer's way to what is wanted: the way, from the root on. */
const pathTo = (pointer: string, root: Wanted): readonly Wanted[] => {
  const path = [root];
  let here = root;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const next = here.below.get(key) ?? { offset: undefined, below: new Map() };
    here.below.set(key, next);
    path.push(next);
    here = next;
  }
  return path;
};

/** Notes where a value begins, and those wanted inside of it: the offset after it. As deep as the pointers go. */
const visit = (text: string, start: number, wanted: Wanted): number => {
  forget(wanted);
  wanted.offset = start;
  const open = text[start];
  if (wanted.below.size === 0 || (open !== "{" && open !== "[")) return afterValue(text, start);
  let at = afterSpace(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== "}" && text[at] !== "]"; index++) {
    let key = String(index);
    if (open === "{") {
      const end = afterString(text, at);
      key = keyOf(text.slice(at, end));
      at = afterSpace(text, afterSpace(text, end) + 1);
    }
    const inner = wanted.below.get(key);
    at = afterSpace(text, inner === undefined ? afterValue(text, at) : visit(text, at, inner));
    if (text[at] === ",") at = afterSpace(text, at + 1);
  }
  return at + 1;
};

/** What an earlier key of the same name led to does not count. */
const forget = (wanted: Wanted): void => {
  if (wanted.offset === undefined) return;
  wanted.offset = undefined;
  for (const inner of wanted.below.values()) forget(inner);
};

const keyOf = (quoted: string): string =>
  quoted.includes("\\") ? String(JSON.parse(quoted)) : quoted.slice(1, -1);

/** The offset after a value, however deep it is. */
const afterValue = (text: string, start: number): number => {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = afterString(text, at);
    else if (isDelimiter(code)) at += 1;
    else at = afterPlain(text, at);
    if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
    if (depth <= 0) return at;
  }
  return text.length;
};

const afterString = (text: string, open: number): number => {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
};

/** The offset after a number, true, false or null. */
const afterPlain = (text: string, start: number): number => {
  let at = start + 1;
  while (at < text.length && !isDelimiter(text.charCodeAt(at))) at += 1;
  return at;
};

/** White space, brackets, comma and colon. */
const isDelimiter = (code: number): boolean =>
  isSpace(code) ||
  code === 0x2c ||
  code === 0x3a ||
  code === 0x5b ||
  code === 0x5d ||
  code === 0x7b ||
  code === 0x7d;

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** The offset of the next character that is no white space of JSON. */
export const afterSpace = (text: string, start: number): number => {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
};
