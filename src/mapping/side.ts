import type { Path } from "../document/document.ts";
import { didYouMean } from "../document/problem.ts";
import { typeName } from "./complaint.ts";
import type { Expression } from "./expression.ts";
import { isIri } from "./iri.ts";
import type { Knowledge } from "./knowledge.ts";
import { type Complain, constantText, memberOf, type Tree } from "./tree.ts";

/** Checks that the sides of a mapping share: of keys, of ids, and of values by their kind. */

/** What a check of a side is made with. */
export interface Check {
  readonly knowledge: Knowledge;
  readonly complain: Complain;
}

/** The constant text of a tree, if it is an IRI. */
export const constantIri = (tree: Tree | undefined): string | undefined => {
  const text = constantText(tree);
  return text !== undefined && isIri(text) ? text : undefined;
};

/** Finds keys that a mapping may not set at a place. */
export const keyProblems = (
  tree: Tree | undefined,
  path: Path,
  known: readonly string[],
  complain: Complain,
): void => {
  if (tree?.kind !== "object") return;
  for (const { key } of tree.members) {
    if (known.includes(key)) continue;
    const hint = didYouMean(key, known);
    complain(
      [...path, key],
      `A mapping says nothing of "${key}"; it may say ${known.join(", ")}${hint}`,
      "key",
    );
  }
};

/** What a path leads to, by its key; an element of a list by its list as well. */
export const nameOf = (path: Path): string => {
  const from = path.findLastIndex((step) => typeof step === "string");
  return path.slice(Math.max(0, from)).join(".");
};

/** Complains where a tree is there, but is no object. */
export const objectProblems = (tree: Tree | undefined, path: Path, complain: Complain): void => {
  if (tree !== undefined && tree.kind !== "object")
    complain(path, `"${path.at(-1)}" must be a mapping of keys.`);
};

/** Extensions are an object whose keys are IRIs. */
export const extensionProblems = (tree: Tree | undefined, path: Path, complain: Complain): void => {
  objectProblems(tree, path, complain);
  if (tree?.kind !== "object") return;
  for (const { key } of tree.members)
    if (!isIri(key)) complain([...path, key], "The key of an extension must be an IRI.", "key");
};

/** `what` needs an id, which is always there and an IRI. */
export const idProblems = (tree: Tree | undefined, path: Path, what: string, check: Check): void => {
  const id = memberOf(tree, "id");
  if (id === undefined) {
    check.complain(path, `${what} needs an id.`);
  } else if (isSureIri(id, check)) {
    presenceProblems(id, [...path, "id"], "id", check);
  } else {
    const found = id.kind === "value" ? `; this is ${typeName(id.expression.type)}` : "";
    check.complain([...path, "id"], `An id is an IRI, such as \${ iri(hub.files, event.path) }${found}.`);
  }
};

/** Whether a value is sure to be an IRI whenever it is there. */
export const isSureIri = (tree: Tree, { knowledge }: Check): boolean =>
  tree.kind === "frame" ||
  constantIri(tree) !== undefined ||
  (tree.kind === "value" && knowledge.givesIri(tree.expression));

/** A value that must not be absent. */
export const presenceProblems = (tree: Tree, path: Path, what: string, check: Check): void => {
  const expressions: readonly Expression[] =
    tree.kind === "value"
      ? [tree.expression]
      : tree.kind === "text"
        ? tree.parts.filter((part) => typeof part !== "string")
        : [];
  const absent = [...new Set(expressions.flatMap((each) => check.knowledge.absences(each)))];
  if (absent.length === 0) return;
  const [first = ""] = absent;
  check.complain(
    path,
    `There would be no ${what} without ${absent.join(", ")}: ${mendOf(first, check.knowledge.kindOf(first))}.`,
  );
};

const mendOf = (path: string, kind: ReturnType<Knowledge["kindOf"]>): string => {
  if (kind === "unknown") return "let the schema say whether it is a text or a number";
  if (kind === "nullable")
    return `it may be null, so ask for ${path} != null in "when", or give another value by .orElse(…)`;
  return /^[\w.]+$/.test(path)
    ? `ask for it by has(${path}) in "when", or give another value by .orElse(…)`
    : "give another value by .orElse(…)";
};

/** Kinds of values, with what is said where a value is of another kind. */
const KINDS: Readonly<Record<string, { readonly types: readonly string[]; readonly what: string }>> = {
  string: { types: ["string"], what: "a text" },
  boolean: { types: ["bool"], what: "true or false" },
  integer: { types: ["int"], what: "a whole number" },
  number: { types: ["int", "double"], what: "a number" },
  time: { types: ["time"], what: "a time, as the variable time or utc(…) gives it" },
  duration: { types: ["duration"], what: "a duration, as duration(…) gives it" },
};

/** Whether a value can be of a kind: constants are looked at, expressions by their type. */
export const kindProblems = (tree: Tree, kind: string, path: Path, { complain }: Check): void => {
  const known = KINDS[kind];
  if (known === undefined || tree.kind === "frame") return;
  if (!known.types.includes(typeOf(tree))) complain(path, `"${nameOf(path)}" is ${known.what}.`);
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DURATION = /^P(?=[\dT])(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;

/** The kind of a value: CEL's name of its type, or `time` or `duration` where it is sure to be one. */
const typeOf = (tree: Tree): string => {
  if (tree.kind === "text") return "string";
  if (tree.kind === "value") return typeOfExpression(tree.expression);
  if (tree.kind !== "constant") return tree.kind;
  const { json } = tree;
  if (typeof json === "number") return Number.isInteger(json) ? "int" : "double";
  if (typeof json === "boolean") return "bool";
  if (typeof json !== "string") return "null";
  if (TIME.test(json)) return "time";
  return DURATION.test(json) ? "duration" : "string";
};

const typeOfExpression = ({ node, type }: Expression): string => {
  if (node.op === "id" && node.args === "time") return "time";
  if (node.op !== "call") return type;
  return { utc: "time", duration: "duration" }[node.args[0]] ?? type;
};
