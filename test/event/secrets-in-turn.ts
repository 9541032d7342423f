import { isObject, type JsonObject } from "../../src/event/json.ts";

export type Path = readonly string[];

/** Takes something out of an event at paths. */
export type Without = (event: unknown, paths: readonly Path[]) => unknown;

/** What taking out all paths at once must come to: one path after the other, by the rules for a single one. */
export const pathsInTurn: Without = (event, paths) =>
  paths.reduce<unknown>((value, path) => {
    const kept = storable(value, path);
    return kept === GONE ? null : kept;
  }, event);

/** The same of what was redacted. */
export const redactedInTurn: Without = (event, paths) =>
  paths.reduce<unknown>((value, path) => given(value, path), event);

const GONE = Symbol("gone");

const storable = (value: unknown, path: Path, depth = 0): unknown => {
  const step = path[depth];
  if (step === undefined) return GONE;
  if (value == null) return value;
  if (step === "*" && Array.isArray(value))
    return value.map((each) => storable(each, path, depth + 1)).filter((each) => each !== GONE);
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
