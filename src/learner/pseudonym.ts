import { createHmac, createSecretKey } from "node:crypto";

/** Another name for a name. */
export type Pseudonym = (name: string) => string;

/** Learners remembered per endpoint and instance of the function. */
const REMEMBERED = 50_000;

/** What names people and statements to one endpoint, each with a key of its own that only this endpoint's have. */
export interface EndpointSecrets {
  /** For learners, by their user names. */
  readonly learner: Pseudonym;
  /** For sessions, by the ids of their tokens. */
  readonly session: Pseudonym;
  /**
   * For texts in events, and none for what is no text: not the learner's of that name, or whoever writes events could ask
   * for anybody's.
   */
  readonly text: (name: unknown) => string | undefined;
  /** The name space of its statements' ids: 16 bytes. */
  readonly statements: Buffer;
}

/**
 * Derives an endpoint's secrets from the site's key, by HMAC-SHA256: two stores cannot be joined, and a name cannot be
 * guessed without the key.
 */
export const endpointSecrets = (key: string, endpoint: string): EndpointSecrets => {
  const derive = (use: string): Buffer => createHmac("sha256", key).update(`${use}:${endpoint}`).digest();
  const text = pseudonyms(derive("text"));
  return {
    learner: pseudonyms(derive("endpoint")),
    session: pseudonyms(derive("session")),
    text: (name) => (typeof name === "string" ? text(name) : undefined),
    statements: derive("statement").subarray(0, 16),
  };
};

/** Pseudonyms under a key: 32 hexadecimal digits (128 bits). */
const pseudonyms = (bytes: Buffer): Pseudonym => {
  // With a key of this kind, Node needs a sixth of the time for each.
  const key = createSecretKey(bytes);
  const remembered = new Map<string, string>();
  return (name) => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const made = createHmac("sha256", key).update(name).digest("hex").slice(0, 32);
    // A longer text is hardly ever said twice, and would fill the memory.
    if (name.length > LONGEST) return made;
    if (remembered.size >= REMEMBERED) remembered.clear();
    // As a text of its own: a piece of a long one would keep all of that.
    remembered.set(Buffer.from(name, "utf16le").toString("utf16le"), made);
    return made;
  };
};

/** Of so many characters most names, and the pieces of most paths, are. */
const LONGEST = 256;
