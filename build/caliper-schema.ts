import type { SchemaObject } from "ajv";
import { entityTypes } from "../src/caliper/entities.ts";
import type { EventType } from "../src/caliper/events.ts";
import { type Condition, conditions, eventTypes } from "../src/caliper/general.ts";
import { isKindOf, propertiesOf, requiredOf } from "../src/caliper/kinds.ts";
import { nonNegative, structures } from "../src/caliper/structures.ts";
import { identifierTypes, metrics, roleTerms, statusTerms } from "../src/caliper/vocabulary.ts";
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
    actor: {
      const: "application",
      description: "Where it was not the learner who did it, but the application.",
    },
    ...Object.fromEntries(
      PARTS.map((part) => [part, { $ref: "#/definitions/entity", description: DESCRIPTIONS[part] }]),
    ),
    extensions: EXTENSIONS,
  },
  allOf: [
    ...Object.entries(eventTypes).map(([name, type]) => forType(name, type)),
    ...conditions.filter(({ required = [] }) => required.every(isWritten)).map(forCondition),
  ],
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

/** Whether a part is for a mapping to write; the others are the translator's. */
const isWritten = (part: string): boolean => PARTS.some((each) => each === part);

/** Whether a mapping can write all that an action needs. */
const isWritable = (type: string, action: string): boolean =>
  conditions.every(
    ({ event, actions: of, required = [] }) =>
      event !== type || of?.includes(action) !== true || required.every(isWritten),
  );

/** What an event type asks of its other parts. */
const forType = (name: string, type: EventType): SchemaObject =>
  when(isType(name), {
    properties: {
      action: { enum: type.actions.filter((action) => isWritable(name, action)) },
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

/** What an event type asks further of an action or a profile; the first profile is meant where none is written. */
const forCondition = ({ event, actions, profile, parts = {}, required = [] }: Condition): SchemaObject => {
  const isDefault = eventTypes[event]?.profiles[0] === profile;
  const narrowed = PARTS.flatMap((part) =>
    parts[part] === undefined ? [] : [[part, kindsOf(parts[part])] as const],
  );
  return when(
    {
      required: [
        "type",
        ...(actions === undefined ? [] : ["action"]),
        ...(profile === undefined || isDefault ? [] : ["profile"]),
      ],
      properties: {
        type: { const: event },
        ...(actions !== undefined && { action: { enum: actions } }),
        ...(profile !== undefined && { profile: { const: profile } }),
      },
    },
    {
      ...(narrowed.length > 0 && { properties: Object.fromEntries(narrowed) }),
      ...(required.length > 0 && { required }),
    },
  );
};

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
    property === "extensions" ? { $ref: "#/definitions/extensions" } : valueSchema(kind, property),
  ]);
  return {
    required: requiredOf(name),
    properties: { id: true, type: true, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
};

const valueSchema = (kind: string, property: string): SchemaObject => {
  if (kind.endsWith("[]")) return { type: "array", items: valueSchema(kind.slice(0, -2), property) };
  const known = Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
  if (known !== undefined) return { enum: [...known] };
  if (nonNegative.has(property)) return { $ref: "#/definitions/count" };
  if (Object.hasOwn(KINDS, kind)) return { $ref: `#/definitions/${kind}` };
  const structure = structures[kind];
  if (structure !== undefined) return structureSchema(kind, structure.properties, structure.required);
  return { ...kindsOf(kind.split("|")), allOf: [{ $ref: "#/definitions/entity" }] };
};

const WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  role: roleTerms,
  status: statusTerms,
  metric: metrics,
  identifierType: identifierTypes,
};

/** A part that has a type but no id. */
const structureSchema = (
  name: string,
  properties: Readonly<Record<string, string>>,
  required: readonly string[],
): SchemaObject => ({
  type: "object",
  required: ["type", ...required],
  additionalProperties: false,
  properties: {
    type: { const: name },
    ...Object.fromEntries(
      Object.entries(properties).map(([property, kind]) => [
        property,
        property === "extensions" ? { $ref: "#/definitions/extensions" } : valueSchema(kind, property),
      ]),
    ),
  },
});
