/** JSON as lines: what is shown of a value, from top to bottom. Knows nothing of pages. */

export interface JsonLine {
  /** The names that lead to the value, positions in lists among them. Of a bracket that closes: those of what it closes. */
  readonly path: readonly string[];
  readonly depth: number;
  /** The value's name, as it is shown; absent in lists. */
  readonly key?: string;
  /** What is shown of the value, with its comma: for what goes on over lines, its bracket. */
  readonly text: string;
  readonly kind: "text" | "number" | "word" | "open" | "close";
  /** How long a text is of which only the beginning is shown. */
  readonly cut?: number;
}

export interface JsonLines {
  readonly lines: readonly JsonLine[];
  /** How many more there are, which are not shown. */
  readonly more: number;
}

/** Characters of a text that are shown. */
export const MOST_OF_TEXT = 2000;

/** Lines that are shown. */
const MOST_LINES = 2000;

/** The lines of a value, and at most so many. However deep it is. */
export const linesOf = (value: unknown, most = MOST_LINES): JsonLines => {
  const lines: JsonLine[] = [];
  let more = 0;
  const show = (line: JsonLine): void => {
    if (lines.length < most) lines.push(line);
    else more++;
  };
  const open: Step[] = [{ value, path: [], depth: 0, comma: "" }];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if ("close" in step) {
      show(step.close);
      continue;
    }
    const { path, depth, comma, key } = step;
    const named = { path, depth, ...(key !== undefined && { key: partOf(key).text }) };
    const inner = innerOf(step.value);
    if (inner === undefined) {
      show({ ...named, ...leaf(step.value, comma) });
      continue;
    }
    const [begin, end] = Array.isArray(step.value) ? ["[", "]"] : ["{", "}"];
    if (inner.length === 0) {
      show({ ...named, kind: "word", text: begin + end + comma });
      continue;
    }
    show({ ...named, kind: "open", text: begin });
    open.push({ close: { path, depth, kind: "close", text: end + comma } });
    for (const [at, [name, each]] of [...inner.entries()].reverse())
      open.push({
        value: each,
        // What is only counted needs none, which could be long.
        path: lines.length < most ? [...path, name] : path,
        depth: depth + 1,
        comma: at === inner.length - 1 ? "" : ",",
        ...(!Array.isArray(step.value) && { key: name }),
      });
  }
  return { lines, more };
};

type Step =
  | {
      readonly value: unknown;
      readonly path: readonly string[];
      readonly depth: number;
      readonly comma: string;
      readonly key?: string;
    }
  | { readonly close: JsonLine };

const innerOf = (value: unknown): readonly (readonly [string, unknown])[] | undefined =>
  typeof value === "object" && value !== null ? Object.entries(value) : undefined;

const leaf = (value: unknown, comma: string): Pick<JsonLine, "kind" | "text" | "cut"> => {
  if (typeof value === "string") {
    const { text, cut } = partOf(value);
    return { kind: "text", text: text + comma, ...(cut !== undefined && { cut }) };
  }
  return { kind: typeof value === "number" ? "number" : "word", text: `${JSON.stringify(value)}${comma}` };
};

/** A text in its quotes, or the beginning of a long one. */
const partOf = (text: string): { readonly text: string; readonly cut?: number } => {
  if (text.length <= MOST_OF_TEXT) return { text: harmless(JSON.stringify(text)) };
  const begin = text.slice(0, MOST_OF_TEXT).replace(/[\ud800-\udbff]$/, "");
  return { text: `${harmless(JSON.stringify(begin)).slice(0, -1)}…"`, cut: text.length };
};

/**
 * A text in which nothing is hidden and nothing turns the order of what stands around it: characters that are not seen, or
 * that only steer how others are shown, are written as `\u202e`.
 */
export const harmless = (text: string): string =>
  text.replace(UNSEEN, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join(""),
  );

/** Controls, formats (such as bidirectional marks), separators of lines, halves of pairs, and what else shows nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** A path as one text, by which it is told from others. */
export const pathKey = (path: readonly string[]): string => JSON.stringify(path);

/** A path as people read it: `object.definition.name`, `events[0].id`. */
export const pathText = (path: readonly string[]): string =>
  path.map((name, at) => stepText(name, at === 0)).join("") || "the whole";

const stepText = (name: string, isFirst: boolean): string => {
  if (/^\d+$/.test(name)) return `[${name}]`;
  if (/^[\w@$-]+$/.test(name)) return isFirst ? name : `.${name}`;
  return `[${harmless(JSON.stringify(name))}]`;
};
