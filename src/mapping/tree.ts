import type { Path } from "../document/document.ts";
import type { Expression } from "./expression.ts";

/**
 * What a translation produces, before it is written as JavaScript: the JSON of an event or a statement with
 * expressions and frames in the places of its values.
 */
export type Tree =
  | { readonly kind: "constant"; readonly json: unknown }
  | ValueTree
  /** A text with expressions in it. */
  | { readonly kind: "text"; readonly parts: readonly (string | Expression)[]; readonly place: string }
  /** JSON text in pieces: constant texts, and JavaScript expressions that give text. */
  | { readonly kind: "frame"; readonly pieces: readonly Piece[] }
  | ObjectTree
  | { readonly kind: "array"; readonly items: readonly Tree[] };

/** An expression's JSON value, or nothing where it is absent. */
export interface ValueTree {
  readonly kind: "value";
  readonly expression: Expression;
  readonly place: string;
  /** What is known of it for every event: that it is there, and that it is a text which needs no escapes in JSON. */
  readonly sure?: boolean;
  readonly plain?: boolean;
}

export type Piece = { readonly constant: string } | { readonly code: string };

export interface ObjectTree {
  readonly kind: "object";
  readonly members: readonly Member[];
  /** JavaScript expressions that give further members as text: `,"key":value`, or nothing. */
  readonly more?: readonly string[];
}

export interface Member {
  readonly key: string;
  readonly value: Tree;
  /** Whether a statement without it would be wrong, so that the mapping fails where it is absent. */
  readonly required?: boolean;
}

/** Takes what is wrong with a tree: where, what, and how far into the value, or whether at its key. */
export type Complain = (path: Path, message: string, at?: number | "key") => void;

export const constant = (json: unknown): Tree => ({ kind: "constant", json });

/** JSON text that a JavaScript expression gives. */
export const frame = (code: string): Tree => ({ kind: "frame", pieces: [{ code }] });

/** A JSON string out of JavaScript that gives text which needs no escapes, after a constant beginning. */
export const quoted = (code: string, beginning = ""): Tree => ({
  kind: "frame",
  pieces: [{ constant: `"${beginning}` }, { code }, { constant: '"' }],
});

/** An object of the members that are given; those that are undefined are left out. */
export const objectOf = (
  members: Readonly<Record<string, Tree | undefined>>,
  more?: readonly string[],
): ObjectTree => ({
  kind: "object",
  members: Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
  ...(more !== undefined && { more }),
});

/** An object's members, and those that JavaScript gives as text besides. */
export const extended = (tree: Tree, more: string): ObjectTree => ({
  kind: "object",
  members: tree.kind === "object" ? tree.members : [],
  more: [more],
});

/** The value of a member, if the tree is an object that has it. */
export const memberOf = (tree: Tree | undefined, key: string): Tree | undefined =>
  tree?.kind === "object" ? tree.members.find((member) => member.key === key)?.value : undefined;

/** The constant text that a tree is, if it is one. */
export const constantText = (tree: Tree | undefined): string | undefined =>
  tree?.kind === "constant" && typeof tree.json === "string" ? tree.json : undefined;

/** Every expression in a tree. */
export const expressionsIn = (tree: Tree): readonly Expression[] => {
  switch (tree.kind) {
    case "value":
      return [tree.expression];
    case "text":
      return tree.parts.filter((part) => typeof part !== "string");
    case "array":
      return tree.items.flatMap(expressionsIn);
    case "object":
      return tree.members.flatMap(({ value }) => expressionsIn(value));
    default:
      return [];
  }
};

/** A tree in which every value is what `change` makes of it. */
export const mapValues = (tree: Tree, change: (value: ValueTree) => Tree): Tree => {
  switch (tree.kind) {
    case "value":
      return change(tree);
    case "array":
      return { ...tree, items: tree.items.map((item) => mapValues(item, change)) };
    case "object":
      return {
        ...tree,
        members: tree.members.map((each) => ({ ...each, value: mapValues(each.value, change) })),
      };
    default:
      return tree;
  }
};

/** A tree in which every expression is what `change` makes of it, also within texts. */
export const mapExpressions = (tree: Tree, change: (expression: Expression) => Expression): Tree => {
  if (tree.kind === "text")
    return { ...tree, parts: tree.parts.map((part) => (typeof part === "string" ? part : change(part))) };
  if (tree.kind === "value") return { ...tree, expression: change(tree.expression) };
  if (tree.kind === "array")
    return { ...tree, items: tree.items.map((item) => mapExpressions(item, change)) };
  if (tree.kind !== "object") return tree;
  return {
    ...tree,
    members: tree.members.map((each) => ({ ...each, value: mapExpressions(each.value, change) })),
  };
};
