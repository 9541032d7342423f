import type { ASTNode } from "@marcbachmann/cel-js";
import { pathOf } from "./complaint.ts";

/**
 * Whether expressions have a value, found without running them. A path is a field's names joined by dots, such as
 * `event.path`; a variable's own name is a path as well.
 */
export type Path = string;

/** Whether the value of an expression may be absent; `mayBe` tells it of a path. */
export const mayBeAbsent = (node: ASTNode, mayBe: (path: Path) => boolean): boolean => {
  const any = (nodes: readonly ASTNode[]): boolean => nodes.some((each) => mayBeAbsent(each, mayBe));
  switch (node.op) {
    case "value":
    case "map":
      return false;
    case "id":
      return mayBe(node.args);
    case ".": {
      const path = pathOf(node);
      return path.length === 0 || mayBe(path.join("."));
    }
    case "call":
      return node.args[0] !== "has" && any(node.args[1]);
    case "rcall":
      // What is not there has another value instead.
      return node.args[0] === "orElse" ? any(node.args[2]) : any([node.args[1], ...node.args[2]]);
    case "[]":
    case "[?]":
    case ".?":
      // Whether a list is long enough, or a table has the key, only the event can tell.
      return true;
    default:
      return any(operands(node));
  }
};

/** The paths that have a value whenever a condition is true. `meaning` gives a `let`'s expression. */
export const presentWhen = (
  node: ASTNode,
  meaning: (name: string) => ASTNode | undefined,
): ReadonlySet<Path> => {
  const inside = (each: ASTNode): ReadonlySet<Path> => presentWhen(each, meaning);
  if (node.op === "&&") return union(node.args.map(inside));
  if (node.op === "||") return intersection(node.args.map(inside));
  if (node.op === "call" && node.args[0] === "has")
    return union(node.args[1].map((each) => needed(each, meaning)));
  if (node.op === "id") {
    const known = meaning(node.args);
    if (known !== undefined) return union([new Set([node.args]), inside(known)]);
  }
  return needed(node, meaning);
};

/** The paths without which an expression has no value. */
const needed = (node: ASTNode, meaning: (name: string) => ASTNode | undefined): ReadonlySet<Path> => {
  const each = (inner: ASTNode): ReadonlySet<Path> => needed(inner, meaning);
  switch (node.op) {
    case "id": {
      const known = meaning(node.args);
      return union([new Set([node.args]), ...(known === undefined ? [] : [each(known)])]);
    }
    case ".": {
      const names = pathOf(node);
      return new Set(names.map((_, at) => names.slice(0, at + 1).join(".")));
    }
    case "&&":
    case "||":
      // One side alone may decide.
      return intersection(node.args.map(each));
    case "?:":
      return union([each(node.args[0]), intersection([each(node.args[1]), each(node.args[2])])]);
    case "call":
      return node.args[0] === "has" ? new Set() : union(node.args[1].map(each));
    case "rcall": {
      const all = [node.args[1], ...node.args[2]].map(each);
      return node.args[0] === "orElse" ? intersection(all) : union(all);
    }
    default:
      return union(operands(node).map(each));
  }
};

const operands = (node: ASTNode): readonly ASTNode[] => {
  const { args } = node;
  const nodes: readonly unknown[] = Array.isArray(args) ? args.flat(2) : [args];
  return nodes.filter((each): each is ASTNode => typeof each === "object" && each !== null && "op" in each);
};

const union = (sets: readonly ReadonlySet<Path>[]): ReadonlySet<Path> =>
  sets.reduce((all, set) => all.union(set), new Set<Path>());

const intersection = ([first = new Set(), ...rest]: readonly ReadonlySet<Path>[]): ReadonlySet<Path> =>
  rest.reduce((all, set) => all.intersection(set), first);
