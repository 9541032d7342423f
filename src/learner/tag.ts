import { createHmac, createSecretKey } from "node:crypto";

/** By which the archive knows whose a record is: 16 hexadecimal digits, which tell nothing without the site's key. */
export type LearnerTag = (username: string) => string;

/** Learners remembered per instance of the function. */
const REMEMBERED = 50_000;

/**
 * Derives the archive's own names for learners from the site's key, by HMAC-SHA256. They are neither those that any
 * endpoint knows, nor those under which choices are kept.
 */
export const learnerTags = (key: string): LearnerTag => keyedNames(key, "archive", 16);

/** Names under a key, for one use: so many hexadecimal digits. */
export const keyedNames = (key: string, use: string, digits: number): ((name: string) => string) => {
  // With a key of this kind, Node needs a sixth of the time for each.
  const own = createSecretKey(createHmac("sha256", key).update(use).digest());
  const remembered = new Map<string, string>();
  return (name) => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const made = createHmac("sha256", own).update(name).digest("hex").slice(0, digits);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(name, made);
    return made;
  };
};
