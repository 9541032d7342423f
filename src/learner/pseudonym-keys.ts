import type { SchemaObject } from "ajv";
import { DURATION, milliseconds } from "../document/quantity.ts";
import { SECRET } from "../endpoint/secret.ts";

/** Where the key is that pseudonyms are made from, and the one before it. */
export interface PseudonymSecrets {
  readonly key: string;
  readonly former?: FormerKey;
}

/** A key whose place another one took. */
export interface FormerKey {
  readonly key: string;
  /** When: what arrived before is told under the former key for ever. Milliseconds since 1970. */
  readonly since: number;
  /** For so long since then, in milliseconds, both names are told. */
  readonly overlap: number;
}

/** The values of these secrets. */
export interface PseudonymKeys {
  readonly key: string;
  readonly former?: FormerKey;
}

/** As translator.yml has it. */
export type WrittenPseudonyms =
  | string
  | { readonly key: string; readonly former: string; readonly since: string; readonly overlap?: string };

const OVERLAP = "90d";

export const readPseudonyms = (written: WrittenPseudonyms): PseudonymSecrets => {
  if (typeof written === "string") return { key: written };
  const { key, former, since, overlap = OVERLAP } = written;
  return { key, former: { key: former, since: Date.parse(since), overlap: milliseconds(overlap) } };
};

/** The least size of a key, in bytes: whoever guesses it knows whose a pseudonym is, and signs in as anybody. */
const KEY_SIZE = 32;

/**
 * The keys, given the secrets' values. Throws where one of them is not there, or the current one is so short that it can
 * be guessed. The former one may be: a longer key could not take its place otherwise.
 */
export const pseudonymKeys = (
  { key, former }: PseudonymSecrets,
  secretAt: (reference: string) => string,
): PseudonymKeys => ({
  key: longEnough(secretAt(key)),
  ...(former !== undefined && { former: { ...former, key: secretAt(former.key) } }),
});

const longEnough = (key: string): string => {
  if (new TextEncoder().encode(key.trim()).length >= KEY_SIZE) return key;
  throw new Error(
    `The key of the pseudonyms is shorter than ${KEY_SIZE} bytes. Make one: openssl rand -base64 48`,
  );
};

/** The current key, and after it the former one: under which of them something is kept, nobody can tell from outside. */
export const allKeys = ({ key, former }: PseudonymKeys): readonly [string, ...string[]] => [
  key,
  ...(former === undefined ? [] : [former.key]),
];

export const PSEUDONYMS_SHAPE: SchemaObject = {
  description:
    "Where the key is that pseudonyms are made from. With another key, every learner becomes somebody new: so a new one says which it follows.",
  "x-message":
    "must name a secret, such as ssm:/path; or hold key, former and since: the new one, the one before it, and the first day of the new one",
  anyOf: [
    { ...SECRET, examples: ["ssm:/jupyter-lms/$stage/pseudonyms"] },
    {
      type: "object",
      required: ["key", "former", "since"],
      additionalProperties: false,
      properties: {
        key: { ...SECRET, description: "The new key." },
        former: {
          ...SECRET,
          description: "The key before it; keep it for as long as the archive keeps anything from then.",
        },
        since: {
          type: "string",
          pattern: "^\\d{4}-\\d{2}-\\d{2}$",
          "x-message": "must be a day such as 2027-01-15",
          description: "The first day (UTC) of the new key.",
        },
        overlap: {
          ...DURATION,
          default: OVERLAP,
          description: "For how long since then endpoints are told the former pseudonym as well.",
        },
      },
    },
  ],
};
