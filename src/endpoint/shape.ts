import type { SchemaObject } from "ajv";
import { DURATION, SIZE } from "../document/quantity.ts";
import { type AnswerClass, answerShape, defaultAnswers } from "./answers.ts";
import { AUTH } from "./auth-shape.ts";
import type { Endpoint } from "./endpoint.ts";
import { HOSTS, URL_NEEDS } from "./from-launch.ts";
import { REQUEST } from "./request-form.ts";

/** The versions of each protocol that the translator speaks. */
export const VERSIONS: Readonly<Record<Endpoint["protocol"], readonly string[]>> = {
  caliper: ["1.1", "1.2"],
  xapi: ["1.0.3", "2.0.0"],
  json: ["1"],
};

const ANSWERS: Readonly<Record<AnswerClass, string>> = {
  done: "Delivered; a receipt is kept.",
  retry: "The statements wait in the queue and come again. network stands for no answer at all.",
  split: "The batch is halved until the statement that is refused is alone; that one is set aside.",
  setup: "The administrator must act; the statements wait.",
  setAside: "The statements are kept under failed/, with the answer.",
};

/** What an endpoint's file may hold; an editor's JSON Schema is made from it. */
export const SHAPE: SchemaObject = {
  type: "object",
  title: "An endpoint",
  description: "A learning system that gets what learners did. See docs/endpoints.md.",
  required: ["title", "protocol", "url", "auth", "select"],
  // A protocol with one version only need not say it.
  if: { properties: { protocol: { enum: Object.keys(VERSIONS).filter((name) => name !== "json") } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
  then: { required: ["version"] },
  allOf: [URL_NEEDS],
  additionalProperties: false,
  properties: {
    title: {
      type: "string",
      minLength: 1,
      description: "What people call it.",
      examples: ["Campus learning record store"],
    },
    protocol: {
      enum: Object.keys(VERSIONS),
      enumDescriptions: [
        "1EdTech Caliper: events in envelopes.",
        "xAPI: statements for a learning record store.",
        "Records as the mappings say, for what is no learning system.",
      ],
      description: "The language that it speaks.",
    },
    version: {
      type: ["string", "number"],
      description:
        "The version of its protocol: caliper 1.1 or 1.2, xapi 1.0.3 or 2.0.0. json has one only, and need not say it.",
      examples: Object.values(VERSIONS).flat(),
    },
    url: {
      description:
        "Where it is. caliper and json: where it is posted to; xapi: the store's address, without /statements. https, or http for this machine itself. caliper: from-launch, where the LMS says so in the LTI launch.",
      examples: ["https://lrs.example.edu/xapi", "from-launch"],
    },
    hosts: HOSTS,
    network: {
      enum: ["public", "private"],
      enumDescriptions: [
        "It has public addresses. What leads into a private network is refused.",
        "It may have private addresses, as where the functions run in the university's own network.",
      ],
      default: "public",
      description: "Which addresses its host may have.",
    },
    auth: AUTH,
    request: REQUEST,
    federatedSession: {
      type: "boolean",
      default: false,
      description:
        "caliper: whether events name the LMS's own session, for learners who came through LTI. Whoever has the LMS's records can tell by it who the learner is.",
    },
    learners: {
      enum: ["pseudonym", "username", "lms", "anonymous"],
      enumDescriptions: [
        "Another name at every endpoint, which tells nothing of the person.",
        "The hub's user name.",
        "The LMS's own name of them, from the learner's token; a pseudonym for whom the LMS does not know.",
        "Nobody's name: all learners are the same.",
      ],
      default: "pseudonym",
      description: "How learners are named to it.",
    },
    personalData: {
      enum: ["pseudonymise", "allow", "refuse"],
      enumDescriptions: [
        "It is sent as pseudonyms, which are others at every endpoint; a path keeps its shape and its ending.",
        "It is sent as the mappings say.",
        "A mapping that would send something of it is a mistake, which the check finds.",
      ],
      default: "pseudonymise",
      description: "What becomes of what events' schemas mark as personal-data, whichever mapping reads it.",
    },
    select: {
      type: "object",
      description: "What it gets.",
      required: ["translations"],
      additionalProperties: false,
      properties: {
        translations: {
          type: "array",
          minItems: 1,
          items: { type: "string", minLength: 1, description: "mapping:translation; * stands for any text." },
          description:
            "Which translations it gets. A plus before a name takes optional translations as well.",
          examples: [["jupyterhub/*", "jupyter-server/*", "+jupyter-server/kernel-actions:restarted"]],
        },
        where: {
          type: "string",
          minLength: 1,
          description:
            "Only that for which this expression is true, over course, learner, session, sender, hub and time. Where it has no value, such as for an event without a course, nothing is sent.",
          examples: ['course.id in ["stat101", "data8"]'],
        },
      },
    },
    batch: {
      type: "object",
      description: "How much is sent in a request.",
      additionalProperties: false,
      properties: {
        events: {
          type: "integer",
          minimum: 1,
          maximum: 1000,
          default: 50,
          description: "The most statements in a request.",
        },
        bytes: { ...SIZE, default: "512KB", description: "The largest body of a request, up to 1000KB." },
        wait: { ...DURATION, default: "20s", description: "How long statements are gathered, up to 5m." },
      },
    },
    limits: {
      type: "object",
      description: "What the endpoint can bear.",
      additionalProperties: false,
      properties: {
        concurrency: {
          type: "integer",
          // Lambda's event source mapping cannot be told to run fewer than two at once.
          minimum: 2,
          maximum: 1000,
          default: 2,
          description: "How many requests may be under way at once; Lambda's least is 2.",
        },
        requestsPerSecond: {
          type: "number",
          exclusiveMinimum: 0,
          maximum: 1000,
          description:
            "How many requests may begin in a second; 0.2 is one in five seconds. Each function that is under way has its share.",
          examples: [10],
        },
        timeout: { ...DURATION, default: "10s", description: "How long a request may take, up to 5m." },
      },
    },
    answers: {
      type: "object",
      description:
        "What its status codes mean, where that is not the usual. A code that no class names is setup.",
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(ANSWERS).map(([key, description]) => {
          const name = key as AnswerClass;
          return [
            name,
            { type: "array", items: answerShape(name), description, default: defaultAnswers[name] },
          ];
        }),
      ),
    },
  },
};
