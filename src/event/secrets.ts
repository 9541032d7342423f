import { isObject, type JsonObject } from "./json.ts";

type Path = readonly string[];

/**
 * An event without what is at `paths`, or the event itself where it has none of it. `*` stands for every element of
 * an array. A value of another kind than a path leads through, such as a text where an object should be, goes as a
 * whole, for nobody knows what is where in it; null stays. The event is not changed: others may already have read it.
 */
export const withoutPaths = (event: unknown, paths: readonly Path[]): unknown =>
  paths.reduce<unknown>((value, path) => {
    const kept = storable(value, path);
    return kept === GONE ? null : kept;
  }, event);

/** An event without those properties at `paths` that are null: their producer had been told to keep them back. */
export const withoutRedacted = (event: unknown, paths: readonly Path[]): unknown =>
  paths.reduce<unknown>((value, path) => given(value, path), event);

const GONE = Symbol("gone");

const storable = (value: unknown, path: Path, depth = 0): unknown => {
  const step = path[depth];
  if (step === undefined) return GONE;
  if (value == null) return value;
  if (step === "*" && Array.isArray(value)) {
    return value.map((each) => storable(each, path, depth + 1)).filter((each) => each !== GONE);
  }
  // Only of the event itself, which is an object, it is a property's name: a command can have such an argument.
  if (!isObject(value) || (step === "*" && depth > 0)) return GONE;
  if (!Object.hasOwn(value, step)) return value;
  const rest = storable(value[step], path, depth + 1);
  return rest === GONE ? less(value, step) : changed(value, step, rest);
};

const given = (value: unknown, path: Path, depth = 0): unknown => {
  const step = path[depth];
  if (step === undefined) return value;
  if (step === "*" && Array.isArray(value)) return value.map((each) => given(each, path, depth + 1));
  if (!isObject(value) || !Object.hasOwn(value, step)) return value;
  const isLast = depth + 1 === path.length;
  if (isLast) return value[step] === null ? less(value, step) : value;
  return changed(value, step, given(value[step], path, depth + 1));
};

const less = (value: JsonObject, key: string): JsonObject => {
  const { [key]: _, ...others } = value;
  return others;
};

const changed = (value: JsonObject, key: string, to: unknown): JsonObject =>
  value[key] === to ? value : { ...value, [key]: to };
