import { isObject, type JsonObject } from "./json.ts";

type Path = readonly string[];

/**
 * An event without what is at `paths`, or the event itself where it has none of it. `*` stands for every element of
 * an array. A value of another kind than a path leads through, such as a text where an object should be, goes as a
 * whole, for nobody knows what is where in it; null stays. The event is not changed: others may already have read it.
 * What of it has nothing to lose is shared.
 */
export const withoutPaths = (event: unknown, paths: readonly Path[]): unknown => {
  if (paths.length === 0) return event;
  const kept = storable(event, treeOf(paths));
  return kept === GONE ? null : kept;
};

/** An event without those properties at `paths` that are null: their producer had been told to keep them back. */
export const withoutRedacted = (event: unknown, paths: readonly Path[]): unknown => {
  if (paths.length === 0) return event;
  const kept = given(event, treeOf(paths));
  return kept === GONE ? null : kept;
};

/** A list of paths that many events are taken through: what is worked out of it is kept, and it must not be changed. */
export const forMany = (paths: readonly Path[]): readonly Path[] => {
  if (!trees.has(paths)) trees.set(paths, together(paths));
  return paths;
};

const treeOf = (paths: readonly Path[]): Tree => trees.get(paths) ?? together(paths);

/** All paths that lead through a value, or end at it. */
interface Tree {
  /** Where they lead next, by the names of properties and `*`. */
  steps: Map<string, Tree> | undefined;
  /** The step and where it leads, where there is no other. */
  only: readonly [step: string, next: Tree] | undefined;
  /** Where they lead in each element of an array. */
  each: Tree | undefined;
  /** Whether one leads to a property that it names, which no array has. */
  named: boolean;
  /** Whether one ends here. */
  end: boolean;
  /** Only of the event itself, which is an object, `*` is a property's name: a command can have such an argument. */
  readonly top: boolean;
}

const trees = new WeakMap<readonly Path[], Tree>();

const together = (paths: readonly Path[]): Tree => {
  const root = newTree(true);
  for (const path of paths) {
    let tree = root;
    for (const step of path) tree = stepOf(tree, step);
    tree.end = true;
  }
  return root;
};

const newTree = (top: boolean): Tree => ({
  steps: undefined,
  only: undefined,
  each: undefined,
  named: false,
  end: false,
  top,
});

const stepOf = (tree: Tree, step: string): Tree => {
  tree.steps ??= new Map();
  const known = tree.steps.get(step);
  if (known !== undefined) return known;
  const next = newTree(false);
  tree.steps.set(step, next);
  tree.only = tree.steps.size === 1 ? [step, next] : undefined;
  if (step === "*") tree.each = next;
  else tree.named = true;
  return next;
};

const GONE = Symbol("gone");

/** What is kept of a value, or GONE. */
type Keep = (value: unknown, tree: Tree) => unknown;

const storable: Keep = (value, tree) => {
  if (tree.end) return GONE;
  if (value == null) return value;
  const { each, named, top } = tree;
  if (Array.isArray(value)) return named || each === undefined ? GONE : elements(value, each, storable);
  if (!isObject(value) || (each !== undefined && !top)) return GONE;
  return properties(value, tree, storable);
};

const given: Keep = (value, tree) => {
  if (value === null) return tree.end ? GONE : null;
  if (Array.isArray(value)) return tree.each === undefined ? value : elements(value, tree.each, givenElement);
  return isObject(value) ? properties(value, tree, given) : value;
};

/** In an array, null stays: its neighbours would have other places without it. */
const givenElement: Keep = (value, tree) => (value === null ? null : given(value, tree));

/** An array less those elements of which nothing is kept, or itself. */
const elements = (value: readonly unknown[], tree: Tree, keep: Keep): readonly unknown[] => {
  let copy: unknown[] | undefined;
  for (let at = 0; at < value.length; at++) {
    const kept = keep(value[at], tree);
    if (copy === undefined) {
      if (kept === value[at]) continue;
      copy = value.slice(0, at);
    }
    if (kept !== GONE) copy.push(kept);
  }
  return copy ?? value;
};

/** An object less those properties of which nothing is kept, or itself. */
const properties = (value: JsonObject, { steps, only }: Tree, keep: Keep): JsonObject => {
  if (steps === undefined) return value;
  if (only !== undefined) return property(value, only, keep);
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const own = value[key];
    const tree = steps.get(key);
    const kept = tree === undefined ? own : keep(own, tree);
    if (copy === undefined) {
      if (kept === own) continue;
      copy = upTo(key, value);
    }
    if (kept !== GONE) put(copy, key, kept);
  }
  return copy ?? value;
};

/** The same where paths lead to one property: most objects do not have to be gone through for that. */
const property = (value: JsonObject, [step, next]: readonly [string, Tree], keep: Keep): JsonObject => {
  if (!Object.hasOwn(value, step)) return value;
  const own = value[step];
  const kept = keep(own, next);
  if (kept === own) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    if (key !== step) put(copy, key, value[key]);
    else if (kept !== GONE) put(copy, key, kept);
  }
  return copy;
};

/** A copy of the properties that an object has before one of them. */
const upTo = (end: string, value: JsonObject): Record<string, unknown> => {
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    if (key === end) break;
    put(copy, key, value[key]);
  }
  return copy;
};

const put = (object: Record<string, unknown>, key: string, value: unknown): void => {
  // Assigning `__proto__` would change the object's nature instead of adding a property.
  if (key === "__proto__") Object.defineProperty(object, key, { ...PLAIN, value });
  else object[key] = value;
};

const PLAIN = { configurable: true, enumerable: true, writable: true };
