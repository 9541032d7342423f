import type { SchemaObject } from "ajv";
import { readDocument } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { checkShape } from "../document/shape.ts";
import { isObject, type JsonObject } from "../event/json.ts";
import { reasons } from "../event/reason.ts";
import { INITIATORS, type Initiator } from "../learner/initiator.ts";
import { SIDES, type Side } from "./understand.ts";

/** An event with what must come of it: an entry of `examples.yml` beside a mapping. */
export interface Example {
  readonly title: string;
  readonly event: JsonObject;
  /** The learner's events before it in the batch. */
  readonly before: readonly JsonObject[];
  readonly learner: ExampleLearner;
  /** Undefined where nothing is said of it yet. */
  readonly expect: Outcome | undefined;
  readonly place: Place;
}

/** Whose event it is, where the example says so. */
interface ExampleLearner {
  readonly name?: string;
  readonly server?: string;
  readonly course?: { readonly id: string; readonly label?: string; readonly title?: string };
  readonly roles?: readonly string[];
  readonly initiator?: Initiator;
}

/** What comes of an event: the reason why it is put into quarantine, or what each translation says of it. */
export interface Outcome {
  readonly quarantine?: string;
  /** By the translation's name within its mapping; those that say nothing are left out. */
  readonly statements: ReadonlyMap<string, Statements>;
}

type Statements = Readonly<Partial<Record<Side, readonly unknown[]>>>;

type Place = Omit<Problem, "message">;

const TEXT = { type: "string", minLength: 1 };

const STATEMENT = {
  type: ["object", "array"],
  items: { type: "object" },
  description: "The whole of what is sent; a list where the translation has forEach.",
  "x-message": "must be a whole event, statement or record, or a list of them",
};

/** What `examples.yml` may hold; an editor's JSON Schema is made from it. */
export const SHAPE: SchemaObject = {
  type: "array",
  items: {
    type: "object",
    required: ["title", "event"],
    additionalProperties: false,
    properties: {
      title: { ...TEXT, description: "What happens, for people." },
      event: { type: "object", description: "The event as Jupyter emits it, with its envelope." },
      before: {
        type: "array",
        items: { type: "object", description: "An event as Jupyter emits it, with its envelope." },
        description: "The learner's events that came before it, in the same batch.",
      },
      learner: {
        type: "object",
        description: "Whose event it is. Without it: whom the event names, or else ada, in no course.",
        additionalProperties: false,
        properties: {
          name: { ...TEXT, description: "The hub's user name." },
          server: { ...TEXT, description: "The name of the learner's server." },
          course: {
            type: "object",
            required: ["id"],
            additionalProperties: false,
            properties: { id: TEXT, label: TEXT, title: TEXT },
            description: "The course, as the LMS names it.",
          },
          roles: {
            type: "array",
            items: TEXT,
            description: "The learner's roles in the course, such as Learner.",
          },
          initiator: {
            enum: INITIATORS,
            description: "Who caused what the hub tells of, where its token says so.",
          },
        },
      },
      expect: {
        type: "object",
        description:
          "What comes of it, by translation and side; jlt test --update writes it. {} where nothing does.",
        properties: {
          quarantine: {
            enum: Object.keys(reasons),
            description: "Why the event is put into quarantine instead.",
          },
        },
        additionalProperties: {
          type: "object",
          minProperties: 1,
          additionalProperties: false,
          properties: Object.fromEntries(SIDES.map((side) => [side, STATEMENT])),
        },
      },
    },
  },
};

interface Written {
  readonly title: string;
  readonly event: JsonObject;
  readonly before?: readonly JsonObject[];
  readonly learner?: ExampleLearner;
  readonly expect?: JsonObject;
}

/** Reads the examples of a mapping. */
export const readExamples = (file: string, text: string): readonly Example[] | Problems => {
  const document = readDocument(file, text);
  const problems = checkShape(document, SHAPE);
  if (problems.length > 0) return { problems };
  return (document.value as readonly Written[]).map(({ title, event, before, learner, expect }, at) => {
    const { line, column } = document.problem([at], "");
    return {
      title,
      event,
      before: before ?? [],
      learner: learner ?? {},
      expect: expect === undefined ? undefined : readOutcome(expect),
      place: { file, line, column },
    };
  });
};

interface Problems {
  readonly problems: readonly Problem[];
}

const readOutcome = ({ quarantine, ...translations }: JsonObject): Outcome => ({
  ...(typeof quarantine === "string" && { quarantine }),
  statements: new Map(
    Object.entries(translations).map(([name, sides]) => [
      name,
      Object.fromEntries(
        Object.entries(isObject(sides) ? sides : {}).map(([side, said]) => [
          side,
          Array.isArray(said) ? said : [said],
        ]),
      ),
    ]),
  ),
});

/** An outcome as `expect` has it; `isList` says which translations make several statements of an event. */
export const writeOutcome = (
  { quarantine, statements }: Outcome,
  isList: (translation: string) => boolean,
): JsonObject => {
  if (quarantine !== undefined) return { quarantine };
  return Object.fromEntries(
    [...statements].map(([name, sides]) => [
      name,
      Object.fromEntries(Object.entries(sides).map(([side, said]) => [side, isList(name) ? said : said[0]])),
    ]),
  );
};
