import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import type { EventMessage } from "../../../src/intake.ts";
import type { Site } from "../../../src/site.ts";
import { temporaryFolder } from "../../service/support.ts";
import { copySite, siteIn } from "../../support/site.ts";
import { translating } from "../../support/translating.ts";
import { endpointFile } from "../support/whole.ts";

/** How many messages a function gets at once. */
const BATCH = 10;

/** What comes of messages that are translated, a few at a time; each event, statement and Caliper event once, by its id. */
export interface Told {
  readonly archived: readonly JsonObject[];
  readonly statements: readonly JsonObject[];
  readonly caliper: readonly JsonObject[];
}

/** Translates messages as the function would; fails where any of their events is not the learner's, or not accepted. */
export const toldOf = async (messages: readonly EventMessage[], username: string): Promise<Told> => {
  const { translate, bucket, statements } = await translating({ site: await openSite() });
  for (let at = 0; at < messages.length; at += BATCH) {
    const { settled } = await translate(messages.slice(at, at + BATCH));
    assert.ok(settled.every((error) => error === undefined));
  }
  assert.deepEqual(await bucket.records("quarantine"), []);
  const raw = await bucket.records("raw");
  for (const { learner } of raw) assert.equal(Object(learner).username, username);
  const bodies = (endpoint: string): readonly JsonObject[] =>
    once(statements(endpoint).map(({ text }) => parsed(text)));
  return {
    archived: once(raw).map(({ event }) => Object(event)),
    statements: bodies("campus-lrs"),
    caliper: bodies("campus-caliper"),
  };
};

/** The shipped site, but that its endpoints are told the names of files. */
const openSite = async (): Promise<Site> => {
  const folder = await temporaryFolder();
  await copySite(folder);
  for (const [endpoint, protocol] of [
    ["campus-lrs", "xapi"],
    ["campus-caliper", "caliper"],
  ] as const)
    await writeFile(
      join(folder, "endpoints", `${endpoint}.yml`),
      endpointFile(protocol, ["jupyter-server/contents:*"]),
    );
  return siteIn(folder);
};

/** What has the same id must be the same. */
const once = <Of extends Readonly<Record<string, unknown>>>(all: readonly Of[]): readonly Of[] => {
  const byId = new Map<unknown, Of>();
  for (const each of all) {
    const former = byId.get(each.id);
    if (former === undefined) byId.set(each.id, each);
    else assert.deepEqual(said(each), said(former));
  }
  return [...byId.values()];
};

/** What is archived again has arrived at another time. */
const said = ({ arrived: _, ...rest }: Readonly<Record<string, unknown>>): object => rest;

const parsed = (text: string): JsonObject => {
  const value: unknown = JSON.parse(text);
  assert.ok(isObject(value));
  return value;
};

/** What the two standards call what Jupyter Server calls a save and a rename. */
const WORDS: Readonly<Record<string, readonly [verb: string, action: string]>> = {
  save: ["http://activitystrea.ms/schema/1.0/save", "Saved"],
  rename: ["http://activitystrea.ms/schema/1.0/update", "Modified"],
};

/** When which file was saved or renamed, in words that an event and what is told of it share: in order. */
export const actsIn = {
  events: (events: readonly JsonObject[], standard: "xapi" | "caliper"): readonly string[] =>
    events
      .flatMap(({ __timestamp__: time, action, path }) => {
        const words = WORDS[String(action)]?.[standard === "xapi" ? 0 : 1];
        return words === undefined
          ? []
          : [`${String(time).slice(0, 23)}Z ${words} ${String(path).split("/").at(-1)}`];
      })
      .sort(),
  statements: (statements: readonly JsonObject[]): readonly string[] =>
    statements
      .map(Object)
      .filter(({ verb }) => Object.values(WORDS).some(([known]) => known === verb.id))
      .map(({ timestamp, verb, object }) => `${timestamp} ${verb.id} ${object.definition.name.en}`)
      .sort(),
  caliper: (events: readonly JsonObject[]): readonly string[] =>
    events
      .map(Object)
      .filter(({ action }) => Object.values(WORDS).some(([, known]) => known === action))
      .map(({ eventTime, action, object }) => `${eventTime} ${action} ${object.name}`)
      .sort(),
};
