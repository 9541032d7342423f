import type { ASTNode } from "@marcbachmann/cel-js";
import type { Path } from "../document/document.ts";
import type { Expression } from "./expression.ts";
import type { Tree } from "./tree.ts";
import type { Let, UnderstoodMapping, UnderstoodTranslation } from "./understand.ts";

/** What goes into a value, and in which form. */
export interface Flow {
  /** A variable, and the names that lead to a value in it: `event`, `path`. `*` stands for any element of a list. */
  readonly from: readonly string[];
  readonly form: Form;
  /** The functions that are called on it, in the order of the calls. */
  readonly by: readonly string[];
  /** Whether what is inside of the value goes the same way. */
  readonly deep: boolean;
  /** Where only an event says which part of an object is read: it may be any. */
  readonly keyed?: true;
}

/**
 * `whole`: the value as it is. `part`: the value within a text or address. `changed`: what functions make of it.
 * `asked`: the answer to a question about it. `decides`: nothing of it, but whether something is sent.
 */
export type Form = "whole" | "part" | "changed" | "asked" | "decides";

/** Whether something of a value goes out: more than an answer, a number of elements or what a table has for it. */
export const isSending = ({ form, by }: Pick<Flow, "form" | "by">): boolean =>
  form === "whole" ||
  form === "part" ||
  (form === "changed" && !by.some((name) => name === "size" || name === "lookup"));

/** Whether it goes out as something else where it is personal: of what `pseudonym` makes, nobody needs another name. */
export const isShown = (flow: Pick<Flow, "form" | "by">): boolean =>
  isSending(flow) && !flow.by.includes("pseudonym");

/** What an expression can read besides the event. */
export interface Scope {
  readonly lets: readonly Let[];
  /** Of the expression that is looked at: see there. */
  readonly lists: ReadonlySet<ASTNode>;
  readonly each: UnderstoodTranslation["each"];
  /** The event before is one of the same kind: what is said of its fields, is said of the event's. */
  readonly previous: string | undefined;
}

export const scopeOf = (
  { lets, previous }: UnderstoodMapping,
  each: UnderstoodTranslation["each"],
): Scope => ({
  lets,
  each,
  previous: previous?.name,
  lists: new Set(),
});

/** What a tree is made from; `steps` lead to what of its value is read, where it is not the whole. */
export const flowsOfTree = (tree: Tree, scope: Scope, steps: Steps = []): readonly Flow[] => {
  if (tree.kind === "value") return flowsOfExpression(tree.expression, scope, steps);
  if (tree.kind === "text")
    return tree.parts.flatMap((part) =>
      typeof part === "string" ? [] : flowsOfExpression(part, scope).map(within),
    );
  return leavesOf(tree).flatMap(({ leaf }) => (leaf === tree ? [] : flowsOfTree(leaf, scope)));
};

/** The names that lead into a value; `*` stands for any element of a list. */
type Steps = readonly string[];

/** What an expression is made from. */
export const flowsOfExpression = (
  { node, lists }: Expression,
  scope: Scope,
  steps: Steps = [],
): readonly Flow[] => flowsOf(node, { ...scope, lists }, steps);

const flowsOf = (node: ASTNode, scope: Scope, steps: Steps = []): readonly Flow[] => {
  const each = (inner: ASTNode): readonly Flow[] => flowsOf(inner, scope);
  const inside = (inner: ASTNode): readonly Flow[] => flowsOf(inner, scope, steps);
  switch (node.op) {
    case "value":
      return [];
    case "id":
      return flowsOfVariable(node.args, scope, steps);
    case ".":
      return flowsOf(node.args[0], scope, [node.args[1], ...steps]);
    case "[]": {
      const [of, key] = node.args;
      const step = stepOf(node, scope.lists);
      const read = step === undefined ? each(of).map(keyed) : flowsOf(of, scope, [step, ...steps]);
      return [...read, ...each(key).map(by("lookup"))];
    }
    case "list":
      return node.args.flatMap((item) => flowsOf(item, scope, steps.slice(1)));
    case "+":
      if (steps.length > 0) return node.args.flatMap(inside);
      return node.args.flatMap(each).map(node.args.some(isNumber) ? by("+") : within);
    case "?:":
      return [...each(node.args[0]).map(asked), ...inside(node.args[1]), ...inside(node.args[2])];
    case "-":
    case "-_":
      return operands(node).flatMap(each).map(by("-"));
    case "call":
      return flowsOfCall(node.args[0], node.args[1].flatMap(each));
    case "rcall":
      if (node.args[0] === "orElse") return [node.args[1], ...node.args[2]].flatMap(inside);
      return flowsOfCall(node.args[0], [node.args[1], ...node.args[2]].flatMap(each));
    default:
      // Comparisons, and what joins them.
      return operands(node).flatMap(each).map(asked);
  }
};

const flowsOfVariable = (name: string, scope: Scope, steps: Steps): readonly Flow[] => {
  const known = scope.lets.find((each) => each.name === name);
  if (known !== undefined) return flowsOfTree(known.tree, scope, steps);
  if (name === scope.each?.name) return flowsOfExpression(scope.each.list, scope, ["*", ...steps]);
  const from = [name === scope.previous ? "event" : name, ...steps];
  return [{ from, form: "whole", by: [], deep: true }];
};

/** What a key leads to: a name, or an element (`*`); undefined where that hangs on the event. */
const stepOf = (node: ASTNode & { readonly op: "[]" }, lists: ReadonlySet<ASTNode>): string | undefined => {
  const [, key] = node.args;
  if (key.op !== "value") return lists.has(node) ? "*" : undefined;
  if (typeof key.args !== "string") return "*";
  // A property of this name is not what the star means elsewhere.
  return key.args === "*" ? undefined : key.args;
};

const flowsOfCall = (name: string, flows: readonly Flow[]): readonly Flow[] => {
  switch (name) {
    case "iri":
      return flows.map(within);
    case "has":
      return flows.map(asked).map(shallow);
    case "size":
      return flows.map(by(name)).map(shallow);
    case "startsWith":
    case "endsWith":
    case "contains":
      return flows.map(asked);
    default:
      return flows.map(by(name));
  }
};

const within = (flow: Flow): Flow => (flow.form === "whole" ? { ...flow, form: "part" } : flow);

export const asked = (flow: Flow): Flow => ({ ...flow, form: "asked", by: [] });

const keyed = (flow: Flow): Flow => (flow.form === "whole" ? { ...flow, keyed: true } : flow);

export const shallow = (flow: Flow): Flow => ({ ...flow, deep: false });

const by =
  (name: string) =>
  (flow: Flow): Flow =>
    flow.form === "asked" ? flow : { ...flow, form: "changed", by: [...flow.by, name] };

const isNumber = (node: ASTNode): boolean =>
  node.op === "value" && (typeof node.args === "number" || typeof node.args === "bigint");

const operands = ({ args }: ASTNode): readonly ASTNode[] =>
  [args].flat(2).filter((each) => typeof each === "object" && each !== null && "op" in each);

/** The values that are no objects, with what leads to them. */
export const leavesOf = (
  tree: Tree,
  at: Path = [],
): readonly { readonly at: Path; readonly leaf: Tree }[] => {
  if (tree.kind === "object") return tree.members.flatMap(({ key, value }) => leavesOf(value, [...at, key]));
  if (tree.kind === "array") return tree.items.flatMap((item, position) => leavesOf(item, [...at, position]));
  return [{ at, leaf: tree }];
};
