import type { Document, Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { isObject, type JsonObject } from "./json.ts";
import type { Part } from "./parts.ts";

/**
 * What is wrong with the references of a schema: those that leave it, those that lead nowhere, those that go round
 * in a circle, and those that multiply. A circle that goes down a level of the event each time is fine: an event is
 * only as deep as its text is long, and JSON.parse gave it that depth.
 */
export const referenceProblems = (document: Document, parts: readonly Part[]): readonly Problem[] => {
  const problems: Problem[] = [];
  const find = finder(parts);
  const wrong = new Set<JsonObject>();
  for (const [at, { schema, path }] of parts.entries()) {
    const id = schema.$id;
    if (at > 0 && typeof id === "string" && !id.startsWith("#")) {
      const message = "Only the schema itself has an $id: leave this one out, or write a name such as #part.";
      problems.push(document.problem([...path, "$id"], message));
    }
    const message = wrongReference(schema.$ref, find);
    if (message === undefined) continue;
    wrong.add(schema);
    problems.push(document.problem([...path, "$ref"], message));
  }
  if (problems.length > 0) return problems;
  try {
    const trouble = circle(parts, find) ?? multiplication(parts, find);
    return trouble === undefined ? [] : [document.problem([...trouble.path, "$ref"], trouble.message)];
  } catch (error) {
    // Thousands of references, each leading to the next.
    if (!(error instanceof RangeError)) throw error;
    return [document.problem([], "Too many references follow on one another here: make them fewer.")];
  }
};

interface Trouble {
  readonly path: Path;
  readonly message: string;
}

type Find = (reference: string) => Part | undefined;

const wrongReference = (reference: unknown, find: Find): string | undefined => {
  if (typeof reference !== "string") return undefined;
  if (!reference.startsWith("#"))
    return "A $ref must not lead out of this file: copy what it refers to below definitions, and refer to it as #/definitions/name.";
  return find(reference) === undefined
    ? `There is no schema at "${reference}"; a $ref is written as #/definitions/name.`
    : undefined;
};

/** Finds what a reference leads to, if that is a schema and so was looked at for what is unsafe. */
const finder = (parts: readonly Part[]): Find => {
  const byObject = new Map(parts.map((part) => [part.schema, part]));
  const byName = new Map(parts.map((part) => [part.schema.$id, part]));
  const [whole] = parts;
  return (reference) => {
    const named = byName.get(reference);
    if (reference === "#" || reference === "#/" || named !== undefined) return named ?? whole;
    const target = stepsOf(reference)?.reduce<unknown>(
      (at, step) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, step)
          ? (at as Record<string, unknown>)[step]
          : undefined,
      whole?.schema,
    );
    if (typeof target === "boolean") return ANYTHING;
    return isObject(target) ? byObject.get(target) : undefined;
  };
};

/** `true` and `false` are schemas that look at nothing. */
const ANYTHING: Part = { schema: {}, path: [], depth: 0, remark: false };

const stepsOf = (reference: string): readonly string[] | undefined => {
  if (!reference.startsWith("#/")) return undefined;
  try {
    return reference
      .slice(2)
      .split("/")
      .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
  } catch {
    return undefined;
  }
};

/** Keywords whose schemas are about the very value that the schema around them is about. */
const SAME_VALUE = ["not", "if", "then", "else", "allOf", "anyOf", "oneOf"];

/** The schemas that are tried on the same value. */
const sameValue = (schema: JsonObject, find: Find): readonly JsonObject[] => {
  const { $ref: reference, dependencies } = schema;
  const target = typeof reference === "string" ? find(reference)?.schema : undefined;
  const inside = SAME_VALUE.flatMap((key) => schema[key]).filter(isObject);
  const depending = isObject(dependencies) ? Object.values(dependencies).filter(isObject) : [];
  return [...(target === undefined ? [] : [target]), ...inside, ...depending];
};

/** The schemas for what is inside of a value, each with the name of what it is for: a property, or `*` for any. */
const innerValues = (schema: JsonObject): readonly (readonly [string, JsonObject])[] => {
  const named = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const patterns = isObject(schema.patternProperties) ? Object.values(schema.patternProperties) : [];
  const items = [schema.items, schema.additionalItems, schema.contains].flat();
  const all: [string, unknown][] = [
    ...named.map(([name, each]): [string, unknown] => [`.${name}`, each]),
    ...[schema.additionalProperties, ...patterns].map((each): [string, unknown] => ["*", each]),
    ...items.map((each): [string, unknown] => ["item", each]),
  ];
  return all.filter((each): each is [string, JsonObject] => isObject(each[1]));
};

const allFrom = (schema: JsonObject, find: Find): readonly JsonObject[] => [
  ...sameValue(schema, find),
  ...innerValues(schema).map(([, each]) => each),
];

/** A reference that comes back to where it was without going down in the event would never end. */
const circle = (parts: readonly Part[], find: Find): Trouble | undefined => {
  const comesBack = circlesAlong((schema) => sameValue(schema, find));
  const found = referring(parts).find(({ schema }) => comesBack(schema));
  const message = "This $ref leads back to itself and would never end: take it out.";
  return found && { path: found.path, message };
};

const referring = (parts: readonly Part[]): readonly Part[] =>
  parts.filter(({ schema }) => typeof schema.$ref === "string");

/** Whether a circle is met from a schema onwards. */
const circlesAlong = (
  next: (schema: JsonObject) => readonly JsonObject[],
): ((schema: JsonObject) => boolean) => {
  const done = new Set<JsonObject>();
  const under = new Set<JsonObject>();
  const comesBack = (schema: JsonObject): boolean => {
    if (under.has(schema)) return true;
    if (done.has(schema)) return false;
    under.add(schema);
    const found = next(schema).some(comesBack);
    under.delete(schema);
    done.add(schema);
    return found;
  };
  return comesBack;
};

/** How many schemas may be tried for an event, all references followed. */
const MOST_TRIED = 20_000;

/**
 * References to what refers in turn, twice each time, double with every step: a few dozen would never end. And where
 * a schema that refers to itself does so twice for one inner value, it doubles with every level of the event.
 */
const multiplication = (parts: readonly Part[], find: Find): Trouble | undefined => {
  const counts = new Map<JsonObject, number>();
  const count = (schema: JsonObject): number => {
    const known = counts.get(schema);
    if (known !== undefined) return known;
    counts.set(schema, 0);
    const tried = allFrom(schema, find).reduce((sum, each) => sum + count(each), 1);
    counts.set(schema, tried);
    return tried;
  };
  const many = referring(parts).find(({ schema }) => count(schema) > MOST_TRIED);
  if (many !== undefined) {
    const message = "References multiply here, each leading to several others: make them fewer.";
    return { path: many.path, message };
  }
  const comesBack = circlesAlong((schema) => allFrom(schema, find));
  if (!parts.some(({ schema }) => comesBack(schema))) return undefined;
  const twice = parts.find(({ schema }) => doubles(schema, find));
  const first = twice && (referring(parts).find(({ path }) => startsWith(path, twice.path)) ?? twice);
  const message =
    "What this is part of refers to itself twice for the same value, which doubles with every level of the event: let it do so once.";
  return first && { path: first.path, message };
};

const startsWith = (path: Path, start: Path): boolean => start.every((step, at) => path[at] === step);

/** Whether a schema comes to be tried twice on the same value below the one that it is tried on. */
const doubles = (start: JsonObject, find: Find): boolean => {
  const times = new Map<string, number>();
  const walk = (schema: JsonObject): void => {
    for (const [name, each] of innerValues(schema))
      if (leads(each, start, find)) times.set(name, (times.get(name) ?? 0) + 1);
    for (const each of sameValue(schema, find)) walk(each);
  };
  walk(start);
  const any = times.get("*") ?? 0;
  return [...times].some(([name, each]) => (name.startsWith(".") ? each + any : each) > 1);
};

const leads = (from: JsonObject, to: JsonObject, find: Find): boolean => {
  const seen = new Set<JsonObject>([from]);
  for (const schema of seen) {
    if (schema === to) return true;
    for (const each of allFrom(schema, find)) seen.add(each);
  }
  return false;
};
