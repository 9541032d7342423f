import { isTime } from "../caliper/check-values.ts";
import type { Path } from "../document/document.ts";
import { isIri } from "../document/iri.ts";
import { didYouMean } from "../document/problem.ts";
import { UNPROVEN } from "../xapi/vocabulary.ts";
import { typeName } from "./complaint.ts";
import type { Expression } from "./expression.ts";
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
    complain(path, `"${nameOf(path)}" must be a mapping of keys.`);
};

/** Extensions are an object whose keys are IRIs; one of them is the translator's own. */
export const extensionProblems = (tree: Tree | undefined, path: Path, complain: Complain): void => {
  objectProblems(tree, path, complain);
  if (tree?.kind !== "object") return;
  for (const { key } of tree.members) {
    if (!isIri(key)) complain([...path, key], "The key of an extension must be an IRI.", "key");
    else if (key === UNPROVEN)
      complain([...path, key], "The translator itself says this; take another IRI.", "key");
  }
};

/** `what` needs an id, which is always there and an IRI. */
export const idProblems = (tree: Tree | undefined, path: Path, what: string, check: Check): void => {
  const id = memberOf(tree, "id");
  if (id === undefined) {
    check.complain(path, `${what} needs an id.`);
  } else if (isSureIri(id, check)) {
    presenceProblems(id, [...path, "id"], "id", check);
  } else {
    const almost = /^[a-z][a-z0-9+.-]*:/i.test(constantText(id) ?? "") ? ALMOST : "";
    const found = id.kind === "value" ? `; this is ${typeName(id.expression.type)}` : almost;
    check.complain([...path, "id"], `An id is an IRI, such as \${ iri(hub.files, event.path) }${found}.`);
  }
};

const ALMOST = "; a space and the like are written as %20, a per cent sign as %25, and http needs a host";

/** Whether a value is sure to be an IRI whenever it is there. */
export const isSureIri = (tree: Tree, { knowledge }: Check): boolean =>
  tree.kind === "frame" ||
  constantIri(tree) !== undefined ||
  (tree.kind === "value" && knowledge.givesIri(tree.expression));

/** A value that must not be absent. Of a list, one element must be there. */
export const presenceProblems = (tree: Tree, path: Path, what: string, check: Check): void => {
  const absent = absencesOf(tree, check.knowledge);
  if (absent.length === 0) return;
  const [first = ""] = absent;
  check.complain(
    path,
    `There would be no ${what} without ${absent.join(", ")}: ${mendOf(first, check.knowledge.kindOf(first))}.`,
  );
};

const absencesOf = (tree: Tree, knowledge: Knowledge): readonly string[] => {
  if (tree.kind === "array") {
    const each = tree.items.map((item) => absencesOf(item, knowledge));
    return each.some((one) => one.length === 0) ? [] : (each[0] ?? []);
  }
  const expressions: readonly Expression[] =
    tree.kind === "value"
      ? [tree.expression]
      : tree.kind === "text"
        ? tree.parts.filter((part) => typeof part !== "string")
        : [];
  return [...new Set(expressions.flatMap((each) => knowledge.absences(each)))];
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
  string: { types: ["string", "time", "duration"], what: "a text" },
  boolean: { types: ["bool"], what: "true or false" },
  integer: { types: ["int"], what: "a whole number" },
  count: { types: ["int"], what: "a whole number that is not negative" },
  number: { types: ["int", "double"], what: "a number" },
  time: { types: ["time"], what: "a time, as the variable time or utc(…) gives it" },
  duration: { types: ["duration"], what: "a duration, as duration(…) gives it" },
};

/** Whether a value can be of a kind: constants are looked at, expressions by their type. */
export const kindProblems = (tree: Tree, kind: string, path: Path, { complain }: Check): void => {
  const known = KINDS[kind];
  if (known === undefined || tree.kind === "frame") return;
  const type = typeOf(tree);
  const isNegative = kind === "count" && tree.kind === "constant" && Number(tree.json) < 0;
  if (known.types.includes(type) && !isNegative) return;
  const isLong = known.types.includes("int") && tree.kind === "constant" && Number.isInteger(tree.json);
  const mend =
    kind === "string" && type === "dyn"
      ? "; string(…) makes one of any value"
      : isLong && !isNegative
        ? " of at most 15 digits"
        : "";
  complain(path, `"${nameOf(path)}" is ${known.what}${mend}.`);
};

/** Whether a text can be of a form: constants are looked at, others when the mapping runs. */
export const formProblems = (
  tree: Tree,
  form: { readonly holds: (text: string) => boolean; readonly what: string },
  path: Path,
  { complain }: Check,
): void => {
  const constant = constantText(tree);
  const holds = constant === undefined ? TEXTS.has(typeOf(tree)) : form.holds(constant);
  if (!holds && tree.kind !== "frame") complain(path, `"${nameOf(path)}" is ${form.what}.`);
};

const TEXTS: ReadonlySet<string> = new Set(["string", "time", "duration"]);

const DURATION = /^P(?=[\dT])(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;

/** The kind of a value: CEL's name of its type, or `time` or `duration` where it is sure to be one. */
const typeOf = (tree: Tree): string => {
  if (tree.kind === "text") return "string";
  if (tree.kind === "value") return typeOfExpression(tree.expression);
  if (tree.kind !== "constant") return tree.kind;
  const { json } = tree;
  if (typeof json === "number")
    return Number.isSafeInteger(json) ? "int" : Number.isFinite(json) ? "double" : "no number";
  if (typeof json === "boolean") return "bool";
  if (typeof json !== "string") return "null";
  if (isTime(json)) return "time";
  return DURATION.test(json) ? "duration" : "string";
};

/** CEL's name of an expression's type, or `time` or `duration` where it is sure to be one. */
export const typeOfExpression = ({ node, type }: Expression): string => {
  if (node.op === "id" && node.args === "time") return "time";
  if (node.op !== "call") return type;
  return { utc: "time", duration: "duration" }[node.args[0]] ?? type;
};
