import type { Document, Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { isObject, type JsonObject } from "./json.ts";
import { NAMED, VALUES } from "./parts.ts";

/** A keyword of ours that marks a property of an event's schema. */
export type Mark = "never-store" | "learner";

/** Paths of the properties with a mark; `*` stands for every element of an array. */
export const marked = (schema: unknown, mark: Mark): readonly (readonly string[])[] => {
  return stepsOf(schema).flatMap(([step, inner]) =>
    isObject(inner) && inner[mark] === true ? [[step]] : marked(inner, mark).map((path) => [step, ...path]),
  );
};

/** The schemas inside of one, each with the step of a path that leads to what it is about. */
const stepsOf = (schema: unknown): readonly (readonly [string, unknown])[] => {
  if (!isObject(schema)) return [];
  const own = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return [...own, ["*", schema.items] as const];
};

/** Paths of the properties that a producer may keep back by writing null: those that are marked as personal. */
export const redactable = (schema: unknown): readonly (readonly string[])[] =>
  stepsOf(schema).flatMap(([step, inner]) => [
    ...(isPersonal(inner) ? [[step]] : []),
    ...redactable(inner).map((path) => [step, ...path]),
  ]);

/** The schema with null among the values of those properties. */
export const withRedaction = (schema: JsonObject): JsonObject => {
  const properties = isObject(schema.properties)
    ? Object.entries(schema.properties).map(([name, inner]) => [name, orNull(inner)])
    : [];
  return {
    ...schema,
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(isObject(schema.items) && { items: orNull(schema.items) }),
  };
};

const orNull = (schema: unknown): unknown => {
  if (!isObject(schema)) return schema;
  const inner = withRedaction(schema);
  if (!isPersonal(schema)) return inner;
  const { type, enum: values } = inner;
  return {
    ...inner,
    ...(type !== undefined && { type: [...new Set([type, "null"].flat())] }),
    ...(Array.isArray(values) && { enum: [...new Set([...values, null])] }),
  };
};

/** jupyter_telemetry's categories decided what was kept back, and the policies of jupyter_events 0.1. */
export const isPersonal = (schema: unknown): boolean =>
  isObject(schema) &&
  (schema["personal-data"] === true ||
    Array.isArray(schema.categories) ||
    Array.isArray(schema.redactionPolicies));

/** Marks at places where `marked` does not find them: they would protect nothing, in silence. */
export const unheededMarks = (document: Document, schema: unknown): readonly Problem[] =>
  unheeded(document, schema, [], "event");

/** Where in a schema: the event, one of its properties, what is inside of one, or below some other keyword. */
type Place = "event" | "property" | "inside" | "elsewhere";

const unheeded = (document: Document, schema: unknown, path: Path, place: Place): readonly Problem[] => {
  if (!isObject(schema)) return [];
  const problems: Problem[] = [];
  if (schema["never-store"] === true && place !== "property" && place !== "inside") {
    problems.push(document.problem([...path, "never-store"], NEVER_STORE));
  }
  if (schema.learner === true && place !== "property") {
    problems.push(document.problem([...path, "learner"], LEARNER));
  }
  if (schema.anonymous === true && place !== "event") {
    problems.push(document.problem([...path, "anonymous"], ANONYMOUS));
  }
  for (const [key, inner] of Object.entries(schema)) {
    if (VALUES.has(key)) continue;
    const below = placeBelow(place, key, inner);
    if (NAMED.has(key) || Array.isArray(inner)) {
      for (const [name, each] of Object.entries(inner ?? {})) {
        problems.push(...unheeded(document, each, [...path, key, keyOf(inner, name)], below));
      }
    } else problems.push(...unheeded(document, inner, [...path, key], below));
  }
  return problems;
};

const NEVER_STORE =
  "never-store counts only on what stands below properties and items; here nothing would be removed.";
const ANONYMOUS = "anonymous counts only on the event itself: it says that the event is nobody's.";
const LEARNER = "learner counts only on a property of the event itself; here nobody would be known by it.";

const placeBelow = (place: Place, key: string, inner: unknown): Place => {
  if (place === "elsewhere") return "elsewhere";
  if (key === "properties") return place === "event" ? "property" : "inside";
  return key === "items" && !Array.isArray(inner) ? "inside" : "elsewhere";
};

const keyOf = (inner: unknown, name: string): string | number => (Array.isArray(inner) ? Number(name) : name);
