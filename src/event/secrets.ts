import { isObject } from "./json.ts";

/**
 * An event without the properties at `paths`, or the event itself where it has none of them. `*` stands for every
 * element of an array. The event is not changed: it may already have been read by others.
 */
export const withoutPaths = (event: unknown, paths: readonly (readonly string[])[]): unknown =>
  paths.reduce(withoutPath, event);

const withoutPath = (value: unknown, path: readonly string[]): unknown => {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (step === "*") return Array.isArray(value) ? value.map((element) => withoutPath(element, rest)) : value;
  if (!isObject(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: inner, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: withoutPath(inner, rest) };
};
