import type { Document, Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { isObject, type JsonObject } from "./json.ts";
import { NAMED, VALUES } from "./parts.ts";

/** A keyword of ours that marks a property of an event's schema. */
export type Mark = "never-store" | "learner" | "path";

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

/**
 * Whether a schema has a mark of its own as personal data. jupyter_telemetry's categories decided what was kept back, and
 * the policies of jupyter_events 0.1; what they call unrestricted never was.
 */
export const isPersonal = (schema: unknown): boolean => {
  if (!isObject(schema)) return false;
  const { "personal-data": mark } = schema;
  return typeof mark === "boolean" ? mark : OLDER_MARKS.some((keyword) => keepsBack(schema[keyword]));
};

/** The keyword by which a schema is marked as personal data. */
export const markOf = (schema: JsonObject): string =>
  schema["personal-data"] === true
    ? "personal-data"
    : (OLDER_MARKS.find((each) => keepsBack(schema[each])) ?? "personal-data");

const OLDER_MARKS = ["categories", "redactionPolicies"] as const;

const keepsBack = (value: unknown): boolean =>
  Array.isArray(value) && !(value.length > 0 && value.every((each) => UNRESTRICTED.has(each)));

const UNRESTRICTED: ReadonlySet<unknown> = new Set(["unrestricted", "category.jupyter.org/unrestricted"]);

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
  if (schema.path !== undefined && !(isText(schema) && (place === "property" || place === "inside"))) {
    problems.push(document.problem([...path, "path"], PATH));
  }
  if (schema.path === true && (schema.format === "uri" || schema.format === "iri"))
    problems.push(document.problem([...path, "path"], PATH_OR_IRI));
  for (const mark of ["personal-data", "path"])
    if (Object.hasOwn(schema, mark) && typeof schema[mark] !== "boolean")
      problems.push(document.problem([...path, mark], `${mark} is true or false.`));
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
const PATH = "path counts only on a text below properties and items: it says that the text is a file's path.";
const PATH_OR_IRI =
  "A text is the path of a file or an IRI, which have pseudonyms of other forms: drop path or format.";
const LEARNER = "learner counts only on a property of the event itself; here nobody would be known by it.";

const isText = ({ type }: JsonObject): boolean => {
  const types = [type].flat();
  return types.includes("string") && types.every((each) => each === "string" || each === "null");
};

const placeBelow = (place: Place, key: string, inner: unknown): Place => {
  if (place === "elsewhere") return "elsewhere";
  if (key === "properties") return place === "event" ? "property" : "inside";
  return key === "items" && !Array.isArray(inner) ? "inside" : "elsewhere";
};

const keyOf = (inner: unknown, name: string): string | number => (Array.isArray(inner) ? Number(name) : name);
