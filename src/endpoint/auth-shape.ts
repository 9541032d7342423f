import type { SchemaObject } from "ajv";
import type { Auth, ClientCredentials } from "./endpoint.ts";
import { HEADER_NAME } from "./header.ts";
import { SECRET } from "./secret.ts";

const SCHEMES: Readonly<Record<Auth["scheme"], string>> = {
  basic: "A user and a password.",
  bearer: "A token.",
  header: "A header of its own, such as Api-Key.",
  "oauth2-client-credentials": "A token that its OAuth 2 server gives for a client's secret or key.",
  none: "Nothing: whoever reaches it may write.",
};

const METHODS: Readonly<Record<ClientCredentials["method"], string>> = {
  client_secret_basic: "Its secret, as user and password.",
  client_secret_post: "Its secret, in the form.",
  private_key_jwt: "A token that its private key signs.",
};

/** For each scheme the keys that it needs, and those that may stand beside them. */
const KEYS: Readonly<Record<Auth["scheme"], readonly [needed: readonly string[], more: readonly string[]]>> =
  {
    basic: [["secret"], []],
    bearer: [["secret"], []],
    header: [["name", "secret"], []],
    "oauth2-client-credentials": [
      ["tokenUrl", "clientId", "secret"],
      ["method", "algorithm", "keyId", "scope", "audience"],
    ],
    none: [[], []],
  };

const TEXT = { type: "string", minLength: 1, maxLength: 1000 };

/** What `auth` of an endpoint's file may hold. */
export const AUTH: SchemaObject = {
  type: "object",
  description: "How the endpoint knows us.",
  required: ["scheme"],
  additionalProperties: false,
  properties: {
    scheme: {
      enum: Object.keys(SCHEMES),
      enumDescriptions: Object.values(SCHEMES),
      description: "How we prove who we are.",
    },
    secret: {
      ...SECRET,
      description:
        "Where the secret is, never the secret: a parameter in AWS Systems Manager, or a secret in AWS Secrets Manager. It holds user:password for basic, the token for bearer, the value for header, and the client's secret or private key (PEM, PKCS #8) for oauth2-client-credentials.",
      examples: ["ssm:/jupyter-lms/$stage/campus-lrs", "secretsmanager:jupyter-lms/$stage/campus-lrs"],
    },
    name: {
      type: "string",
      pattern: HEADER_NAME,
      "x-message": "must be the name of a header, such as Api-Key",
      description: "header: its name.",
      examples: ["Api-Key"],
    },
    tokenUrl: {
      type: "string",
      format: "https-url",
      description: "oauth2-client-credentials: where tokens are given.",
      examples: ["https://login.example.edu/oauth2/token"],
    },
    clientId: {
      ...TEXT,
      description: "oauth2-client-credentials: who we are to the server that gives tokens.",
    },
    method: {
      enum: Object.keys(METHODS),
      enumDescriptions: Object.values(METHODS),
      default: "client_secret_basic",
      description: "oauth2-client-credentials: how the client proves who it is.",
    },
    algorithm: {
      enum: ["RS256", "PS256", "ES256", "EdDSA"],
      default: "RS256",
      description: "private_key_jwt: what the key signs with.",
    },
    keyId: { ...TEXT, description: "private_key_jwt: the name under which the server knows the key." },
    scope: {
      ...TEXT,
      description: "oauth2-client-credentials: what the token is asked for.",
      examples: ["xapi:write"],
    },
    audience: { ...TEXT, description: "oauth2-client-credentials: a parameter that some servers want." },
  },
  allOf: Object.entries(KEYS).map(([scheme, [needed, more]]) => ({
    if: { required: ["scheme"], properties: { scheme: { const: scheme } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
    then: {
      required: needed,
      propertyNames: {
        enum: ["scheme", ...needed, ...more],
        "x-message": `has no place beside the scheme ${scheme}`,
      },
    },
  })),
};
