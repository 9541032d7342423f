import { type Personal, personalAt } from "../event/personal.ts";
import { pathOf } from "./complaint.ts";
import { shownName, variable } from "./emit.ts";
import type { Expression } from "./expression.ts";
import type { Shown } from "./protect.ts";
import { mapExpressions, type Tree } from "./tree.ts";
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

/** A tree that reads with pseudonyms. */
export const shownTree = (tree: Tree): Tree => mapExpressions(tree, shownExpression);

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
  { lets, previous }: UnderstoodMapping,
  { each, time, side }: UnderstoodTranslation & { readonly side: Tree },
): readonly (readonly string[])[] => {
  const list = each && pathOf(each.list.node);
  const isField = list !== undefined && list[0] === "event";
  const known = new Set<string>();
  const found: (readonly string[])[] = [];
  const follow = (expression: Expression): void => {
    for (const path of expression.shown.paths) {
      const [root = "", ...names] = path.split(".");
      if (root === "event" || root === previous?.name) found.push(names);
      else if (root === each?.name) {
        if (isField) found.push([...list.slice(1), "*", ...names]);
        else follow(each.list);
      } else if (!known.has(root)) {
        known.add(root);
        const one = lets.find(({ name }) => name === root);
        if (one !== undefined) mapExpressions(one.tree, followed);
      }
    }
  };
  const followed = (expression: Expression): Expression => {
    follow(expression);
    return expression;
  };
  mapExpressions(side, followed);
  if (time !== undefined) follow(time);
  return found;
};

/** What is personal of what is read, and nothing else of the event. */
const pick = (personal: Personal, paths: readonly (readonly string[])[]): Shown => {
  if (paths.some((path) => path.length === 0)) return personal;
  const picked = [...Map.groupBy(paths, ([step = ""]) => step)].map(
    ([step, inside]) =>
      [
        step,
        pick(
          personalAt(personal, [step]),
          inside.map(([, ...rest]) => rest),
        ),
      ] as const,
  );
  if (picked.every(([, each]) => each === "free")) return "free";
  return { picked: Object.fromEntries(picked) };
};
