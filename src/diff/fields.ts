import { isObject } from "../event/json.ts";

/** A name in an object, or a position in a list. */
export type Step = string | number;

/** A field that is not the same in two JSON values. One that is not there is undefined. */
export interface FieldChange {
  /** The steps that lead to it; empty for the whole. */
  readonly path: readonly Step[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * The fields in which two JSON values differ, each as near to the leaves as both have the same objects and lists around
 * it. Never throws: of values that are deeper than the stack, the whole differs.
 */
export const changedFields = (before: unknown, after: unknown): readonly FieldChange[] => {
  const found: FieldChange[] = [];
  try {
    compare(before, after, [], found);
    return found;
  } catch (error) {
    if (error instanceof RangeError) return [{ path: [], before, after }];
    throw error;
  }
};

const compare = (before: unknown, after: unknown, path: readonly Step[], found: FieldChange[]): void => {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let at = 0; at < length; at++) compare(before[at], after[at], [...path, at], found);
  } else if (isObject(before) && isObject(after)) {
    for (const name of Object.keys(before)) compare(before[name], own(after, name), [...path, name], found);
    for (const name of Object.keys(after))
      if (!Object.hasOwn(before, name)) found.push({ path: [...path, name], after: after[name] });
  } else {
    found.push({
      path,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    });
  }
};

const own = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** A field's path as people write it, for whichever element of a list: `actor.account.name`, `grouping[*].id`. */
export const fieldName = (path: readonly Step[]): string =>
  path
    .map((step, at) => {
      if (typeof step === "number") return "[*]";
      if (!/^[\w@-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return at === 0 ? step : `.${step}`;
    })
    .join("") || "(all of it)";
