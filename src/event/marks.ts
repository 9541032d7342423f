import type { Document, Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { isObject } from "./json.ts";
import { NAMED, VALUES } from "./parts.ts";

/** A keyword of ours that marks a property of an event's schema. */
export type Mark = "never-store" | "learner";

/** Paths of the properties with a mark; `*` stands for every element of an array. */
export const marked = (schema: unknown, mark: Mark): readonly (readonly string[])[] => {
  if (!isObject(schema)) return [];
  const own = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const steps: [string, unknown][] = [...own, ["*", schema.items]];
  return steps.flatMap(([step, inner]) =>
    isObject(inner) && inner[mark] === true ? [[step]] : marked(inner, mark).map((path) => [step, ...path]),
  );
};

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
  for (const [key, inner] of Object.entries(schema)) {
    if (VALUES.has(key)) continue;
    const below = placeBelow(place, key, inner);
    if (NAMED.has(key) || Array.isArray(inner)) {
      for (const [name, each] of Object.entries(inner ?? {})) {
        problems.push(...unheeded(document, each, [...path, key, stepOf(inner, name)], below));
      }
    } else problems.push(...unheeded(document, inner, [...path, key], below));
  }
  return problems;
};

const NEVER_STORE =
  "never-store counts only on what stands below properties and items; here nothing would be removed.";
const LEARNER = "learner counts only on a property of the event itself; here nobody would be known by it.";

const placeBelow = (place: Place, key: string, inner: unknown): Place => {
  if (place === "elsewhere") return "elsewhere";
  if (key === "properties") return place === "event" ? "property" : "inside";
  return key === "items" && !Array.isArray(inner) ? "inside" : "elsewhere";
};

const stepOf = (inner: unknown, name: string): string | number =>
  Array.isArray(inner) ? Number(name) : name;
