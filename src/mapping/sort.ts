import type { ASTNode } from "@marcbachmann/cel-js";
import { isObject } from "../event/json.ts";
import { pathOf } from "./complaint.ts";

/**
 * The checker of types lets pass whatever stands for a field of which the schema does not say that it is always there.
 * Here is told which sort of value such a field has once it is there.
 */
export type Sort = "text" | "number" | "flag";

/** What is known of paths, and of what a `let` means. */
interface Known {
  sortsOf(path: string): readonly Sort[];
  meaning(name: string): ASTNode | undefined;
}

/** What an expression lacks where it joins, compares or reads values of sorts that do not go together. */
export const unlike = (node: ASTNode, known: Known): readonly string[] => {
  const sorts = (nodes: readonly ASTNode[]): ReadonlySet<Sort> =>
    new Set(nodes.flatMap((each) => sortsOf(each, known)));
  const oneSort = (nodes: readonly ASTNode[], where: string): readonly string[] =>
    sorts(nodes).size > 1 ? [`two values of one kind for ${where}`] : [];
  const only = (sort: Sort, nodes: readonly ASTNode[], what: string): readonly string[] =>
    [...sorts(nodes)].every((each) => each === sort) ? [] : [what];
  switch (node.op) {
    case "+":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return oneSort(node.args, node.op);
    case "-":
      return only("number", node.args, "two numbers for -");
    case "call": {
      const [name, args] = node.args;
      return OF_TEXTS.has(name) ? only("text", args, `a text for ${name}(…)`) : [];
    }
    case "rcall": {
      const [name, of, args] = node.args;
      if (name === "orElse") return oneSort([of, ...args], ".orElse(…)");
      return OF_TEXTS.has(name) ? only("text", [of, ...args], `a text for .${name}(…)`) : [];
    }
    default:
      return [];
  }
};

/** Functions and methods that have a value for texts only. */
const OF_TEXTS: ReadonlySet<string> = new Set([
  "basename",
  "dirname",
  "extension",
  "lower",
  "pseudonym",
  "startsWith",
  "endsWith",
  "contains",
]);

/** Which sorts of value an expression may give, as far as that can be told. */
const sortsOf = (node: ASTNode, known: Known): readonly Sort[] => {
  const inside = (each: ASTNode): readonly Sort[] => sortsOf(each, known);
  switch (node.op) {
    case "value":
      return SORTS[typeof node.args] ?? [];
    case "id": {
      const meaning = known.meaning(node.args);
      return meaning === undefined ? known.sortsOf(node.args) : inside(meaning);
    }
    case ".":
      return known.sortsOf(pathOf(node).join("."));
    case "+":
      return node.args.flatMap(inside);
    case "?:":
      return [...inside(node.args[1]), ...inside(node.args[2])];
    case "rcall":
      return node.args[0] === "orElse" ? [node.args[1], ...node.args[2]].flatMap(inside) : [];
    default:
      return [];
  }
};

const SORTS: Readonly<Record<string, readonly Sort[]>> = {
  string: ["text"],
  integer: ["number"],
  number: ["number"],
  bigint: ["number"],
  boolean: ["flag"],
};

/** The sorts that a schema allows; null is none, as another value stands in for it. */
export const sortsOfSchema = (schema: unknown): readonly Sort[] =>
  isObject(schema) ? [schema.type].flat().flatMap((each) => SORTS[String(each)] ?? []) : [];
