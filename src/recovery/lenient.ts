import { isObject, type JsonObject } from "../event/json.ts";
import { marked } from "../event/marks.ts";

type Path = readonly string[];

/**
 * An event's schema that asks for nothing that is never stored: it was taken out of an event before quarantine kept it,
 * so nobody can tell any more whether it was there. All else is asked for as before; what a `$ref` leads to, as it is.
 */
export const withoutNeverStored = (schema: JsonObject): JsonObject =>
  lenient(schema, marked(schema, "never-store"));

/** The schema of something of which what is at `paths` was taken out. */
const lenient = (schema: JsonObject, paths: readonly Path[]): JsonObject => {
  if (paths.length === 0) return schema;
  const isElement = ([step]: Path): boolean => step === "*";
  const names = new Set(paths.flatMap((path) => (path.length === 1 && !isElement(path) ? path : [])));
  const { required, dependencies, properties, items, oneOf, if: condition, not, ...others } = schema;
  const rest: Record<string, unknown> = { ...others };
  for (const keyword of UNDECIDABLE) delete rest[keyword];
  if (names.size > 0) delete rest.minProperties;
  if (paths.some(isElement)) for (const keyword of OF_ELEMENTS) delete rest[keyword];
  const same = (inner: unknown): unknown => (isObject(inner) ? lenient(inner, paths) : inner);
  if (Array.isArray(required)) rest.required = required.filter((name) => !names.has(name));
  if (isObject(dependencies))
    rest.dependencies = mapped(dependencies, (inner) =>
      Array.isArray(inner) ? inner.filter((name) => !names.has(name)) : same(inner),
    );
  if (isObject(properties))
    rest.properties = mapped(properties, (inner, name) => lenientBelow(inner, name, paths));
  if (items !== undefined)
    rest.items = Array.isArray(items)
      ? items.map((inner) => lenientBelow(inner, "*", paths))
      : lenientBelow(items, "*", paths);
  for (const keyword of ["allOf", "anyOf"]) {
    const all = rest[keyword];
    if (Array.isArray(all)) rest[keyword] = all.map(same);
  }
  // Of several that differ by it, more than one may fit by now.
  if (Array.isArray(oneOf)) {
    if (mayTell(oneOf, paths)) rest.allOf = [...listIn(rest.allOf), { anyOf: oneOf.map(same) }];
    else rest.oneOf = oneOf;
  }
  if (condition !== undefined && !mayTell(condition, paths)) {
    rest.if = condition;
    for (const keyword of ["then", "else"])
      if (rest[keyword] !== undefined) rest[keyword] = same(rest[keyword]);
  } else for (const keyword of ["then", "else"]) delete rest[keyword];
  if (not !== undefined && !mayTell(not, paths)) rest.not = not;
  return rest;
};

/** Whatever they say of a value, less of it may not be so. */
const UNDECIDABLE = ["const", "enum"];
const OF_ELEMENTS = ["minItems", "uniqueItems", "contains"];

const lenientBelow = (schema: unknown, step: string, paths: readonly Path[]): unknown =>
  isObject(schema)
    ? lenient(
        schema,
        paths.flatMap(([first, ...below]) => (first === step && below.length > 0 ? [below] : [])),
      )
    : schema;

/** Whether what a schema says may depend on what was taken out; rather once too often. */
const mayTell = (schema: unknown, paths: readonly Path[]): boolean => {
  const text = JSON.stringify(schema);
  return (
    /"(?:min|max)(?:Properties|Items)":/.test(text) ||
    paths.some((path) => path.every((step) => step === "*" || text.includes(JSON.stringify(step))))
  );
};

const mapped = (object: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
