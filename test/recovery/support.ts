import assert from "node:assert/strict";
import { unpack } from "../../src/delivery/pack.ts";
import type { EventMessage } from "../../src/intake.ts";
import { takerAgain } from "../../src/recovery/again.ts";
import { type Recovered, type RecoverParts, recoverQuarantine } from "../../src/recovery/recover.ts";
import { surveyQuarantine } from "../../src/recovery/survey.ts";
import type { Site } from "../../src/site.ts";
import { contents, message, serverAction } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { ARRIVED, learnerToken, PSEUDONYM_KEY, serviceToken } from "../support/tokens.ts";
import { type Translating, type TranslatingOptions, translating } from "../support/translating.ts";

/** When events of these tests are recovered: three days after they arrived. */
export const RECOVERED = new Date(ARRIVED + 3 * 86_400_000);

/** What becomes of an event of quarantine by a site. */
export const takerBy = ({ schemas, settings }: Site) => takerAgain({ schemas, trust: settings.trust });

/** What is in quarantine, and what becomes of it by a site. */
export const surveyBy = (bucket: MemoryBucket, site: Site) => surveyQuarantine(bucket, takerBy(site));

/** A learner saved a file. */
export const by = async (username: string, path = "hw1.ipynb"): Promise<EventMessage> =>
  message(contents({ path }), { token: await learnerToken(username, { server: "lab", groups: ["all"] }) });

/** The hub started a learner's server. */
export const byHub = async (username: string): Promise<EventMessage> =>
  message(serverAction({ username }), { token: await serviceToken({ initiator: "admin" }) });

/** A site that does not know the schemas of some sources yet. */
export const withoutSchemas = (site: Site, ...sources: readonly string[]): Site => ({
  ...site,
  schemas: site.schemas.filter(({ source }) => !sources.includes(source)),
});

/** The same site under another policy. */
export const underPolicy = (site: Site, policy: Site["settings"]["consent"]["policy"]): Site => ({
  ...site,
  settings: { ...site.settings, consent: { policy, perEndpoint: false } },
});

/** What a translator makes of messages by a site as it was then. */
export const translatedBy = async (
  site: Site,
  messages: readonly EventMessage[],
  options: TranslatingOptions = {},
): Promise<Translating> => {
  const way = await translating({ ...options, site });
  await way.translate(messages);
  return way;
};

/** What a recovery sent, and what it came to. */
export interface Recovering {
  readonly parts: RecoverParts;
  readonly run: (changes?: Partial<RecoverParts>) => Promise<Recovered>;
  readonly bodies: ReadonlyMap<string, readonly string[]>;
}

/** Recovers what is in quarantine in a bucket, by a site as it is now. */
export const recovering = (
  bucket: RecoverParts["bucket"],
  site: Site,
  changes: Partial<RecoverParts> = {},
): Recovering => {
  const bodies = new Map<string, readonly string[]>();
  const parts: RecoverParts = {
    site,
    bucket,
    keys: { key: PSEUDONYM_KEY },
    choices: async () => new Map(),
    now: () => RECOVERED,
    send: async (endpoint, some) => {
      bodies.set(endpoint, [...(bodies.get(endpoint) ?? []), ...some]);
      return some.map(() => true);
    },
    ...changes,
  };
  return { parts, run: (more) => recoverQuarantine({ ...parts, ...more }), bodies };
};

/** The statements of messages, each once: the endpoint, their ids, and what they say. */
export const statementsIn = (bodies: ReadonlyMap<string, readonly string[]>): readonly string[] =>
  sortedOnce(
    [...bodies].flatMap(([endpoint, some]) =>
      some.flatMap((body) => unpack(body).statements.map((each) => JSON.stringify([endpoint, each]))),
    ),
  );

/** The same of a translator. */
export const statementsOf = ({ bodies }: Translating, site: Site): readonly string[] =>
  statementsIn(new Map(site.endpoints.map(({ name }) => [name, bodies(name)])));

/** The one record that is in quarantine. */
export const onlyIn = async (bucket: MemoryBucket): Promise<Readonly<Record<string, unknown>>> => {
  const [record, ...others] = await bucket.records("quarantine");
  assert.ok(record !== undefined && others.length === 0);
  return record;
};

/** The records of a part, each once. */
export const recordsIn = async (
  bucket: MemoryBucket,
  ...of: Parameters<MemoryBucket["records"]>
): Promise<readonly string[]> =>
  sortedOnce((await bucket.records(...of)).map((each) => JSON.stringify(each)));

const sortedOnce = (all: readonly string[]): readonly string[] => [...new Set(all)].sort();
