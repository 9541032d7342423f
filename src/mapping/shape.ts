import type { SchemaObject } from "ajv";
import { DURATION } from "../document/quantity.ts";

const NAME = {
  type: "string",
  pattern: "^[a-z][a-z0-9-]*$",
  "x-message": "must be lower-case words joined by hyphens",
};

const VARIABLE = {
  pattern: "^[a-z][A-Za-z0-9]*$",
  "x-message": "must be letters and digits, with a small letter first",
};

const VALUE = { type: ["string", "number", "boolean"] };

const WITHIN = {
  ...DURATION,
  description:
    "Repeats of an act – the same translation, learner and object – that come within this time of one another, and in one batch, are told once.",
  examples: ["5s"],
};

const TRANSLATION: SchemaObject = {
  type: "object",
  required: ["name"],
  additionalProperties: false,
  properties: {
    name: {
      ...NAME,
      description:
        "What it is called; endpoints select it as mapping:name. It is part of the statement's id: do not change it once statements were sent.",
      examples: ["saved", "started"],
    },
    optional: {
      type: "boolean",
      default: false,
      description: "true: off, unless an endpoint asks for it by name with a plus.",
    },
    forEach: {
      type: "object",
      minProperties: 1,
      maxProperties: 1,
      propertyNames: VARIABLE,
      additionalProperties: {
        type: "string",
        minLength: 1,
        description: "An expression that gives a list, without ${ }.",
      },
      description:
        "One name for each element of a list in turn: every element makes a statement, and may be used under this name.",
      examples: [{ cell: "event.cells" }],
    },
    when: {
      type: "string",
      minLength: 1,
      description:
        "An expression, without ${ }, that is true or false: only where it is true, something is said. The event's fields are in schema.v1.yml beside this file.",
      examples: ['event.action == "save"', "has(event.path)"],
    },
    within: WITHIN,
    time: {
      type: "string",
      minLength: 1,
      description:
        "An expression, without ${ }, that gives the time of the act where it is not the event's own: utc(…) of a field. Where it is absent, or later than the event, the event's own time is taken.",
      examples: ["utc(command.date)"],
    },
    caliper: {
      type: "object",
      required: ["type", "action", "object"],
      description:
        "What it is as an event of Caliper. The translator adds id, time, actor, group and application.",
    },
    xapi: {
      type: "object",
      required: ["verb", "object"],
      description:
        "What it is as a statement of xAPI. The translator adds id, time, actor, platform and course.",
    },
    json: {
      type: "object",
      description:
        "What it is as a record for what is no learning system: keys of your choice, but not id, time, translation, learner and course, which the translator adds.",
    },
  },
};

/** What `mapping.yml` may hold; an editor's JSON Schema is made from it. */
export const SHAPE: SchemaObject = {
  type: "object",
  title: "A mapping",
  description: "What an event becomes. See docs/mappings.md.",
  required: ["event", "title", "translations"],
  additionalProperties: false,
  properties: {
    event: {
      type: "string",
      minLength: 1,
      description: "The $id of the event's schema, schema.v1.yml beside this file.",
      examples: ["https://events.jupyter.org/jupyter_server/contents_service/v1"],
    },
    also: {
      type: "array",
      items: { type: "string", minLength: 1, description: "Another $id." },
      description: "Other ids under which the same event is emitted, such as by older versions.",
    },
    title: {
      type: "string",
      minLength: 1,
      description: "What it is about, for people.",
      examples: ["A learner saves a file"],
    },
    let: {
      type: "object",
      propertyNames: VARIABLE,
      additionalProperties: {
        ...VALUE,
        description: "A value; in ${ } an expression, which may use the names before it.",
      },
      description: "Names for values that are used more than once.",
      examples: [{ file: "${ iri(hub.files, event.path) }" }],
    },
    lookup: {
      type: "object",
      propertyNames: VARIABLE,
      additionalProperties: {
        type: "object",
        minProperties: 1,
        additionalProperties: { ...VALUE, description: "What the key stands for." },
        description: "A table: a value for each key.",
      },
      description: "Tables of words, used as lookup.table[key].",
      examples: [{ words: { ok: "succeeded", error: "failed" } }],
    },
    within: {
      ...WITHIN,
      description: `For all translations that do not say so themselves: ${WITHIN.description}`,
    },
    previous: {
      type: "object",
      required: ["as", "same"],
      additionalProperties: false,
      properties: {
        as: {
          type: "string",
          ...VARIABLE,
          description: "The name under which translations know it, with the same fields as the event.",
          examples: ["start"],
        },
        same: {
          type: "array",
          minItems: 1,
          items: { type: "string", minLength: 1, description: "An expression, without ${ }." },
          description: "What the two have in common, besides their learner.",
          examples: [["event.cell_id"]],
        },
        when: {
          type: "string",
          minLength: 1,
          description:
            "An expression, without ${ }, that is true for an event that the next may look back on.",
          examples: ['event.event_type == "execution_start"'],
        },
      },
      description:
        "The learner's event of this mapping just before, if it is in the same batch: what begins an act, when the event ends it.",
    },
    translations: {
      type: "array",
      minItems: 1,
      items: TRANSLATION,
      description: "What the event may become: every translation whose condition is true makes a statement.",
    },
  },
};
