import type { ASTNode } from "@marcbachmann/cel-js";
import type { Path } from "../document/document.ts";
import { expressionsIn, memberOf, type Tree } from "./tree.ts";
import type { Let, Side, UnderstoodMapping, UnderstoodTranslation } from "./understand.ts";

/** That something which a mapping knows goes into what is sent, and in which form. */
export interface Use extends Flow {
  /** The names that lead to its place in what is sent; none for what only decides. */
  readonly to: readonly string[];
  /** Where the expression stands within the translation, in the mapping's file. */
  readonly at: Path;
  /** With its mapping: `jupyter-server/contents:saved`. */
  readonly translation: string;
}

interface Flow {
  /** A variable, and the names that lead to a value in it: `event`, `path`. `*` stands for any element of a list. */
  readonly from: readonly string[];
  readonly form: Form;
  /** The functions that are called on it, in the order of the calls. */
  readonly by: readonly string[];
  /** Whether what is inside of the value goes the same way. */
  readonly deep: boolean;
}

/**
 * `whole`: the value as it is. `part`: the value within a text or address. `changed`: what functions make of it.
 * `asked`: the answer to a question about it. `decides`: nothing of it, but whether something is sent.
 */
export type Form = "whole" | "part" | "changed" | "asked" | "decides";

/**
 * Says of a translation what it sends on one side, and in which form: also through `let` and the element of `forEach`.
 * What the translator itself fills in is not among it.
 */
export const usesOf = (
  mapping: UnderstoodMapping,
  translation: UnderstoodTranslation,
  side: Side,
): readonly Use[] => {
  const { name, time } = translation;
  const tree = translation.sides[side];
  if (tree === undefined) return [];
  const scope = { lets: mapping.lets, each: translation.each, previous: mapping.previous?.name };
  const sent = leavesOf(tree).flatMap(({ at, leaf }) =>
    flowsOfTree(leaf, scope).map(
      (flow): Use => ({ ...flow, to: at.map(stepName), at: [side, ...at], translation: name }),
    ),
  );
  const timing = time === undefined ? [] : flowsOf(time.node, scope);
  return [
    ...deciding(mapping, translation, scope).map(
      (flow): Use => ({ ...flow, form: "decides", by: [], to: [], at: [], translation: name }),
    ),
    ...sent,
    ...timing.map((flow): Use => ({ ...flow, to: [TIME[side]], at: ["time"], translation: name })),
  ];
};

const stepName = (step: string | number): string => (typeof step === "number" ? "*" : step);

/** The `let`s through which a flow comes to a tree, the nearest to it first. */
export const letsBetween = (
  from: readonly string[],
  tree: Tree,
  mapping: UnderstoodMapping,
  each: UnderstoodTranslation["each"],
): readonly Let[] => {
  const scope = { lets: mapping.lets, each, previous: mapping.previous?.name };
  const reads = new Set(expressionsIn(tree).flatMap((expression) => [...expression.reads]));
  const found = mapping.lets.find(
    ({ name, tree: inner }) =>
      reads.has(name) && flowsOfTree(inner, scope).some((flow) => leadsTo(flow, from)),
  );
  return found === undefined ? [] : [found, ...letsBetween(from, found.tree, mapping, each)];
};

const leadsTo = ({ from }: Flow, to: readonly string[]): boolean =>
  from.length <= to.length && from.every((step, at) => step === to[at]);

/** Whether something of a value goes out: more than an answer, a number of elements or what a table has for it. */
export const isSending = ({ form, by }: Pick<Use, "form" | "by">): boolean =>
  form === "whole" ||
  form === "part" ||
  (form === "changed" && !by.some((name) => name === "size" || name === "lookup"));

/** Where each side says when something happened. */
const TIME: Readonly<Record<Side, string>> = { caliper: "eventTime", xapi: "timestamp", json: "time" };

/** What decides whether and how often something is sent. */
const deciding = (
  { previous }: UnderstoodMapping,
  { each, when, within, sides }: UnderstoodTranslation,
  scope: Scope,
): readonly Flow[] => {
  const conditions = [when, ...(previous?.same ?? []), previous?.when].filter((one) => one !== undefined);
  // Repeats of an act are known by the object that it is about.
  const objects =
    within === undefined ? [] : Object.values(sides).map((side) => memberOf(memberOf(side, "object"), "id"));
  return [
    ...(each === undefined ? [] : flowsOf(each.list.node, scope).map(shallow)),
    ...conditions.flatMap(({ node }) => flowsOf(node, scope)),
    ...objects.flatMap((id) => (id === undefined ? [] : flowsOfTree(id, scope))),
  ];
};

/** The values that are no objects, with what leads to them. */
export const leavesOf = (
  tree: Tree,
  at: Path = [],
): readonly { readonly at: Path; readonly leaf: Tree }[] => {
  if (tree.kind === "object") return tree.members.flatMap(({ key, value }) => leavesOf(value, [...at, key]));
  if (tree.kind === "array") return tree.items.flatMap((item, position) => leavesOf(item, [...at, position]));
  return [{ at, leaf: tree }];
};

interface Scope {
  readonly lets: readonly Let[];
  readonly each: UnderstoodTranslation["each"];
  /** The event before is one of the same kind: what is said of its fields, is said of the event's. */
  readonly previous: string | undefined;
}

const flowsOfTree = (tree: Tree, scope: Scope): readonly Flow[] => {
  if (tree.kind === "value") return flowsOf(tree.expression.node, scope);
  if (tree.kind === "text")
    return tree.parts.flatMap((part) =>
      typeof part === "string" ? [] : flowsOf(part.node, scope).map(within),
    );
  return leavesOf(tree).flatMap(({ leaf }) => (leaf === tree ? [] : flowsOfTree(leaf, scope)));
};

/** What an expression's value is made from. */
const flowsOf = (node: ASTNode, scope: Scope): readonly Flow[] => {
  const each = (inner: ASTNode): readonly Flow[] => flowsOf(inner, scope);
  switch (node.op) {
    case "value":
      return [];
    case "id":
      return flowsOfVariable(node.args, scope);
    case ".":
      return inside(node.args[0], node.args[1], scope);
    case "[]": {
      const [of, key] = node.args;
      if (key.op !== "value") return [...each(of), ...each(key).map(by("lookup"))];
      return inside(of, typeof key.args === "string" ? key.args : "*", scope);
    }
    case "list":
      return node.args.flatMap(each);
    case "+":
      return node.args.flatMap(each).map(node.args.some(isNumber) ? by("+") : within);
    case "?:":
      return [...each(node.args[0]).map(asked), ...each(node.args[1]), ...each(node.args[2])];
    case "-":
    case "-_":
      return operands(node).flatMap(each).map(by("-"));
    case "call":
      return flowsOfCall(node.args[0], node.args[1].flatMap(each));
    case "rcall":
      return flowsOfCall(node.args[0], [node.args[1], ...node.args[2]].flatMap(each));
    default:
      // Comparisons, and what joins them.
      return operands(node).flatMap(each).map(asked);
  }
};

const flowsOfVariable = (name: string, scope: Scope): readonly Flow[] => {
  const known = scope.lets.find((each) => each.name === name);
  if (known !== undefined) return flowsOfTree(known.tree, scope);
  if (name === scope.each?.name) return inside(scope.each.list.node, "*", scope);
  return [{ from: [name === scope.previous ? "event" : name], form: "whole", by: [], deep: true }];
};

const flowsOfCall = (name: string, flows: readonly Flow[]): readonly Flow[] => {
  switch (name) {
    case "iri":
      return flows.map(within);
    case "orElse":
      return flows;
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

/** What a field of a value is made from, or an element of a list (`*`). */
const inside = (node: ASTNode, step: string, scope: Scope): readonly Flow[] => {
  const each = (inner: ASTNode): readonly Flow[] => inside(inner, step, scope);
  if (node.op === "list") return node.args.flatMap((item) => flowsOf(item, scope));
  if (node.op === "+") return node.args.flatMap(each);
  if (node.op === "?:")
    return [...flowsOf(node.args[0], scope).map(asked), ...each(node.args[1]), ...each(node.args[2])];
  if (node.op === "rcall" && node.args[0] === "orElse") return [node.args[1], ...node.args[2]].flatMap(each);
  const known = node.op === "id" ? scope.lets.find(({ name }) => name === node.args) : undefined;
  if (known?.tree.kind === "value") return each(known.tree.expression.node);
  return flowsOf(node, scope).map((flow) =>
    flow.form === "whole" ? { ...flow, from: [...flow.from, step] } : flow,
  );
};

const within = (flow: Flow): Flow => (flow.form === "whole" ? { ...flow, form: "part" } : flow);

const asked = (flow: Flow): Flow => ({ ...flow, form: "asked", by: [] });

const shallow = (flow: Flow): Flow => ({ ...flow, deep: false });

const by =
  (name: string) =>
  (flow: Flow): Flow =>
    flow.form === "asked" ? flow : { ...flow, form: "changed", by: [...flow.by, name] };

const isNumber = (node: ASTNode): boolean =>
  node.op === "value" && (typeof node.args === "number" || typeof node.args === "bigint");

const operands = ({ args }: ASTNode): readonly ASTNode[] =>
  [args].flat(2).filter((each) => typeof each === "object" && each !== null && "op" in each);
