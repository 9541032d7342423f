import type { SchemaObject } from "ajv";
import { activityTypes, verbs } from "../src/xapi/vocabulary.ts";
import { EXTENSIONS, formed, IRI, KINDS, TEXT, words } from "./schema-values.ts";

const keys = (
  properties: Readonly<Record<string, unknown>>,
  description: string,
  required: readonly string[] = [],
): SchemaObject => ({
  type: "object",
  description,
  required,
  additionalProperties: false,
  properties,
});

const LANGUAGE = "^([A-Za-z]{2,8}|[ix])(-[A-Za-z0-9]{1,8})*$";

const UUID = formed(
  "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
  "A UUID, or an expression that gives one.",
);

const languages = (description: string): SchemaObject => ({
  description: `${description} A text becomes a language map.`,
  type: ["string", "object"],
  propertyNames: {
    pattern: LANGUAGE,
    errorMessage: "A language is named by its tag, such as en or pt-BR.",
  },
  additionalProperties: TEXT,
});

const score = keys(
  {
    scaled: { ...KINDS.number, description: "From -1 to 1." },
    raw: { ...KINDS.number, description: "The points." },
    min: { ...KINDS.number, description: "The fewest points that there can be." },
    max: { ...KINDS.number, description: "The most points that there can be." },
  },
  "How well it went.",
);

const activity = (more: Readonly<Record<string, SchemaObject>>, description: string): SchemaObject =>
  keys(
    {
      ...more,
      id: { ...IRI, description: "The IRI by which it is known." },
      definition: keys(
        {
          type: {
            anyOf: [words(activityTypes, "What kind of thing it is."), IRI],
            description: `What kind of thing it is: ${Object.keys(activityTypes).join(", ")}, or an IRI.`,
          },
          name: languages("What people call it."),
          description: languages("What it is."),
          moreInfo: { ...IRI, description: "A page about it." },
          extensions: EXTENSIONS,
        },
        "What is known about it.",
      ),
    },
    description,
    ["id"],
  );

const activities: SchemaObject = {
  type: "array",
  description: "Activities, each with its id; a list even of one.",
  items: activity({ objectType: { const: "Activity", description: "It may be left out." } }, "An activity."),
};

const reference = keys(
  {
    objectType: { const: "StatementRef", description: "It may be left out." },
    id: { ...UUID, description: "The statement's id." },
  },
  "Another statement that this belongs to.",
  ["id"],
);

/** The `xapi` side of a translation, with the words that a mapping may use: what an editor offers and checks. */
export const xapiSchema = (): SchemaObject =>
  keys(
    {
      verb: words(
        Object.fromEntries(
          Object.entries(verbs).map(([name, { id, display }]) => [name, `${display.en}: ${id}`]),
        ),
        "What was done.",
      ),
      object: activity({}, "What it was done to."),
      result: keys(
        {
          success: { ...KINDS.boolean, description: "Whether it went well." },
          completion: { ...KINDS.boolean, description: "Whether it is done." },
          response: { ...TEXT, description: "What the learner answered." },
          duration: KINDS.duration,
          score,
          extensions: EXTENSIONS,
        },
        "What came of it.",
      ),
      context: keys(
        {
          registration: { ...UUID, description: "A UUID that joins the statements of one attempt." },
          revision: { ...TEXT, description: "The version of what it was done to." },
          language: {
            ...formed(LANGUAGE, "A language's tag, such as en or pt-BR."),
            description: "The language, such as en.",
          },
          statement: reference,
          contextActivities: keys(
            { parent: activities, category: activities, other: activities },
            "Activities around it; the course is added as grouping.",
          ),
          extensions: EXTENSIONS,
        },
        "Under which circumstances.",
      ),
    },
    "What it is as a statement of xAPI.",
    ["verb", "object"],
  );
