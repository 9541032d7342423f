import type { Path } from "../document/document.ts";
import {
  type Flow,
  flowsOfExpression,
  flowsOfTree,
  leavesOf,
  type Scope,
  scopeOf,
  shallow,
} from "./flows.ts";
import { expressionsIn, memberOf, type Tree } from "./tree.ts";
import type { Let, Side, UnderstoodMapping, UnderstoodTranslation } from "./understand.ts";

export { type Form, isSending } from "./flows.ts";

/** That something which a mapping knows goes into what is sent, and in which form. */
export interface Use extends Flow {
  /** The names that lead to its place in what is sent; none for what only decides. */
  readonly to: readonly string[];
  /** Where the expression stands within the translation, in the mapping's file. */
  readonly at: Path;
  /** With its mapping: `jupyter-server/contents:saved`. */
  readonly translation: string;
}

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
  const scope = scopeOf(mapping, translation.each);
  const sent = leavesOf(tree).flatMap(({ at, leaf }) =>
    flowsOfTree(leaf, scope).map(
      (flow): Use => ({ ...flow, to: at.map(stepName), at: [side, ...at], translation: name }),
    ),
  );
  const timing = time === undefined ? [] : flowsOfExpression(time, scope);
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
  const scope = scopeOf(mapping, each);
  const reads = new Set(expressionsIn(tree).flatMap((expression) => [...expression.reads]));
  const found = mapping.lets.find(
    ({ name, tree: inner }) =>
      reads.has(name) && flowsOfTree(inner, scope).some((flow) => leadsTo(flow, from)),
  );
  return found === undefined ? [] : [found, ...letsBetween(from, found.tree, mapping, each)];
};

const leadsTo = ({ from }: Flow, to: readonly string[]): boolean =>
  from.length <= to.length && from.every((step, at) => step === to[at]);

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
    ...(each === undefined ? [] : flowsOfExpression(each.list, scope).map(shallow)),
    ...conditions.flatMap((condition) => flowsOfExpression(condition, scope)),
    ...objects.flatMap((id) => (id === undefined ? [] : flowsOfTree(id, scope))),
  ];
};
