import type { Expression } from "./expression.ts";
import type * as guards from "./guards.ts";
import { constant, type Tree } from "./tree.ts";

/** The guards that take a value alone, or with what is known of its place. */
export type Guard = Exclude<keyof typeof guards, "isAnonymous" | "isUuid">;

/**
 * A tree whose value goes through a guard when the mapping runs. Constants were looked at by the check, and a text that
 * is known to be plain is one of an IRI.
 */
export const guarded = (tree: Tree, guard: Guard, ...more: readonly unknown[]): Tree => {
  if (tree.kind === "text" && guard !== "asText") {
    const [first] = tree.parts.filter((part) => typeof part !== "string");
    if (first === undefined) return tree;
    return valueWith(first, `r.${guard}(${[codeOf(tree), ...more.map(literal)].join(", ")})`, tree.place);
  }
  if (tree.kind !== "value" || tree.plain === true) return tree;
  const { node } = tree.expression;
  if (guard === "asText" && node.op === "call" && GIVING_TEXT.has(node.args[0])) return tree;
  const code = `r.${guard}(${[codeOf(tree), ...more.map(literal)].join(", ")})`;
  // Of what is there, only the kind that the expression has for every event is sure to pass.
  const sure = tree.sure === true && (guard === "asText" || guard === "asBoolean");
  return { ...tree, expression: { ...tree.expression, code }, sure };
};

/** Functions that give a text or nothing. */
const GIVING_TEXT: ReadonlySet<string> = new Set([
  "basename",
  "dirname",
  "extension",
  "iri",
  "lower",
  "string",
]);

/** One value that a guard makes of several, of which at least one is no constant; absent ones are undefined. */
export const guardedAll = (trees: readonly (Tree | undefined)[], guard: Guard): Tree => {
  const dynamic = trees.find((tree) => tree?.kind === "value" || tree?.kind === "text");
  const first =
    dynamic?.kind === "value"
      ? dynamic.expression
      : dynamic?.kind === "text"
        ? dynamic.parts.find((part) => typeof part !== "string")
        : undefined;
  if (first === undefined || dynamic === undefined || !("place" in dynamic)) return constant(null);
  return valueWith(first, `r.${guard}(${trees.map(codeOf).join(", ")})`, dynamic.place);
};

const valueWith = (expression: Expression, code: string, place: string): Tree => ({
  kind: "value",
  expression: { ...expression, code },
  place,
});

const literal = (value: unknown): string => JSON.stringify(value);

const codeOf = (tree: Tree | undefined): string => {
  if (tree?.kind === "constant") return JSON.stringify(tree.json);
  if (tree?.kind === "value") return tree.expression.code;
  if (tree?.kind !== "text") return "undefined";
  return `r.concat(${tree.parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : part.code)).join(", ")})`;
};

/** A tree in which nothing must be there: what is free, such as an extension, means nothing by an `id`. */
export const free = (tree: Tree): Tree => {
  if (tree.kind === "array") return { ...tree, items: tree.items.map(free) };
  if (tree.kind !== "object") return tree;
  return {
    ...tree,
    members: tree.members.map(({ key, value }) => ({ key, value: free(value) })),
  };
};
