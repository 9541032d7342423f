import type { EditableBucket } from "./archive/layout.ts";
import { choiceStore } from "./consent/store.ts";
import { erasureName, REQUESTED } from "./erasure/job.ts";
import { allKeys, pseudonymKeys } from "./learner/pseudonym-keys.ts";
import { learnerTags } from "./learner/tag.ts";
import type { Trust } from "./learner/trust.ts";
import { tokenVerifier, type VerificationKeys } from "./learner/verify.ts";
import type { Collected } from "./page/collected.ts";
import { learnersData } from "./page/data.ts";
import type { PageRequest, PageResponse } from "./page/request.ts";
import { respond } from "./page/respond.ts";
import { archiveSearch } from "./page/search.ts";
import { sessionsWith } from "./page/session.ts";
import type { Settings } from "./settings.ts";

export interface LearnersPageOptions {
  readonly settings: Settings;
  readonly collected: Collected;
  readonly bucket: EditableBucket;
  /** The values of the secrets that the settings name, by their references. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Where the hub is. */
  readonly hub: string;
  readonly now?: () => number;
}

/** Answers a request to the page; see `page/respond.ts`. */
export type LearnersPage = (request: PageRequest) => Promise<PageResponse>;

/**
 * The learner's own page and API: what is collected, where it goes, their choice, their data, their wish to be erased.
 * Throws where a secret is missing or no key.
 */
export const learnersPage = (options: LearnersPageOptions): LearnersPage => {
  const { settings, collected, bucket, secrets, hub, now = Date.now } = options;
  const secretOf = (reference: string): string => {
    const value = Object.hasOwn(secrets, reference) ? secrets[reference] : undefined;
    if (value === undefined) throw new Error(`A secret is missing. Look at ${reference}.`);
    return value;
  };
  const keys = allKeys(pseudonymKeys(settings.pseudonyms, secretOf));
  const [siteKey] = keys;
  const tagsOf = keys.map(learnerTags);
  const service = {
    settings,
    collected,
    hubPage: `${hub}/hub/lms`,
    verify: tokenVerifier(verificationKeys(settings.trust, secretOf)),
    sessions: sessionsWith(siteKey),
    choices: choiceStore(bucket, keys),
    data: learnersData(
      archiveSearch(bucket, (username) => tagsOf.map((tagOf) => tagOf(username))),
      siteKey,
    ),
    requestErasure: (username: string, at: Date) =>
      bucket.put(
        `${REQUESTED}${erasureName(siteKey, username)}.json`,
        new TextEncoder().encode(JSON.stringify({ username, at: at.toISOString() })),
      ),
    now,
  };
  return (request) => respond(service, request);
};

/** Only what the hub has signed says who a learner is. */
const verificationKeys = (trust: Trust, secretOf: (reference: string) => string): VerificationKeys =>
  trust.trust === "attributes"
    ? { keys: [] }
    : {
        keys: trust.keys.map(({ id, algorithm, secret }) => ({
          ...(id !== undefined && { id }),
          algorithm,
          value: secretOf(secret),
        })),
        jwks: trust.jwks,
      };
