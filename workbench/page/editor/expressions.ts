import type { Path } from "../../../src/document/document.ts";
import { splitTemplate } from "../../../src/mapping/template.ts";
import type { Slot } from "./outline.ts";
import { type Scalar, scalarOf } from "./scalar.ts";

/** An expression within a mapping's text. */
export interface Written {
  readonly path: Path;
  /** Without the escapes of the text around it. */
  readonly source: string;
  /** Where each of its characters stands in the file, and where it ends. */
  readonly at: readonly number[];
}

/** All expressions of a mapping, as far as they are written. */
export const expressionsIn = (file: string, slots: readonly Slot[]): readonly Written[] =>
  slots.flatMap((slot) =>
    slot.kind === "key" || slot.style === "flow" ? [] : expressionsOf(slot.path, scalarOf(file, slot)),
  );

const expressionsOf = (path: Path, { text, at }: Scalar): readonly Written[] => {
  if (isExpression(path)) return [{ path, source: text, at }];
  if (!mayHoldExpressions(path)) return [];
  const parts = splitTemplate(text);
  if (!("unclosed" in parts))
    return parts.flatMap((part) => ("text" in part ? [] : [written(path, part.expression, part.offset, at)]));
  const before = expressionsOf(path, { text: text.slice(0, parts.unclosed), at });
  const from = parts.unclosed + 2;
  return [...before, written(path, text.slice(from), from, at)];
};

const written = (path: Path, source: string, from: number, at: readonly number[]): Written => ({
  path,
  source,
  at: at.slice(from, from + source.length + 1),
});

/** Whether a value is an expression as a whole, without `${ }`. */
export const isExpression = (path: Path): boolean => {
  const [first, , third] = path;
  if (first === "previous")
    return (path.length === 2 && path[1] === "when") || (path.length === 3 && path[1] === "same");
  if (first !== "translations") return false;
  return path.length === 3 ? third === "when" || third === "time" : path.length === 4 && third === "forEach";
};

/** Whether a text may have expressions in `${ }`. */
const mayHoldExpressions = (path: Path): boolean =>
  path[0] === "let" ? path.length === 2 : path[0] === "translations" && SIDES.has(String(path[2]));

const SIDES: ReadonlySet<string> = new Set(["caliper", "xapi", "json"]);
