import type { SchemaObject } from "ajv";

/** Values in the sides of a mapping, as far as an editor can tell: each may be an expression instead, and so a text. */

export const EXPRESSION: SchemaObject = { type: "string", pattern: "\\$\\{" };

/** A text, which may hold expressions. */
export const TEXT: SchemaObject = { type: "string" };

/** `anyOf` the values and an expression that gives one. */
const orExpression = (schema: SchemaObject, errorMessage: string): SchemaObject => ({
  anyOf: [schema, EXPRESSION],
  errorMessage,
});

/** An IRI, or an expression that gives one. */
export const IRI: SchemaObject = {
  type: "string",
  pattern: "^[A-Za-z][A-Za-z0-9+.-]*:.|\\$\\{",
  errorMessage: "An IRI, such as ${ iri(hub.files, event.path) }.",
};

/** A text of a form, or an expression that gives one. */
export const formed = (pattern: string, errorMessage: string): SchemaObject => ({
  type: "string",
  pattern: `${pattern}|\\$\\{`,
  errorMessage,
});

export const EXTENSIONS: SchemaObject = {
  type: "object",
  propertyNames: {
    pattern: "^[A-Za-z][A-Za-z0-9+.-]*:.",
    errorMessage: "The key of an extension must be an IRI.",
  },
  description: "What the standard has no word for: IRIs of your own, each with any value.",
};

/** A word that must be written out: what is made of it is decided when the mapping is built. */
export const words = (each: Readonly<Record<string, string>>, description: string): SchemaObject => ({
  enum: Object.keys(each),
  enumDescriptions: Object.values(each),
  description,
});

/** Values by the kinds that Caliper's entity types name (src/caliper/entities.ts), but for entities themselves. */
export const KINDS: Readonly<Record<string, SchemaObject>> = {
  string: { ...TEXT, description: "A text." },
  boolean: { ...orExpression({ type: "boolean" }, "true or false."), description: "true or false." },
  integer: { ...orExpression({ type: "integer" }, "A whole number."), description: "A whole number." },
  count: {
    ...orExpression({ type: "integer", minimum: 0 }, "A whole number that is not negative."),
    description: "A whole number that is not negative.",
  },
  number: { ...orExpression({ type: "number" }, "A number."), description: "A number." },
  time: {
    ...orExpression(
      { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$" },
      "A time, as ${ time } or ${ utc(…) } gives it.",
    ),
    description: "A time, as ${ time } or ${ utc(…) } gives it.",
  },
  duration: {
    ...orExpression({ type: "string", pattern: "^P[0-9T]" }, "A duration, as ${ duration(…) } gives it."),
    description: "A duration, as ${ duration(…) } gives it.",
  },
  object: { type: "object", description: "Any keys." },
  iri: IRI,
};
