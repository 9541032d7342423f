import type { SchemaObject } from "ajv";
import { activityTypes, verbs } from "../src/xapi/vocabulary.ts";
import { EXTENSIONS, IRI, KINDS, TEXT, words } from "./schema-values.ts";

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

const languages = (description: string): SchemaObject => ({
  description: `${description} A text becomes a language map.`,
  type: ["string", "object"],
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

const activities: SchemaObject = {
  type: ["object", "array", "string"],
  description: "An activity, or several, each with its id.",
};

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
      object: keys(
        {
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
        "What it was done to.",
        ["id"],
      ),
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
          registration: { ...TEXT, description: "A UUID that joins the statements of one attempt." },
          revision: { ...TEXT, description: "The version of what it was done to." },
          language: { ...TEXT, description: "The language, such as en." },
          statement: { type: ["object", "string"], description: "Another statement that this belongs to." },
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
