import assert from "node:assert/strict";
import { readAlarmPolicy } from "../../src/alarms/policy.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { type LearnersPage, learnersPage } from "../../src/learners-page.ts";
import type { Collected } from "../../src/page/collected.ts";
import type { PageResponse } from "../../src/page/request.ts";
import type { Settings } from "../../src/settings.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { ARRIVED, KEY, learnerToken } from "../support/tokens.ts";

export const SITE_KEY = "a-key-of-the-site-for-tests-of-pages";
const [HUB_KEY, PSEUDONYMS] = ["ssm:/test/hub", "ssm:/test/pseudonyms"];

export const settingsWith = (consent: Partial<Settings["consent"]> = {}): Settings => ({
  hub: { id: "https://hub.example.edu", name: "Test Hub" },
  institution: "https://www.example.edu",
  trust: { trust: "signed", keys: [{ algorithm: "HS256", secret: HUB_KEY }] },
  pseudonyms: { key: PSEUDONYMS },
  courses: [],
  consent: { policy: "opt-out", perEndpoint: true, ...consent },
  ingest: { https: false, origins: [], accounts: [] },
  retention: { raw: 400, quarantine: 14, failed: 90, receipts: 400, ledger: 400 },
  queries: { scanLimit: 10 * 1024 ** 3 },
  alarms: readAlarmPolicy(),
});

const endpoint = {
  protocol: "xapi",
  learners: "pseudonym",
  personalData: "pseudonymise",
  conditional: false,
} as const;

export const COLLECTED: Collected = {
  endpoints: [
    { ...endpoint, name: "store", title: "Campus store" },
    { ...endpoint, name: "hall", title: "Lecture <hall>", learners: "username" },
  ],
  events: [
    {
      name: "jupyter/file",
      title: "A learner saves a file",
      anonymous: false,
      fields: [
        { name: "path", meaning: "Where it is.", neverStored: "no", told: ["store"], names: [] },
        { name: "user", meaning: "Who it was.", neverStored: "no", told: [], names: ["store"] },
        { name: "size", meaning: "How large it is.", neverStored: "no", told: [], names: [] },
        { name: "text", neverStored: "whole", told: [], names: [] },
      ],
      told: ["store"],
    },
  ],
};

export interface PageOptions {
  readonly consent?: Partial<Settings["consent"]>;
  readonly bucket?: MemoryBucket;
  readonly now?: () => number;
}

/** The page over a bucket in memory. */
export const pageWith = ({
  consent = {},
  bucket = memoryBucket(),
  now = () => ARRIVED,
}: PageOptions = {}) => ({
  bucket,
  page: learnersPage({
    settings: settingsWith(consent),
    collected: COLLECTED,
    bucket,
    secrets: { [HUB_KEY]: KEY, [PSEUDONYMS]: SITE_KEY },
    hub: "https://hub.example.edu",
    now,
  }),
});

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
}

export const ask = (page: LearnersPage, address: string, asking: Asking = {}): Promise<PageResponse> => {
  const { pathname, searchParams } = new URL(address, "https://page.example.edu");
  const { method = "GET", headers = {}, cookies = [], body = "" } = asking;
  return page({
    method,
    path: pathname,
    query: searchParams,
    headers: { host: "page.example.edu", ...headers },
    cookies,
    body: new TextEncoder().encode(body),
  });
};

const FORM = { "content-type": "application/x-www-form-urlencoded" };

export const postForm = (
  page: LearnersPage,
  path: string,
  fields: Readonly<Record<string, string>>,
  { headers = {}, ...others }: Asking = {},
): Promise<PageResponse> =>
  ask(page, path, {
    method: "POST",
    headers: { ...FORM, ...headers },
    body: new URLSearchParams(fields).toString(),
    ...others,
  });

/** A browser in small: it keeps cookies, and sends the forms that it was shown. */
export interface Visitor {
  see(address: string): Promise<PageResponse>;
  /** Sends the form of the button with these words on the page that was seen last. */
  press(words: string): Promise<PageResponse>;
  readonly cookies: readonly string[];
}

/** A learner who has come in through the hub. */
export const signIn = async (page: LearnersPage, username: string): Promise<Visitor> => {
  const cookies = new Map<string, string>();
  let seen = "";
  const keep = (response: PageResponse): PageResponse => {
    for (const cookie of response.cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/Max-Age=0/.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    if (response.headers["content-type"]?.startsWith("text/html")) seen = response.body;
    return response;
  };
  const jar = () => [...cookies].map(([name, value]) => `${name}=${value}`);
  const visitor: Visitor = {
    get cookies() {
      return jar();
    },
    see: async (address) => keep(await ask(page, address, { cookies: jar() })),
    press: async (words) => {
      const form = [...seen.matchAll(/<form[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/gs)].find(
        ([, , inner = ""]) => inner.includes(words),
      );
      assert.ok(form, `There is no button "${words}".`);
      const [, action = "", inner = ""] = form;
      const fields = [...inner.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name = "", value = ""]) => [name, value],
      );
      return keep(await postForm(page, action, Object.fromEntries(fields), { cookies: jar() }));
    },
  };
  const response = keep(await postForm(page, "/sign-in", { token: await learnerToken(username) }));
  assert.deepEqual([response.status, response.headers.location], [303, "/"]);
  await visitor.see("/");
  return visitor;
};

/** What a page says, without its markup. */
export const wordsOf = (body: string): string =>
  body
    .replace(/<style>.*?<\/style>/gs, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

export const tagOf = learnerTags(SITE_KEY);

/** An archived event, as translate writes it. */
export const raw = (id: string, username: string, title = "", hour = "09") => ({
  id,
  learner: tagOf(username),
  partition: `dt=2026-11-20/hour=${hour}`,
  text: JSON.stringify({ id, learner: { username, tag: tagOf(username) }, event: { title } }),
});

/** The ids of the records in a file of somebody's data. */
export const idsIn = (body: string): readonly string[] =>
  body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).record.id);
