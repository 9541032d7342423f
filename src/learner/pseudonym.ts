import { createHmac } from "node:crypto";

/** The name under which an endpoint knows a learner. */
export type Pseudonym = (username: string) => string;

/** Learners remembered per endpoint and instance of the function. */
const REMEMBERED = 50_000;

/**
 * Pseudonyms for one endpoint: HMAC-SHA256 of the user name, with a key that is derived for the endpoint, so that
 * two stores cannot be joined and a name cannot be guessed without the key. 32 hexadecimal digits (128 bits).
 */
export const pseudonyms = (key: string, endpoint: string): Pseudonym => {
  const endpointKey = createHmac("sha256", key).update(`endpoint:${endpoint}`).digest();
  const remembered = new Map<string, string>();
  return (username) => {
    const known = remembered.get(username);
    if (known !== undefined) return known;
    const made = createHmac("sha256", endpointKey).update(username).digest("hex").slice(0, 32);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(username, made);
    return made;
  };
};
