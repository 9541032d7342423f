import type { SchemaObject } from "ajv";
import { entityTypes } from "../src/caliper/entities.ts";
import { type EventType, eventTypes } from "../src/caliper/events.ts";
import { isKindOf, propertiesOf, requiredOf } from "../src/caliper/kinds.ts";
import { roles, statuses } from "../src/caliper/vocabulary.ts";
import { EXTENSIONS, IRI, KINDS, words } from "./schema-values.ts";

/** The parts of an event that are entities. */
const PARTS = ["object", "generated", "target", "referrer"] as const;

const DESCRIPTIONS: Readonly<Record<(typeof PARTS)[number], string>> = {
  object: "What it was done to: an entity, or the IRI of one.",
  generated: "What came of it.",
  target: "Which part of the object it was done to, or where it led.",
  referrer: "Where the learner came from.",
};

/** The `caliper` side of a translation, with the words of the standard: what an editor offers and checks. */
export const caliperSchema = (): SchemaObject => ({
  type: "object",
  required: ["type", "action", "object"],
  additionalProperties: false,
  properties: {
    type: words(
      described(eventTypes, ({ actions }) => `Its actions: ${actions.join(", ")}.`),
      "What kind of event.",
    ),
    action: words(
      Object.fromEntries(
        actions().map((action) => [action, `An action of ${typesWith(action).join(", ")}.`]),
      ),
      "What was done. Which actions there are depends on the type.",
    ),
    profile: {
      enum: [...new Set(Object.values(eventTypes).flatMap(({ profiles }) => profiles))].sort(),
      description: "Which profile it belongs to; without it, the most general one of its type.",
    },
    ...Object.fromEntries(
      PARTS.map((part) => [part, { $ref: "#/definitions/entity", description: DESCRIPTIONS[part] }]),
    ),
    extensions: EXTENSIONS,
  },
  allOf: [...Object.entries(eventTypes).map(([name, type]) => forType(name, type)), COPIED],
});

const described = <T>(all: Readonly<Record<string, T>>, tell: (each: T) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(all).map(([name, each]) => [name, tell(each)]));

const actions = (): readonly string[] =>
  [...new Set(Object.values(eventTypes).flatMap((type) => type.actions))].sort();

const typesWith = (action: string): readonly string[] =>
  Object.entries(eventTypes).flatMap(([name, type]) => (type.actions.includes(action) ? [name] : []));

const when = (condition: SchemaObject, consequence: SchemaObject): SchemaObject => ({
  if: { type: "object", ...condition },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
  then: consequence,
});

const isType = (name: string): SchemaObject => ({
  required: ["type"],
  properties: { type: { const: name } },
});

/** What an event type asks of its other parts. */
const forType = (name: string, type: EventType): SchemaObject =>
  when(isType(name), {
    properties: {
      action: { enum: type.actions },
      profile: { enum: type.profiles },
      ...Object.fromEntries(
        PARTS.flatMap((part) => (type[part] === undefined ? [] : [[part, kindsOf(type[part])]])),
      ),
    },
  });

/** An entity of one of the types, or of a type that extends one. */
const kindsOf = (types: readonly string[]): SchemaObject =>
  types.includes("Entity")
    ? {}
    : {
        properties: {
          type: { enum: Object.keys(entityTypes).filter((each) => types.some((one) => isKindOf(each, one))) },
        },
      };

const COPIED = when(
  {
    required: ["type", "action"],
    properties: { type: { const: "ResourceManagementEvent" }, action: { const: "Copied" } },
  },
  { required: ["generated"] },
);

/** What the sides refer to: entities of every type. */
export const entityDefinitions = (): Readonly<Record<string, SchemaObject>> => ({
  entity: {
    anyOf: [
      IRI,
      {
        type: "object",
        required: ["id", "type"],
        properties: {
          id: { ...IRI, description: "The IRI by which it is known." },
          type: { enum: Object.keys(entityTypes), description: "What kind of thing it is." },
        },
        allOf: Object.keys(entityTypes).map((name) => when(isType(name), entitySchema(name))),
      },
    ],
  },
  ...KINDS,
  extensions: EXTENSIONS,
});

const entitySchema = (name: string): SchemaObject => {
  const properties = Object.entries(propertiesOf(name)).map(([property, kind]) => [
    property,
    property === "extensions" ? { $ref: "#/definitions/extensions" } : valueSchema(kind),
  ]);
  return {
    required: requiredOf(name),
    properties: { id: true, type: true, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
};

const valueSchema = (kind: string): SchemaObject => {
  if (kind.endsWith("[]")) return { type: "array", items: valueSchema(kind.slice(0, -2)) };
  if (kind === "role") return { enum: [...roles] };
  if (kind === "status") return { enum: [...statuses] };
  if (Object.hasOwn(KINDS, kind)) return { $ref: `#/definitions/${kind}` };
  // SystemIdentifier is no entity, and not looked into.
  if (!kind.split("|").every((each) => Object.hasOwn(entityTypes, each))) return {};
  return { ...kindsOf(kind.split("|")), allOf: [{ $ref: "#/definitions/entity" }] };
};
