import type { SchemaObject } from "ajv";
import { SECRET } from "../endpoint/secret.ts";

/** How the site knows learners (translator.yml, `learners`). */
export type Trust = SignedTrust | AttributesTrust;

/** The hub signs who a message is from. */
export interface SignedTrust {
  readonly trust: "signed";
  readonly keys: readonly SigningKey[];
  /** Where the hub publishes its public keys (RFC 7517, section 5). */
  readonly jwks?: string;
}

/** The server's own word is taken for it. */
export interface AttributesTrust {
  readonly trust: "attributes";
  /** The message attributes that hold the user's name and the course's id. */
  readonly user: string;
  readonly course?: string;
}

/** A key that the hub signs learner contexts with, or for EdDSA the public half of it. */
export interface SigningKey {
  /** The `kid` of the tokens that it is for; without one, it is tried on every token. */
  readonly id?: string;
  readonly algorithm: SigningAlgorithm;
  /** Where it is: see `endpoint/secret.ts`. */
  readonly secret: string;
}

export type SigningAlgorithm = "HS256" | "EdDSA";

/** What `translator.yml` says of it, under `learners`. */
export interface WrittenTrust {
  readonly trust?: Trust["trust"];
  readonly key?: string;
  readonly keys?: readonly SigningKey[];
  readonly jwks?: string;
  readonly attributes?: { readonly user: string; readonly course?: string };
}

export const readTrust = ({ trust, key, keys = [], jwks, attributes }: WrittenTrust): Trust =>
  trust === "attributes" && attributes !== undefined
    ? { trust: "attributes", ...attributes }
    : {
        trust: "signed",
        keys: [...(key === undefined ? [] : [{ algorithm: "HS256" as const, secret: key }]), ...keys],
        ...(jwks !== undefined && { jwks }),
      };

/** Not the probe's own: see src/probe/sender.ts. */
const attribute = {
  type: "string",
  minLength: 1,
  pattern: "^(?!probe$)",
  "x-message": "must be another name: the service's own test events have the attribute probe",
};

/** The properties of `learners` that it is read from, for an editor's JSON Schema. */
export const TRUST_SHAPE: Readonly<Record<string, SchemaObject>> = {
  trust: {
    enum: ["signed", "attributes"],
    enumDescriptions: [
      "The hub signs who a message is from: nobody can claim to be somebody else. Needs key, keys or jwks.",
      "The server's own word is taken for it; statements say that nothing proves it. Needs attributes.",
    ],
    default: "signed",
    description: "How we know whose event it is.",
  },
  key: {
    ...SECRET,
    description: "Where the key is that the hub signs with (HS256): at least 32 bytes.",
    examples: ["ssm:/jupyter-lms/$stage/learner-context"],
  },
  keys: {
    type: "array",
    minItems: 1,
    maxItems: 10,
    description: "Several keys that the hub signs with, such as while one takes the place of another.",
    items: {
      type: "object",
      required: ["algorithm", "secret"],
      additionalProperties: false,
      properties: {
        id: { type: "string", minLength: 1, description: "The kid of the tokens that it is for." },
        algorithm: {
          enum: ["HS256", "EdDSA"],
          enumDescriptions: ["One key, which the hub and we have.", "A pair: we have the public key only."],
          description: "What the hub signs with.",
        },
        secret: {
          ...SECRET,
          description: "Where the key is: at least 32 bytes, or for EdDSA the public key as PEM (SPKI).",
          examples: ["ssm:/jupyter-lms/$stage/learner-context-2027"],
        },
      },
    },
  },
  jwks: {
    type: "string",
    format: "https-url",
    description:
      "Where the hub publishes the public keys that it signs with. Tokens must then be for the audience jupyter-lms-translator.",
    examples: ["https://hub.example.edu/services/lms/jwks.json"],
  },
  attributes: {
    type: "object",
    description: "Which attributes of a message name the learner, where trust is attributes.",
    required: ["user"],
    additionalProperties: false,
    properties: {
      user: { ...attribute, description: "The attribute that holds the user's name." },
      course: { ...attribute, description: "The attribute that holds the course's id." },
    },
  },
};

/** Which of them go together. */
export const TRUST_NEEDS: readonly SchemaObject[] = [
  {
    if: { required: ["trust"], properties: { trust: { const: "attributes" } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
    then: { required: ["attributes"] },
    else: {
      anyOf: [{ required: ["key"] }, { required: ["keys"] }, { required: ["jwks"] }],
      "x-message": "needs key, keys or jwks: what the hub signs learner contexts with",
    },
  },
];
