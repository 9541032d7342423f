import type { Path } from "../document/document.ts";
import { didYouMean } from "../document/problem.ts";
import { typeName } from "./complaint.ts";
import { type Complain, constantText, memberOf, type Tree } from "./tree.ts";

/** Checks that the Caliper side and the xAPI side of a mapping share. */

const isIri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text);

/** Whether a tree can be an IRI: a constant is one, and an expression gives a text. */
const mayBeIri = (tree: Tree): boolean => {
  if (tree.kind === "value") return tree.type === "string" || tree.type === "dyn";
  return tree.kind === "text" || isIri(constantText(tree) ?? "");
};

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

/** `what` needs an id, which is an IRI. */
export const idProblems = (tree: Tree | undefined, path: Path, what: string, complain: Complain): void => {
  const id = memberOf(tree, "id");
  if (id === undefined) complain(path, `${what} needs an id.`);
  else if (!mayBeIri(id)) {
    const found = id.kind === "value" ? `; this is ${typeName(id.type)}` : "";
    complain([...path, "id"], `An id is an IRI, such as \${ iri(hub.files, event.path) }${found}.`);
  }
};

/** A value in whose place there may be the IRI of an object. */
export const referenceProblems = (tree: Tree, path: Path, complain: Complain): void => {
  if (!mayBeIri(tree)) complain(path, `"${path.at(-1)}" must be a mapping of keys, or an IRI.`);
};
