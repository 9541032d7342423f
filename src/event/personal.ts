import type { Problem } from "../document/problem.ts";
import { isObject, type JsonObject } from "./json.ts";
import { isPersonal, markOf } from "./marks.ts";
import { partsOf } from "./parts.ts";
import type { SchemaFile } from "./schema.ts";

/**
 * What of a value is somebody's own, as schemas mark it. `free`: nothing. `texts`: every text in it, and every key that
 * no schema names; what is no text says nothing of who it is. `all`: whatever is in it. `path` and `iri`: the value is a
 * text of this form. Else it is told part by part.
 */
export type Personal = Whole | "path" | "iri" | PersonalParts;

type Whole = "free" | "texts" | "all";

export interface PersonalParts {
  /** Of the value itself, where it is neither a list nor an object. */
  readonly leaf: Whole | "path" | "iri";
  /** By the names that a schema has for what is in an object, and of whatever else is in it. */
  readonly properties: Readonly<Record<string, Personal>>;
  readonly others: Whole;
  /** Of the elements of a list. */
  readonly items: Personal;
}

/**
 * What of an event is personal by its schema: what a mark stands on and all that is inside of it, until a property says
 * `personal-data: false`. The event's own mark is on its free texts, a property's on whatever it holds. A mark where
 * neither `properties` nor `items` lead could be about anything, so it is one of the event's.
 */
export const personalOf = (schema: JsonObject): Personal =>
  personalIn(schema, rootMark(schema) === undefined ? "free" : "texts");

/** What is personal in any of the versions of an event's schema: one mapping reads them all. */
export const personalInAny = (schemas: readonly Pick<SchemaFile, "schema">[]): Personal =>
  schemas.map(({ schema }) => personalOf(schema)).reduce(union, "free");

const personalIn = (schema: unknown, mode: Whole): Personal => {
  if (!isObject(schema)) return mode;
  // What a schema writes out is its own.
  if (mode === "texts" && (Array.isArray(schema.enum) || schema.const !== undefined)) return "free";
  const inside = (inner: unknown): Personal => personalIn(inner, modeOf(inner, mode));
  const properties = Object.entries(isObject(schema.properties) ? schema.properties : {});
  return simplified(
    {
      leaf: leafOf(schema, mode),
      properties: Object.fromEntries(properties.map(([name, inner]) => [name, inside(inner)])),
      others: mode,
      items: isObject(schema.items) ? inside(schema.items) : mode,
    },
    typesOf(schema),
  );
};

/** A schema's own mark counts before the one around it. */
const modeOf = (schema: unknown, around: Whole): Whole => {
  if (!isObject(schema)) return around;
  return isPersonal(schema) ? "all" : schema["personal-data"] === false ? "free" : around;
};

const leafOf = (schema: JsonObject, mode: Whole): PersonalParts["leaf"] => {
  if (mode === "free") return mode;
  const types = typesOf(schema);
  const isFree =
    types !== undefined && (!types.some((type) => type === "string") || TIMES.has(schema.format));
  if (mode === "texts" && isFree) return "free";
  if (schema.path === true) return "path";
  return schema.format === "uri" || schema.format === "iri" ? "iri" : mode;
};

const TIMES: ReadonlySet<unknown> = new Set(["date-time", "date", "time"]);

const typesOf = ({ type }: JsonObject): readonly unknown[] | undefined =>
  type === undefined ? undefined : [type].flat();

/** The same in fewer words, where a value can be of some types only, or all of it is alike. */
const simplified = (parts: PersonalParts, types?: readonly unknown[]): Personal => {
  const { leaf, properties, others, items } = parts;
  if (types !== undefined && !types.includes("object") && !types.includes("array")) return leaf;
  const isOne = types?.every((type) => type === "object" || type === "array") === true;
  const inside = [others, items, ...Object.values(properties)];
  if (inside.every((each) => each === "free") && (isOne || leaf === "free")) return "free";
  const named = Object.keys(properties).length > 0;
  if (!named && items === others && (isOne || leaf === others)) return others;
  return isOne ? { ...parts, leaf: others } : parts;
};

const union = (one: Personal, other: Personal): Personal => {
  if (one === other) return one;
  if (typeof one === "string" && typeof other === "string") return more(one, other);
  const [a, b] = [partsOfAny(one), partsOfAny(other)];
  const names = new Set([...Object.keys(a.properties), ...Object.keys(b.properties)]);
  return simplified({
    leaf: more(a.leaf, b.leaf),
    properties: Object.fromEntries(
      [...names].map((name) => [name, union(namedIn(a, name), namedIn(b, name))]),
    ),
    others: whole(more(a.others, b.others)),
    items: union(a.items, b.items),
  });
};

const more = (a: PersonalParts["leaf"], b: PersonalParts["leaf"]): PersonalParts["leaf"] => {
  if (a === b || b === "free") return a;
  if (a === "free") return b;
  return a === "all" || b === "all" ? "all" : "texts";
};

const whole = (leaf: PersonalParts["leaf"]): Whole => (leaf === "path" || leaf === "iri" ? "texts" : leaf);

const partsOfAny = (personal: Personal): PersonalParts => {
  if (typeof personal === "object") return personal;
  return { leaf: personal, properties: {}, others: whole(personal), items: whole(personal) };
};

const namedIn = ({ properties, others }: PersonalParts, name: string): Personal =>
  Object.hasOwn(properties, name) ? (properties[name] ?? others) : others;

/** What is personal of what a path of names leads to; `*` stands for any element of a list. */
export const personalAt = (personal: Personal, names: readonly string[]): Personal =>
  names.reduce<Personal>((at, name) => {
    const parts = partsOfAny(at);
    return name === "*" ? parts.items : namedIn(parts, name);
  }, personal);

/** The mark that makes a field personal, and whether the field can be something else than a text, which has no pseudonym. */
export interface MarkedField {
  readonly mark: Problem;
  readonly isNoText: boolean;
}

/** Finds by which mark a field is personal, in the first of the versions where it is. */
export const markOn = (
  schemas: readonly Pick<SchemaFile, "schema" | "document">[],
  names: readonly string[],
): MarkedField | undefined => {
  const found = schemas.flatMap(({ schema, document }) => {
    const known = markIn(schema, names);
    if (known === undefined) return [];
    return { mark: document.problem(known.path, "", "key"), isNoText: known.isNoText };
  });
  const [first] = found;
  return first && { mark: first.mark, isNoText: found.some(({ isNoText }) => isNoText) };
};

type MarkPath = readonly (string | number)[];

const markIn = (
  schema: JsonObject,
  names: readonly string[],
): { readonly path: MarkPath; readonly isNoText: boolean } | undefined => {
  let mark = rootMark(schema);
  let mode: Whole = mark === undefined ? "free" : "texts";
  let at: unknown = schema;
  let path: MarkPath = [];
  for (const name of names) {
    const step: MarkPath = name === "*" ? ["items"] : ["properties", name];
    at = stepInto(at, step);
    path = [...path, ...step];
    const before = mode;
    mode = modeOf(at, mode);
    if (isObject(at) && isPersonal(at)) mark = [...path, markOf(at)];
    else if (mode === "free" && before !== "free") mark = undefined;
  }
  // What is inside of an object may be marked where the object is not.
  if (mark === undefined) mark = firstMark(at, path);
  const types = isObject(at) ? (typesOf(at) ?? []) : [];
  return mark && { path: mark, isNoText: mode === "all" && types.some((type) => NO_TEXTS.has(type)) };
};

const NO_TEXTS: ReadonlySet<unknown> = new Set(["integer", "number", "boolean"]);

const stepInto = (at: unknown, step: MarkPath): unknown =>
  step.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    at,
  );

const firstMark = (schema: unknown, path: MarkPath): MarkPath | undefined => {
  const marked = partsOf(schema).find((part) => isPersonal(part.schema));
  return marked && [...path, ...marked.path, markOf(marked.schema)];
};

/** The mark of the event as a whole: its own, or one that stands where nobody can tell what it is about. */
const rootMark = (schema: JsonObject): MarkPath | undefined => {
  const found = partsOf(schema).find(
    (part) => isPersonal(part.schema) && (part.path.length === 0 || !isReached(part.path)),
  );
  return found && [...found.path, markOf(found.schema)];
};

const isReached = ([keyword, ...rest]: MarkPath): boolean => {
  if (keyword === undefined) return true;
  if (keyword === "items") return typeof rest[0] !== "number" && isReached(rest);
  return keyword === "properties" && isReached(rest.slice(1));
};
