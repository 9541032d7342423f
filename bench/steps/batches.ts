import { createHash, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { hubKey, siteSecrets } from "../../local/keys.ts";
import type { Bucket } from "../../src/archive/layout.ts";
import type { AskChoices } from "../../src/consent/ask.ts";
import type { EventMessage } from "../../src/intake.ts";
import { LEARNER_CONTEXT } from "../../src/learner/sender.ts";
import type { Site } from "../../src/site.ts";
import { type SendToDelivery, type TranslateBatch, translator } from "../../src/translate.ts";

/** When all of them arrive. */
export const ARRIVED = Date.parse("2026-11-20T09:00:05.000Z");

/** Secrets that only these measurements have. */
const secrets = { secret: (name: string) => createHash("sha256").update(name).digest("hex") };

/** The values of the secrets that a site's translator.yml names, by their references. */
export const secretsOf = ({ settings }: Pick<Site, "settings">): Readonly<Record<string, string>> =>
  Object.fromEntries(siteSecrets(settings, secrets));

/** What a translation and what it puts away is made of, in bytes. */
export interface Weighed {
  /** Of objects, packed, by the archive's part. */
  readonly objects: Map<string, number>;
  /** The bodies for delivery queues that the last batch came to, by the endpoint. */
  readonly bodies: Map<string, string[]>;
}

/** Sees each object that is put. */
export type Look = (key: string, body: Uint8Array) => void;

/** A bucket that takes everything at once and keeps nothing but how large it was. */
export const scales = (objects: Map<string, number>, look: Look = () => {}): Bucket => ({
  put: async (key, body) => {
    look(key, body);
    const part = key.slice(0, key.indexOf("/"));
    objects.set(part, (objects.get(part) ?? 0) + body.byteLength);
  },
  get: async () => {
    throw new Error("Nothing is kept here.");
  },
  open: async () => undefined,
  list: async function* () {},
});

const NOT_ASKED: AskChoices = async () => new Map();

export interface Around {
  /** Sees what is put into the bucket. */
  readonly look?: Look;
  /** By default nobody has chosen anything, and nobody is asked. */
  readonly choices?: AskChoices;
  /** Whether queues keep what they are sent; what is kept has to be moved when memory is collected. */
  readonly keeps?: boolean;
}

/** The translate function's work for the first so many endpoints of a site, with a bucket and queues that cost nothing. */
export const translating = (
  site: Site,
  endpoints: number,
  { look, choices = NOT_ASKED, keeps = true }: Around = {},
): { readonly translate: TranslateBatch } & Weighed => {
  const [objects, bodies] = [new Map<string, number>(), new Map<string, string[]>()];
  const send: SendToDelivery = async (endpoint, some) => {
    if (keeps) bodies.set(endpoint, [...(bodies.get(endpoint) ?? []), ...some]);
    return some.map(() => true);
  };
  const run = translator({
    site: { ...site, endpoints: site.endpoints.slice(0, endpoints) },
    bucket: scales(objects, look),
    send,
    secrets: secretsOf(site),
    choices,
  });
  const translate: TranslateBatch = (messages, remaining) => {
    bodies.clear();
    return run(messages, remaining);
  };
  return { translate, objects, bodies };
};

/** What a learner's event is, by its place in the learner's message. */
export type EventAt = (learner: number, at: number) => unknown;

/** Messages of a batch, each of a learner of its own, with so many events that both shipped endpoints are told of. */
export const batchOf = async (
  site: Site,
  messages: number,
  perMessage: number,
  event: EventAt = eventAt,
): Promise<readonly EventMessage[]> =>
  Promise.all(
    Array.from({ length: messages }, async (_, learner) => ({
      id: randomUUID(),
      body: Array.from({ length: perMessage }, (_, at) => JSON.stringify(event(learner, at))).join("\n"),
      attributes: { [LEARNER_CONTEXT]: await tokenOf(site, learner) },
      arrived: ARRIVED,
    })),
  );

/** Learners open and save notebooks, and run cells of them. */
const eventAt = (learner: number, at: number) => {
  const time = new Date(ARRIVED - 60_000 + ((at * 577 + learner) % 60_000)).toISOString();
  const path = `stat101/exercises/week-${at % 14}/learner-${learner}-${at}.ipynb`;
  return {
    __timestamp__: time.replace("Z", "001+00:00Z"),
    __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
    __schema_version__: "1",
    __metadata_version__: 1,
    action: at % 4 === 3 ? "copy" : "save",
    path,
    ...(at % 4 === 3 && { source_path: `${path}.bak` }),
  };
};

const tokens = new Map<number, Promise<string>>();

const tokenOf = (site: Site, learner: number): Promise<string> => {
  const known = tokens.get(learner) ?? sign(site, learner);
  tokens.set(learner, known);
  return known;
};

const sign = (site: Site, learner: number): Promise<string> => {
  const { algorithm, id, key } = hubKey(site.settings.trust, secrets);
  return new SignJWT({
    role: "learner",
    course: { id: "stat101", label: "STAT 101", title: "Introduction to statistics" },
    membership_roles: ["Learner"],
  })
    .setProtectedHeader({ alg: algorithm, ...(id !== undefined && { kid: id }) })
    .setAudience("jupyter-lms-translator")
    .setSubject(`learner-${learner}`)
    .setExpirationTime(ARRIVED / 1000 + 43_200)
    .sign(key);
};
