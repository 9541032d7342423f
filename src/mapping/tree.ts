import type { Path } from "../document/document.ts";

/**
 * What a translation produces, before it is written as JavaScript: the JSON of an event or a statement with
 * expressions and frames in the places of its values.
 */
export type Tree =
  | { readonly kind: "constant"; readonly json: unknown }
  /** A JavaScript expression that gives a JSON value, or undefined where it is absent. */
  | { readonly kind: "value"; readonly code: string; readonly type: string; readonly place: string }
  /** Text around expressions: constants as they are, expressions as `{ code }`. */
  | {
      readonly kind: "text";
      readonly parts: readonly (string | { readonly code: string })[];
      readonly place: string;
    }
  /** A JavaScript expression that gives JSON text. */
  | { readonly kind: "frame"; readonly code: string }
  | ObjectTree
  | { readonly kind: "array"; readonly items: readonly Tree[] };

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

/** Takes what is wrong with a tree: where, what, and whether at a value or at its key. */
export type Complain = (path: Path, message: string, at?: "key") => void;

export const constant = (json: unknown): Tree => ({ kind: "constant", json });

export const frame = (code: string): Tree => ({ kind: "frame", code });

/** An object of the members that are given; those that are undefined are left out. */
export const objectOf = (
  members: Readonly<Record<string, Tree | undefined>>,
  more?: readonly string[],
): ObjectTree => ({
  kind: "object",
  members: Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
  ...(more !== undefined && { more }),
});

/** The value of a member, if the tree is an object that has it. */
export const memberOf = (tree: Tree | undefined, key: string): Tree | undefined =>
  tree?.kind === "object" ? tree.members.find((member) => member.key === key)?.value : undefined;

/** The constant text that a tree is, if it is one. */
export const constantText = (tree: Tree | undefined): string | undefined =>
  tree?.kind === "constant" && typeof tree.json === "string" ? tree.json : undefined;
