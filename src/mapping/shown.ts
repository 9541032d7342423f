import { type Personal, partsOfAny, personalAt } from "../event/personal.ts";
import { shownName, variable } from "./emit.ts";
import type { Expression } from "./expression.ts";
import { type Flow, flowsOfExpression, flowsOfTree, isShown, scopeOf } from "./flows.ts";
import type { Shown } from "./protect.ts";
import { mapExpressions, mapValues, type Tree } from "./tree.ts";
import type { Let, UnderstoodMapping, UnderstoodTranslation } from "./understand.ts";

/**
 * How a mapping is compiled where what is personal must not go out as it is. Code has two readings of the event, of the
 * one before it, of the element of `forEach` and of each `let`: as they are, and under a name of their own with
 * pseudonyms.
 */
export interface ShownMapping {
  /** The `let`s in both readings. */
  readonly lets: readonly Let[];
  /** What the code reads with pseudonyms, and what of it is personal. */
  readonly plan: Shown;
}

/**
 * Gives the second readings of a mapping for the translations that are taken, or undefined where none of them sends
 * anything personal: then it is compiled as it is.
 */
export const shownMapping = (
  mapping: UnderstoodMapping,
  taken: readonly (UnderstoodTranslation & { readonly side: Tree })[],
  personal: Personal,
): ShownMapping | undefined => {
  const read = taken.flatMap((translation) => pathsOf(mapping, translation));
  const plan = pick(personal, read);
  if (plan === "free") return undefined;
  const second = mapping.lets.map(({ name, tree }) => ({ name: shownName(name), tree: shownTree(tree) }));
  return { lets: mapping.lets.flatMap((each, at) => [each, ...second.slice(at, at + 1)]), plan };
};

/**
 * A translation's side that reads with pseudonyms. What is personal whatever it is, is sure to be there only where it is
 * a text, so that is not relied on.
 */
export const shownSide = (
  mapping: UnderstoodMapping,
  { each, side }: Pick<UnderstoodTranslation, "each"> & { readonly side: Tree },
  personal: Personal,
): Tree => {
  const scope = scopeOf(mapping, each);
  const mayGo = (value: Tree): boolean =>
    flowsOfTree(value, scope)
      .flatMap(readShown)
      .some((path) => !STAYING.has(leafOf(personalAt(personal, path))));
  return shownTree(mapValues(side, (value) => (mayGo(value) ? { ...value, sure: false } : value)));
};

const leafOf = (personal: Personal): string => (typeof personal === "object" ? personal.leaf : personal);

/** What of these has a pseudonym, or goes as it is, whatever it is. */
const STAYING: ReadonlySet<string> = new Set(["free", "texts"]);

/** A tree that reads with pseudonyms. */
const shownTree = (tree: Tree): Tree => mapExpressions(tree, shownExpression);

export const shownExpression = (expression: Expression): Expression => ({
  ...expression,
  code: expression.shown.code,
  reads: expression.shown.reads,
});

/** JavaScript that makes the second readings which are needed of all but the `let`s. */
export const firstReadings = (
  { previous }: Pick<UnderstoodMapping, "previous">,
  needed: ReadonlySet<string>,
): string =>
  ["event", ...(previous === undefined ? [] : [previous.name])]
    .filter((name) => needed.has(shownName(name)))
    .map((name) => `${variable(shownName(name))} ??= ${protecting(name)}; `)
    .join("");

const protecting = (name: string): string => `r.protect(${variable(name)}, personal, s.pseudonym)`;

/** What of the event the code of a translation reads with pseudonyms: the names that lead to each. */
const pathsOf = (
  mapping: UnderstoodMapping,
  { each, time, side }: UnderstoodTranslation & { readonly side: Tree },
): readonly Path[] => {
  const scope = scopeOf(mapping, each);
  const timing = time === undefined ? [] : flowsOfExpression(time, scope);
  return [...flowsOfTree(side, scope), ...timing].flatMap(readShown);
};

type Path = readonly string[];

const readShown = (flow: Flow): readonly Path[] =>
  isShown(flow) && flow.from[0] === "event" ? [flow.from.slice(1)] : [];

/** What is personal of what is read, and nothing else of the event. */
const pick = (personal: Personal, paths: readonly Path[]): Shown => {
  if (personal === "free") return "free";
  if (paths.some((path) => path.length === 0)) return withNames(personal, paths);
  const picked = [...byStep(paths)].map(
    ([step, inside]) => [step, pick(personalAt(personal, [step]), inside)] as const,
  );
  if (picked.every(([, each]) => each === "free")) return "free";
  return { picked: Object.fromEntries(picked) };
};

/** What is personal of a whole, in which the names that a mapping writes out are no more so than those of a schema. */
const withNames = (personal: Personal, paths: readonly Path[]): Personal => {
  const further = [...byStep(paths.filter((path) => path.length > 0))];
  if (personal === "free" || further.length === 0) return personal;
  const parts = partsOfAny(personal);
  const named = further.map(
    ([step, inside]) => [step, withNames(personalAt(personal, [step]), inside)] as const,
  );
  const items = named.find(([step]) => step === "*")?.[1] ?? parts.items;
  const properties = Object.fromEntries(named.filter(([step]) => step !== "*"));
  return { ...parts, items, properties: { ...parts.properties, ...properties } };
};

/** For each first step of the paths, what is left of them. */
const byStep = (paths: readonly Path[]): ReadonlyMap<string, readonly Path[]> =>
  new Map(
    [...Map.groupBy(paths, ([step = ""]) => step)].map(([step, inside]) => [
      step,
      inside.map(([, ...rest]) => rest),
    ]),
  );
