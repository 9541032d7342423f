import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before } from "node:test";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";

export type Json = Readonly<Record<string, unknown>>;

export const V1P1 = "http://purl.imsglobal.org/ctx/caliper/v1p1";
export const V1P2 = "http://purl.imsglobal.org/ctx/caliper/v1p2";

export const event = (changes: Json = {}): Json => ({
  "@context": V1P2,
  id: `urn:uuid:${randomUUID()}`,
  type: "ViewEvent",
  profile: "ReadingProfile",
  actor: { id: "https://hub.example.edu/users/1", type: "Person" },
  action: "Viewed",
  object: { id: "https://hub.example.edu/files/a.ipynb", type: "Document" },
  eventTime: "2026-01-15T10:15:00.000Z",
  ...changes,
});

export const envelope = (data: readonly unknown[], changes: Json = {}): Json => ({
  sensor: "https://hub.example.edu/sensor",
  sendTime: "2026-01-15T10:15:01.000Z",
  dataVersion: V1P2,
  data,
  ...changes,
});

export const statement = (changes: Json = {}): Json => ({
  id: randomUUID(),
  actor: { account: { homePage: "https://hub.example.edu", name: "pseudonym-1" } },
  verb: { id: "http://activitystrea.ms/save", display: { en: "saved" } },
  object: { id: "https://hub.example.edu/files/a.ipynb", definition: { name: { "en-GB": "a.ipynb" } } },
  timestamp: "2026-01-15T10:15:00.000Z",
  ...changes,
});

export const without = (object: Json, key: string): Json =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

export const caliperHeaders = { Authorization: "Bearer secret", "Content-Type": "application/json" };
export const xapiHeaders = {
  Authorization: "Basic dXNlcjpwYXNz",
  "Content-Type": "application/json",
  "X-Experience-API-Version": "1.0.3",
};
export const jsonHeaders = { "Content-Type": "application/json" };
export const v2Headers = { ...xapiHeaders, "X-Experience-API-Version": "2.0.0" };

const bodyFrom = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The sandbox of the test file, which no other file shares. */
export let sandbox: Sandbox;
let count = 0;
/** A store that no other test uses. */
export const fresh = (): string => {
  count += 1;
  return `store-${count}`;
};

export const sendCaliper = (store: string, body: unknown, headers: Record<string, string> = caliperHeaders) =>
  fetch(`${sandbox.url}/caliper/${store}`, { method: "POST", headers, body: bodyFrom(body) });

export const sendXapi = (store: string, body: unknown, headers: Record<string, string> = xapiHeaders) =>
  fetch(`${sandbox.url}/xapi/${store}/statements`, { method: "POST", headers, body: bodyFrom(body) });

export const sendJson = (store: string, body: unknown, headers: Record<string, string> = jsonHeaders) =>
  fetch(`${sandbox.url}/json/${store}`, { method: "POST", headers, body: bodyFrom(body) });

export const putXapi = (store: string, id: string, body: unknown) =>
  fetch(`${sandbox.url}/xapi/${store}/statements?statementId=${id}`, {
    method: "PUT",
    headers: xapiHeaders,
    body: bodyFrom(body),
  });

export const getXapi = (store: string, query = "") =>
  fetch(`${sandbox.url}/xapi/${store}/statements${query}`, { headers: xapiHeaders });

export const setBehaviour = (store: string, body: unknown) =>
  fetch(`${sandbox.url}/sandbox/${store}/behaviour`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: bodyFrom(body),
  });

/** What a client sees: a status, or that the connection went. */
export const seen = async (answer: Promise<Response>): Promise<number | "gone"> => {
  try {
    const response = await answer;
    await response.text();
    return response.status;
  } catch {
    return "gone";
  }
};

/** What a client sees that sends this many statements, one after the other. */
export const outcomes = async (store: string, times: number): Promise<readonly (number | "gone")[]> => {
  const all: (number | "gone")[] = [];
  for (let turn = 0; turn < times; turn += 1) all.push(await seen(sendXapi(store, statement())));
  return all;
};

/** A refusal says one plain sentence and where. */
export const assertRefused = async (response: Response, status: number, at?: string): Promise<void> => {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const body = JSON.parse(text) as Json;
  assert.match(String(body.error), /\.$/);
  if (at === undefined) assert.equal(typeof body.at, "string");
  else assert.equal(body.at, at);
};

before(async () => {
  const keyed = { header: "X-Api-Key", value: "key-1" };
  sandbox = await startSandbox({ credentials: { guarded: "Bearer right", rawkey: "abc-123", keyed } });
});
after(() => sandbox.stop());
