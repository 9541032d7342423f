import { SignJWT } from "jose";
import { secretReferences } from "../../src/secret-references.ts";
import type { Settings } from "../../src/settings.ts";

/** A key of the size that learner contexts need. */
export const KEY = "a-key-for-tests-of-more-than-32-bytes";

/** When the messages of these tests arrive: after the samples were made. */
export const ARRIVED = Date.parse("2026-12-01T12:00:00.000Z");

/** The key that pseudonyms are made from. */
export const PSEUDONYM_KEY = "a-key-of-pseudonyms-of-more-than-32-bytes";

/** Where the shipped site's file says that this key is. */
export const KEY_AT = "ssm:/jupyter-lms/$stage/learner-context";

/** The secrets that a site names, by their references: this key, and those of pseudonyms. */
export const secretsFor = (settings: Settings): Readonly<Record<string, string>> => {
  const { key, former } = settings.pseudonyms;
  return {
    ...Object.fromEntries(secretReferences(settings).map((reference) => [reference, KEY])),
    [key]: PSEUDONYM_KEY,
    ...(former !== undefined && { [former.key]: "a-former-key" }),
  };
};

/** The one key of a site that has no other. */
export const ONLY_KEY = { keys: [{ algorithm: "HS256" as const, value: KEY }] };

export interface TokenOptions {
  readonly key?: string;
  readonly alg?: string;
  /** Seconds from ARRIVED. */
  readonly expires?: number;
  readonly notBefore?: number;
}

/** Signs claims as they are, with an expiry an hour after ARRIVED unless `expires` says otherwise. */
export const signClaims = (
  claims: Readonly<Record<string, unknown>>,
  { key = KEY, alg = "HS256", expires = 3600, notBefore }: TokenOptions = {},
): Promise<string> => {
  const at = ARRIVED / 1000;
  const token = new SignJWT({ exp: at + expires, ...claims }).setProtectedHeader({ alg });
  if (notBefore !== undefined) token.setNotBefore(at + notBefore);
  return token.sign(new TextEncoder().encode(key));
};

/** The learner context of a learner in a course that both shipped endpoints take. */
export const learnerToken = (
  username: string,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> => signClaims({ sub: username, role: "learner", course: { id: "stat101" }, ...claims });

/** The learner context of the hub itself. */
export const serviceToken = (claims: Readonly<Record<string, unknown>> = {}): Promise<string> =>
  signClaims({ sub: "jupyterhub", role: "service", course: { id: "stat101" }, ...claims });
