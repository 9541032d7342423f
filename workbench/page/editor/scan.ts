import type { Path } from "../../../src/document/document.ts";
import { type Style, scalarOf } from "./scalar.ts";

/** A place in a YAML text at which something is written, or can be. */
export interface Slot {
  /** What leads to the value; for a key, to the mapping that it is in; for what stands alone, to where it stands. */
  readonly path: Path;
  /** `alone`: it may become a key or a value. */
  readonly kind: "key" | "value" | "alone";
  /** As it is written, with its quotes. */
  readonly from: number;
  readonly to: number;
  readonly style: Style;
}

/** A key with its colon behind it, in a line of its own: its text, or its quoted text. */
export const KEY =
  /(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s{}[\],"'#&*!|>%@`](?:(?!:(?:\s|$)|\s#)[^\n])*?)(?=[ \t]*:(?:\s|$))/my;

/** The same within braces, where commas and brackets end it. */
const FLOW_KEY = /(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|(?:(?!:(?:[\s,[\]{}]|$)|\s#)[^,[\]{}\n])+)/my;

/** How deep values are followed. */
export const DEEPEST = 64;

/** Reads values and keys of a text at given places, and keeps what it finds. */
export const scanner = (text: string) => {
  const slots: Slot[] = [];

  const endOfLine = (at: number): number => {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end;
  };
  const afterSpaces = (at: number): number => {
    let after = at;
    while (text[after] === " " || text[after] === "\t") after++;
    return after;
  };
  /** Whether nothing comes any more in the line. */
  const isOver = (at: number): boolean =>
    at >= text.length || text[at] === "\n" || text[at] === "\r" || text[at] === "#";

  /** Whether the line after an end of line still belongs to what was begun by something so far left. */
  const goesOn = (end: number, indent: number, isFlow: boolean): boolean => {
    let before = end;
    let at = afterSpaces(end + 1);
    for (; isFlow && text[at] === "\n"; at = afterSpaces(at + 1)) before = at;
    if (at >= text.length || at - before - 1 <= indent) return false;
    if (isFlow) return true;
    KEY.lastIndex = at;
    return !isOver(at) && !text.startsWith("- ", at) && !KEY.test(text);
  };

  /** Where a quoted text ends, its closing quote included. */
  const quotedEnd = (open: number, indent: number, isFlow: boolean): number => {
    const quote = text[open];
    for (let at = open + 1; at < text.length; at++) {
      const char = text[at];
      if (char === "\n" && !goesOn(at, indent, false) && !(isFlow && text[afterSpaces(at + 1)] === quote))
        return at;
      if (char === "\\" && quote === '"') at++;
      else if (char === quote && quote === "'" && text[at + 1] === "'") at++;
      else if (char === quote) return at + 1;
    }
    return text.length;
  };

  /** Where a text without quotes ends: at a comment, at the end of what goes on, or in braces at one of their signs. */
  const plainEnd = (from: number, indent: number, isFlow: boolean): number => {
    const ends = isFlow ? /[,[\]{}]|:(?=[\s,[\]{}]|$)|\s#|\r?\n/g : /\s#|\r?\n/g;
    for (let at = from; ; ) {
      ends.lastIndex = at;
      const found = ends.exec(text);
      const to = found?.index ?? text.length;
      if (found === null || isFlow || !/\n$/.test(found[0]) || !goesOn(endOfLine(to), indent, false))
        return from + text.slice(from, to).trimEnd().length;
      at = endOfLine(to) + 1;
    }
  };

  const blockEnd = (header: number, indent: number): number => {
    let end = header;
    for (let next = end; next < text.length; end = next) {
      next = endOfLine(end + 1);
      const at = afterSpaces(end + 1);
      if (at < next && text[at] !== "\r" && at - end - 1 <= indent) return end;
    }
    return end;
  };

  const key = (from: number, to: number, path: Path): string => {
    const slot: Slot = { path, kind: "key", from, to, style: styleOf(text[from] ?? "") };
    slots.push(slot);
    return scalarOf(text, slot).text;
  };

  /** Reads a value that stands in lines; gives where the line after it begins. */
  const value = (from: number, path: Path, indent: number, kind: "value" | "alone"): number => {
    if (isOver(from)) {
      slots.push({ path, kind, from, to: from, style: "empty" });
      return endOfLine(from) + 1;
    }
    if (text[from] === "|" || text[from] === ">") {
      const header = endOfLine(from);
      const to = blockEnd(header, indent);
      slots.push({ path, kind, from: Math.min(header + 1, to), to, style: "block" });
      return to + 1;
    }
    return endOfLine(inner(from, path, indent, kind, false)) + 1;
  };

  /** Reads a value, in braces or not; gives where it ends. */
  const inner = (
    from: number,
    path: Path,
    indent: number,
    kind: "value" | "alone",
    isFlow: boolean,
  ): number => {
    const char = text[from] ?? "";
    const opens = (char === "{" || char === "[") && path.length < DEEPEST;
    // Before what is in it, as a key is before its value.
    const at = slots.push({ path, kind, from, to: from, style: opens ? "flow" : styleOf(char) }) - 1;
    const to = opens
      ? flow(from, path, indent)
      : char === '"' || char === "'"
        ? quotedEnd(from, indent, isFlow)
        : Math.max(plainEnd(from, indent, isFlow), isFlow ? from : from + 1);
    slots[at] = { path, kind, from, to, style: opens ? "flow" : styleOf(char) };
    return to;
  };

  const flow = (open: number, path: Path, indent: number): number => {
    const isList = text[open] === "[";
    let items = 0;
    let at = open + 1;
    while (at < text.length) {
      at = afterSpaces(at);
      const char = text[at];
      if (char === undefined) return at;
      if (char === "}" || char === "]") return at + 1;
      if (char === "\n" && !goesOn(at, indent, true)) return at;
      if (char === "#") at = endOfLine(at);
      else if (/^(?:[\s,]|:(?:[\s,[\]{}]|$))/.test(text.slice(at, at + 2))) at++;
      else if (isList) at = after(at, inner(at, [...path, items++], indent, "value", true));
      else at = after(at, member(at, path, indent));
    }
    return at;
  };

  /** What is read is never read again. */
  const after = (from: number, to: number): number => Math.max(to, from + 1);

  const member = (from: number, path: Path, indent: number): number => {
    FLOW_KEY.lastIndex = from;
    const written = FLOW_KEY.exec(text)?.[0].trimEnd() ?? "";
    const colon = afterSpaces(from + written.length);
    if (written === "" || text[colon] !== ":") return inner(from, path, indent, "alone", true);
    const name = key(from, from + written.length, path);
    const at = afterSpaces(colon + 1);
    if (!isOver(at) && !/[,}\]]/.test(text[at] ?? ""))
      return inner(at, [...path, name], indent, "value", true);
    slots.push({ path: [...path, name], kind: "value", from: at, to: at, style: "empty" });
    return at;
  };

  return { slots, endOfLine, afterSpaces, isOver, key, value };
};

const styleOf = (written: string): Style =>
  written.startsWith('"') ? "double" : written.startsWith("'") ? "single" : "plain";
