import type { Document } from "../document/document.ts";
import { didYouMean, type Problem } from "../document/problem.ts";
import type { Selection } from "./endpoint.ts";

/** A translation, as far as selecting it goes. */
export interface Selectable {
  /** With its mapping: `jupyter-server/contents:saved`. */
  readonly name: string;
  readonly optional: boolean;
}

/** Whether a selection takes a translation. */
export const takes = ({ translations }: Selection, { name, optional }: Selectable): boolean =>
  translations.some((pattern) =>
    pattern.startsWith("+") ? matches(pattern.slice(1), name) : !optional && matches(pattern, name),
  );

/** Patterns that no translation fits: most likely a slip of the pen. */
export const selectionProblems = (
  document: Document,
  { translations }: Selection,
  known: readonly Selectable[],
): readonly Problem[] =>
  translations.flatMap((pattern, at) => {
    const name = pattern.replace(/^\+/, "");
    const fitting = known.filter((each) => matches(name, each.name));
    const place = ["select", "translations", at];
    if (fitting.length === 0) {
      const names = known.map((each) => each.name);
      return [document.problem(place, `No mapping has a translation "${name}"${didYouMean(name, names)}`)];
    }
    if (!pattern.startsWith("+") && fitting.every((each) => each.optional)) {
      return [document.problem(place, `"${name}" is optional; write "+${name}" to take it.`)];
    }
    return [];
  });

const matches = (pattern: string, name: string): boolean => {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
};
