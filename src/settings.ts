import type { SchemaObject } from "ajv";
import { type Document, readDocument } from "./document/document.ts";
import type { Problem } from "./document/problem.ts";
import { DURATION, milliseconds } from "./document/quantity.ts";
import { checkShape } from "./document/shape.ts";
import { SECRET } from "./endpoint/read.ts";
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

const page = { type: "string", format: "https-url" };

const trustNeeds = (trust: Trust["trust"], key: string): SchemaObject => ({
  if: { required: ["trust"], properties: { trust: { const: trust } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
  then: { required: [key] },
});

const SHAPE: SchemaObject = {
  type: "object",
  required: ["hub", "institution", "learners"],
  additionalProperties: false,
  properties: {
    hub: {
      type: "object",
      required: ["id", "name"],
      additionalProperties: false,
      properties: { id: page, name: { type: "string", minLength: 1 } },
    },
    institution: page,
    learners: {
      type: "object",
      required: ["trust", "pseudonyms"],
      additionalProperties: false,
      properties: {
        trust: { enum: ["signed", "attributes"] },
        key: SECRET,
        attributes: {
          type: "object",
          required: ["user"],
          additionalProperties: false,
          properties: { user: { type: "string", minLength: 1 }, course: { type: "string", minLength: 1 } },
        },
        pseudonyms: SECRET,
      },
      allOf: [trustNeeds("signed", "key"), trustNeeds("attributes", "attributes")],
    },
    archive: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(Object.keys(RETENTION).map((part) => [part, DURATION])),
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
