import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { project } from "../../build/bundle.ts";
import { localHub } from "../../local/hub.ts";
import { type Bucket, prefixOf } from "../../src/archive/layout.ts";
import { readLines } from "../../src/archive/lines.ts";
import type { FailedRecord } from "../../src/archive/records.ts";
import type { Statement } from "../../src/delivery/pack.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { parseJson } from "../../src/event/json.ts";
import type { EventMessage } from "../../src/intake.ts";
import { isLater } from "../../src/ledger/failures.ts";
import { type RetellParts, retell } from "../../src/retell/retell.ts";
import type { Retold, Sent, Unsent } from "../../src/retell/retold.ts";
import type { Site } from "../../src/site.ts";
import { message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { siteWith } from "../support/site.ts";
import { ARRIVED, KEY, PSEUDONYM_KEY, signClaims } from "../support/tokens.ts";

/** The key of the pseudonyms, as `translating` has it. */
export const PSEUDONYMS = PSEUDONYM_KEY;

/** When the failures of these tests were set aside: an hour after their events arrived. */
export const SET_ASIDE = new Date(ARRIVED + 3_600_000).toISOString();

/** What a token of a learner's session and launch says besides. */
const OF_SESSION = {
  jti: "a-session",
  iat: ARRIVED / 1000 - 60,
  federated_session: "https://lms.example.edu/sessions/1",
  resource: { id: "link-1", title: "Week 1" },
};

/** The shipped events, a message each, signed as the local hub does, or as it would in a session of the LMS. */
export const exampleMessages = async (site: Site): Promise<readonly EventMessage[]> => {
  const read = eventReader(site.schemas);
  const hub = localHub({ algorithm: "HS256", key: new TextEncoder().encode(KEY) });
  const messages: EventMessage[] = [];
  for (const line of readFileSync(join(project, "examples/events.ndjson"), "utf8").trim().split("\n")) {
    const json = parseJson(line);
    const value = "value" in json ? json.value : undefined;
    const nobody = value !== undefined && read(value, ARRIVED).schema?.anonymous === true;
    const { exp: _, ...claims } = decodeJwt((await hub.sign(value, nobody)).token);
    messages.push(await message(line, { token: await signClaims({ ...claims, ...OF_SESSION }) }));
  }
  return messages;
};

/** How the endpoint refused a statement, as the second function keeps it. */
export const refused = (
  { id, event, translation, mapping, text, learner, to }: Statement,
  endpoint: string,
  changes: Partial<FailedRecord> = {},
): FailedRecord => ({
  id,
  event,
  endpoint,
  at: SET_ASIDE,
  mapping: translation.slice(0, translation.lastIndexOf(":")),
  mappingHash: mapping,
  translation,
  class: "split",
  reason: "endpoint.refused",
  detail: "The endpoint answered 400.",
  status: 400,
  answer: "",
  since: new Date(ARRIVED + 1000).toISOString(),
  tries: 1,
  ...(learner !== undefined && { learner }),
  ...(to !== undefined && { to }),
  statement: JSON.parse(text),
  ...changes,
});

/** How it refused one because it has another under this id. */
export const conflicting = (statement: Statement, endpoint: string): FailedRecord =>
  refused(statement, endpoint, { status: 409, reason: "endpoint.conflict" });

export const endpointOf = (site: Site, name: string): Endpoint => {
  const found = site.endpoints.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no endpoint ${name}.`);
  return found;
};

/** Everything that comes of failures. */
export const retold = (
  failures: readonly FailedRecord[],
  site: Site,
  endpoint: string,
  bucket: Bucket,
  changes: Partial<RetellParts> = {},
): Promise<readonly Retold[]> =>
  collect(
    retell(failures, {
      site,
      endpoint: endpointOf(site, endpoint),
      keys: { key: PSEUDONYMS },
      choices: async () => new Map(),
      bucket,
      mode: "now",
      ...changes,
    }),
  );

export const collect = async <T>(all: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const each of all) found.push(each);
  return found;
};

export const sentOf = (all: readonly Retold[]): readonly Sent[] => all.filter((each) => each.end === "sent");

export const unsentOf = (all: readonly Retold[]): readonly Unsent[] =>
  all.filter((each) => each.end === "unsent");

export const byId = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** What is under `failed/`. */
export const failuresIn = async (bucket: Bucket, endpoint: string): Promise<readonly FailedRecord[]> => [
  ...(await lastOfEach(bucket, endpoint)).values(),
];

const lastOfEach = async (bucket: Bucket, endpoint: string): Promise<ReadonlyMap<string, FailedRecord>> => {
  const last = new Map<string, FailedRecord>();
  for await (const line of readLines(bucket, prefixOf("failed", endpoint))) {
    const record = line as FailedRecord;
    if (isLater(record, last.get(record.id))) last.set(record.id, record);
  }
  return last;
};

/** What an endpoint accepted, but for what it said. */
export const deliveredIn = async (bucket: MemoryBucket, endpoint: string): Promise<readonly Statement[]> =>
  (await bucket.records("receipts", endpoint)).map(({ id, event, translation, mappingHash }) => ({
    id: String(id),
    event: String(event),
    translation: String(translation),
    mapping: String(mappingHash),
    text: JSON.stringify({ id }),
  }));

/** The one that there is. */
export const only = <T>(all: readonly T[]): T => {
  const [first, ...others] = all;
  assert.ok(first !== undefined && others.length === 0, `there are ${all.length}`);
  return first;
};

const CONTENTS_MAPPING = "mappings/jupyter-server/contents/mapping.yml";

/** The shipped site with another mapping of files. */
export const contentsSite = (change: (text: string) => string): Promise<Site> => {
  const text = readFileSync(join(project, CONTENTS_MAPPING), "utf8");
  const changed = change(text);
  if (changed === text) throw new Error("This changes nothing of the mapping.");
  return siteWith({ [CONTENTS_MAPPING]: changed });
};
