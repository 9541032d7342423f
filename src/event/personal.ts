import { isObject, type JsonObject } from "./json.ts";
import { leadsToMark } from "./leads.ts";
import { isPersonal, markOf } from "./marks.ts";
import { partsOf } from "./parts.ts";
import type { SchemaFile } from "./schema.ts";

/**
 * What of a value is somebody's own, as schemas mark it. `free`: nothing. `texts`: every text in it, and every key that
 * no schema names; what is no text says nothing of who it is. `all`: whatever is in it. `path` and `iri`: the value is a
 * text of this form. Else it is told part by part.
 */
export type Personal = Whole | "path" | "iri" | PersonalParts;

export type Whole = "free" | "texts" | "all";

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
 * neither `properties` nor `items` lead could be about anything, so it is one of the event's, and of whatever leads to it.
 */
export const personalOf = (schema: JsonObject): Personal => personalIn(schema, rootMode(schema), schema);

/** What is personal in any of the versions of an event's schema: one mapping reads them all. */
export const personalInAny = (schemas: readonly Pick<SchemaFile, "schema">[]): Personal =>
  schemas.map(({ schema }) => personalOf(schema)).reduce(union, "free");

const personalIn = (schema: unknown, mode: Whole, root: JsonObject): Personal => {
  if (!isObject(schema)) return mode;
  // What a schema writes out is its own.
  if (mode === "texts" && (Array.isArray(schema.enum) || schema.const !== undefined)) return "free";
  const types = typesOf(schema);
  const [objects, lists] = ["object", "array"].map((type) => types === undefined || types.includes(type));
  const leaf = leafOf(schema, mode);
  if (!objects && !lists) return leaf;
  const inside = (inner: unknown): Personal => personalIn(inner, modeOf(inner, mode, root), root);
  const named = objects && isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const properties = Object.fromEntries(named.map(([name, inner]) => [name, inside(inner)]));
  const others = objects && !isClosed(schema) ? mode : "free";
  const elements = isObject(schema.items) ? inside(schema.items) : mode;
  // In another version it may be a list: then an element may be any of these.
  const items = lists ? elements : Object.values(properties).reduce(union, others);
  const scalars = types?.every((type) => type === "object" || type === "array") !== true;
  return simplified({ leaf, properties, others, items }, { scalars, objects, lists });
};

/** Whether an object holds nothing but what its schema names. */
const isClosed = ({ additionalProperties, patternProperties }: JsonObject): boolean =>
  additionalProperties === false && patternProperties === undefined;

/** Of the event as a whole. */
export const rootMode = (schema: JsonObject): Whole =>
  rootMark(schema) === undefined && !leadsToMark(schema, schema) ? "free" : "texts";

/** A schema's own mark counts before the one around it; but that it has none does not count for what it leads to. */
export const modeOf = (schema: unknown, around: Whole, root: JsonObject): Whole => {
  if (!isObject(schema)) return around;
  if (isPersonal(schema)) return "all";
  const mode = schema["personal-data"] === false ? "free" : around;
  return mode === "free" && leadsToMark(schema, root) ? "texts" : mode;
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

/** What a value can be. */
interface Kinds {
  readonly scalars: boolean | undefined;
  readonly objects: boolean | undefined;
  readonly lists: boolean | undefined;
}

const ANY: Kinds = { scalars: true, objects: true, lists: true };

/** The same in fewer words, where all that it can be is alike. */
const simplified = (parts: PersonalParts, { scalars, objects, lists }: Kinds): Personal => {
  const { leaf, properties, others, items } = parts;
  const named = Object.values(properties);
  const all = [...(scalars ? [leaf] : []), ...(objects ? [others, ...named] : []), ...(lists ? [items] : [])];
  if (all.every((each) => each === "free")) return "free";
  const one = objects ? others : items;
  if (
    named.length === 0 &&
    typeof one === "string" &&
    whole(one) === one &&
    all.every((each) => each === one)
  )
    return one;
  return scalars ? parts : { ...parts, leaf: others };
};

const union = (one: Personal, other: Personal): Personal => {
  if (one === other) return one;
  if (typeof one === "string" && typeof other === "string") return more(one, other);
  const [a, b] = [partsOfAny(one), partsOfAny(other)];
  const names = new Set([...Object.keys(a.properties), ...Object.keys(b.properties)]);
  const parts = {
    leaf: more(a.leaf, b.leaf),
    properties: Object.fromEntries(
      [...names].map((name) => [name, union(namedIn(a, name), namedIn(b, name))]),
    ),
    others: whole(more(a.others, b.others)),
    items: union(a.items, b.items),
  };
  return simplified(parts, ANY);
};

const more = (a: PersonalParts["leaf"], b: PersonalParts["leaf"]): PersonalParts["leaf"] => {
  if (a === b || b === "free") return a;
  if (a === "free") return b;
  return a === "all" || b === "all" ? "all" : "texts";
};

const whole = (leaf: PersonalParts["leaf"]): Whole => (leaf === "path" || leaf === "iri" ? "texts" : leaf);

/** What is personal, told part by part. */
export const partsOfAny = (personal: Personal): PersonalParts => {
  if (typeof personal === "object") return personal;
  return { leaf: personal, properties: {}, others: whole(personal), items: whole(personal) };
};

/** What is personal of what has a name in an object. */
export const namedIn = ({ properties, others }: PersonalParts, name: string): Personal =>
  Object.hasOwn(properties, name) ? (properties[name] ?? others) : others;

/** What is personal of what a path of names leads to; `*` stands for any element of a list. */
export const personalAt = (personal: Personal, names: readonly string[]): Personal =>
  names.reduce<Personal>((at, name) => {
    const parts = partsOfAny(at);
    return name === "*" ? parts.items : namedIn(parts, name);
  }, personal);

/** Where a mark stands in a schema. */
export type MarkPath = readonly (string | number)[];

/** The mark of the event as a whole: its own, or one that stands where nobody can tell what it is about. */
export const rootMark = (schema: JsonObject): MarkPath | undefined => {
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
