import type { ASTNode } from "@marcbachmann/cel-js";
import { pathOf } from "./complaint.ts";
import { type Sort, unlike } from "./sort.ts";

/**
 * Whether expressions have a value, found without running them. A path is a field's names joined by dots, such as
 * `event.path`; a variable's own name is a path as well.
 */
export type Path = string;

/** What is known of a path. */
export interface KnownPaths {
  /** The paths by whose absence it may be absent, null or of another kind than is needed. */
  absences(path: Path): readonly Path[];
  /** Whether it is a text, a number or true or false whenever it is there and not null. */
  isScalar(path: Path): boolean;
  /** Which sorts of value it may lead to, as far as the schema names any. */
  sortsOf(path: Path): readonly Sort[];
  /** What a `let` means. */
  meaning(name: string): ASTNode | undefined;
}

/** What an expression's value may fail by: the paths that may be absent. None: it always has a value. */
export const absences = (node: ASTNode, known: KnownPaths): readonly Path[] => {
  const missing = missingIn(node, known);
  return missing.length === 0 ? unlike(node, known) : missing;
};

const missingIn = (node: ASTNode, known: KnownPaths): readonly Path[] => {
  const all = (nodes: readonly ASTNode[]): readonly Path[] => nodes.flatMap((each) => absences(each, known));
  switch (node.op) {
    case "value":
    case "map":
      return [];
    case "id":
      return known.absences(node.args);
    case ".": {
      const path = pathOf(node);
      return path.length === 0 ? [`what stands before .${node.args[1]}`] : known.absences(path.join("."));
    }
    case "call": {
      const [name, args] = node.args;
      if (name === "has") return [];
      return PARTIAL.has(name) ? [...all(args), `what ${name}(…) can read`] : all(args);
    }
    case "rcall": {
      const [name, of, args] = node.args;
      // What is not there has another value instead; but a list or an object would stay what it is.
      return name === "orElse"
        ? [...[of, ...args].flatMap((each) => odd(each, known)), ...all(args)]
        : all([of, ...args]);
    }
    case "[]":
      return [entryOf(node)];
    default:
      return all(operands(node));
  }
};

/** Functions that have no value for some texts and numbers. */
const PARTIAL: ReadonlySet<string> = new Set(["utc", "duration", "seconds"]);

const entryOf = (node: ASTNode & { readonly op: "[]" }): Path =>
  `an entry of ${pathOf(node.args[0]).join(".") || "the list"}`;

/** The paths by which an expression's value may be a list or an object. */
const odd = (node: ASTNode, known: KnownPaths): readonly Path[] => {
  const inside = (each: ASTNode): readonly Path[] => odd(each, known);
  switch (node.op) {
    case "id": {
      const meaning = known.meaning(node.args);
      if (meaning !== undefined) return inside(meaning);
      return known.isScalar(node.args) ? [] : [node.args];
    }
    case ".": {
      const path = pathOf(node).join(".");
      return known.isScalar(path) ? [] : [path];
    }
    case "[]":
      return known.isScalar(`${pathOf(node.args[0]).join(".")}.*`) ? [] : [entryOf(node)];
    case "?:":
      return [...inside(node.args[1]), ...inside(node.args[2])];
    case "+":
      return node.args.flatMap(inside);
    case "rcall":
      return node.args[0] === "orElse" ? [node.args[1], ...node.args[2]].flatMap(inside) : [];
    default:
      return [];
  }
};

/** How a set of present paths says that a path is not null, and that it is a text, a number or true or false. */
export const notNull = (path: Path): Path => `${path} is not null`;
export const scalar = (path: Path): Path => `${path} is scalar`;

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
  return union([needed(node, meaning), compared(node)]);
};

/** What a comparison with constants makes sure of. */
const compared = (node: ASTNode): ReadonlySet<Path> => {
  if (node.op !== "==" && node.op !== "!=" && node.op !== "in") return new Set();
  const path = (each: ASTNode): Path => pathOf(each).join(".");
  const [left, right] = node.args;
  if (node.op === "in")
    return new Set(right.op === "list" && right.args.every(isScalarLiteral) ? [scalar(path(left))] : []);
  const [of, other] = left.op === "value" ? [right, left] : [left, right];
  if (node.op === "!=") return new Set(isNull(other) ? [notNull(path(of))] : []);
  return new Set(isScalarLiteral(other) ? [scalar(path(of))] : []);
};

const isNull = (node: ASTNode): boolean => node.op === "value" && node.args === null;

const isScalarLiteral = (node: ASTNode): boolean => node.op === "value" && node.args !== null;

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
    case "list":
      // What is not there is left out of a list.
      return new Set();
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
  new Set(sets.flatMap((set) => [...set]));

const intersection = ([first = new Set(), ...rest]: readonly ReadonlySet<Path>[]): ReadonlySet<Path> =>
  new Set([...first].filter((path) => rest.every((set) => set.has(path))));
