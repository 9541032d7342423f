import type { SchemaObject } from "ajv";
import { type Document, readDocument } from "./document/document.ts";
import { isIri } from "./document/iri.ts";
import type { Problem } from "./document/problem.ts";
import { DURATION, milliseconds } from "./document/quantity.ts";
import { checkShape } from "./document/shape.ts";
import { SECRET } from "./endpoint/secret.ts";
import type { Trust } from "./learner/sender.ts";

/** What `translator.yml` says: who we are, whom we trust, how long the archive keeps. */
export interface Settings {
  readonly hub: Hub;
  /** The institution's home page: courses are named below it. */
  readonly institution: string;
  readonly trust: Trust;
  /** The secret from which pseudonyms are made: `ssm:/path`. */
  readonly pseudonyms: string;
  /** Days, for each part of the archive. */
  readonly retention: Readonly<Record<ArchivePart, number>>;
}

export interface Hub {
  /** The IRI by which stores know the hub, and which stands at the beginning of the ids of files and learners. */
  readonly id: string;
  readonly name: string;
}

export type ArchivePart = "raw" | "quarantine" | "failed" | "receipts" | "ledger";

const RETENTION: Readonly<Record<ArchivePart, string>> = {
  raw: "400d",
  quarantine: "14d",
  failed: "90d",
  receipts: "400d",
  ledger: "400d",
};

const PARTS: Readonly<Record<ArchivePart, string>> = {
  raw: "Events as they came in.",
  quarantine:
    "What could not be read or trusted. Not all of it can be known for what it is, so it is kept for a short time.",
  failed: "Statements that an endpoint refused, with its answer.",
  receipts: "What was delivered, when, and with which answer.",
  ledger: "How many events came in, and what became of them.",
};

const page = { type: "string", format: "https-url" };

const trustNeeds = (trust: Trust["trust"], key: string): SchemaObject => ({
  if: { required: ["trust"], properties: { trust: { const: trust } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
  then: { required: [key] },
});

/** What `translator.yml` may hold; an editor's JSON Schema is made from it. */
export const SHAPE: SchemaObject = {
  type: "object",
  title: "The translator",
  description: "Who we are, whom we trust, and how long the archive keeps.",
  required: ["hub", "institution", "learners"],
  additionalProperties: false,
  properties: {
    hub: {
      type: "object",
      description: "The JupyterHub that events come from.",
      required: ["id", "name"],
      additionalProperties: false,
      properties: {
        id: {
          ...page,
          description: "The IRI by which learning systems know the hub; never change it once you deliver.",
          examples: ["https://hub.example.edu"],
        },
        name: { type: "string", minLength: 1, description: "What people call the hub." },
      },
    },
    institution: {
      ...page,
      description: "The institution's home page; courses are named below it.",
      examples: ["https://www.example.edu"],
    },
    learners: {
      type: "object",
      description: "How learners are known.",
      required: ["trust", "pseudonyms"],
      additionalProperties: false,
      properties: {
        trust: {
          enum: ["signed", "attributes"],
          enumDescriptions: [
            "The hub signs who a message is from: nobody can claim to be somebody else. Needs key.",
            "The server's own word is taken for it; statements say that nothing proves it. Needs attributes.",
          ],
          default: "signed",
          description: "How we know whose event it is.",
        },
        key: {
          ...SECRET,
          description: "Where the key is that the hub signs with: at least 32 bytes.",
          examples: ["ssm:/jupyter-lms/learner-context"],
        },
        attributes: {
          type: "object",
          description: "Which attributes of a message name the learner, where trust is attributes.",
          required: ["user"],
          additionalProperties: false,
          properties: {
            user: { type: "string", minLength: 1, description: "The attribute that holds the user's name." },
            course: {
              type: "string",
              minLength: 1,
              description: "The attribute that holds the course's id.",
            },
          },
        },
        pseudonyms: {
          ...SECRET,
          description:
            "Where the key is that pseudonyms are made from. With another key, every learner becomes somebody new.",
          examples: ["ssm:/jupyter-lms/pseudonyms"],
        },
      },
      allOf: [trustNeeds("signed", "key"), trustNeeds("attributes", "attributes")],
    },
    archive: {
      type: "object",
      description: "How long each part of the bucket is kept.",
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(RETENTION).map(([part, time]) => [
          part,
          { ...DURATION, default: time, description: PARTS[part as ArchivePart] },
        ]),
      ),
    },
  },
};

interface Written {
  readonly hub: Hub;
  readonly institution: string;
  readonly learners: {
    readonly trust: Trust["trust"];
    readonly key?: string;
    readonly attributes?: { readonly user: string; readonly course?: string };
    readonly pseudonyms: string;
  };
  readonly archive?: Partial<Record<ArchivePart, string>>;
}

/** Reads `translator.yml`. */
export const readSettings = (
  file: string,
  text: string,
): { readonly document: Document; readonly settings: Settings } | readonly Problem[] => {
  const document = readDocument(file, text);
  const problems = checkShape(document, SHAPE);
  if (problems.length > 0) return problems;
  const wrong = iriProblems(document);
  if (wrong.length > 0) return wrong;
  const { hub, institution, learners, archive } = document.value as Written;
  const days = (part: ArchivePart): number =>
    Math.ceil(milliseconds(archive?.[part] ?? RETENTION[part]) / 86_400_000);
  return {
    document,
    settings: {
      hub: { id: hub.id.replace(/\/$/, ""), name: hub.name },
      institution: institution.replace(/\/$/, ""),
      trust:
        learners.attributes !== undefined && learners.trust === "attributes"
          ? { trust: "attributes", ...learners.attributes }
          : { trust: "signed", key: learners.key ?? "" },
      pseudonyms: learners.pseudonyms,
      retention: {
        raw: days("raw"),
        quarantine: days("quarantine"),
        failed: days("failed"),
        receipts: days("receipts"),
        ledger: days("ledger"),
      },
    },
  };
};

/** What names of files, learners and courses begin with is an IRI, by a stricter rule than that of browsers. */
const iriProblems = (document: Document): readonly Problem[] => {
  const { hub, institution } = document.value as Written;
  const named = [
    { path: ["hub", "id"], iri: hub.id },
    { path: ["institution"], iri: institution },
  ];
  return named.flatMap(({ path, iri }) =>
    isIri(iri)
      ? []
      : [
          document.problem(
            path,
            `"${path.join(".")}" must be an IRI: a space and the like are written as %20.`,
          ),
        ],
  );
};
