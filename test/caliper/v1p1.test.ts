import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCaliper, checkEnvelope, checkEvent } from "../../src/caliper/check.ts";
import { eventTypeOf } from "../../src/caliper/check-event.ts";
import { isObject } from "../../src/caliper/problems.ts";
import { CONTEXT_V1P1, extensionContext, extensionsWith, lacking } from "../../src/caliper/v1p1.ts";
import { absent, envelopeOf, exampleEvents, good, type Json, type Seed } from "./seeds.ts";

const LACKING = new Set([
  ...lacking.event,
  ...Object.values(lacking.entities).flatMap((keys) => [...keys]),
  "@context",
]);

/** The extensions of which one must be named, for each word of a value that 1.1's core does not know. */
const needs = (value: unknown): readonly (readonly string[])[] => {
  if (Array.isArray(value)) return value.flatMap(needs);
  if (!isObject(value)) return [];
  const words = [value.type, value.action].filter((word) => typeof word === "string");
  return [
    ...words.map(extensionsWith).filter((each) => each.length > 0),
    ...Object.entries(value).flatMap(([key, each]) => (key === "extensions" ? [] : needs(each))),
  ];
};

const withoutNewer = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNewer);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (LACKING.has(key) ? [] : [[key, withoutNewer(each)]])),
  );
};

const rewritten = (value: Json): Json => {
  const older = withoutNewer(value);
  const named = [...new Set(needs(value).map(([first = ""]) => extensionContext(first)))];
  const context = named.length === 0 ? CONTEXT_V1P1 : [...named, CONTEXT_V1P1];
  return { "@context": context, ...(isObject(older) ? older : {}) };
};

test("the examples' events, rewritten to 1.1, pass alone and in an envelope", () => {
  const events = exampleEvents().map(({ value }) => rewritten(value));
  for (const event of events) assert.deepEqual(checkEvent(event, "1.1"), []);
  const envelope = { ...envelopeOf(...events), dataVersion: CONTEXT_V1P1 };
  assert.deepEqual(checkEnvelope(envelope, "1.1"), []);
});

const olderEvents = (): readonly Seed[] =>
  good().filter(
    ({ value }) => eventTypeOf(value.type) !== undefined && typeof value["@context"] === "string",
  );

test("the fixtures' events, rewritten to 1.1, pass", { skip: absent }, () => {
  assert.ok(olderEvents().length > 40);
  for (const { name, value } of olderEvents())
    assert.deepEqual(checkEvent(rewritten(value), "1.1"), [], name);
});

test("a 1.2 event is no 1.1 event, and the reverse", () => {
  for (const { name, value } of exampleEvents()) {
    const rules = checkEvent(value, "1.1").map(({ pointer, rule }) => `${pointer} ${rule}`);
    assert.ok(rules.includes("/@context wrong-context") && rules.includes("/profile not-in-version"), name);
    assert.notDeepEqual(checkEvent(rewritten(value), "1.2"), [], name);
    assert.notDeepEqual(checkEnvelope(envelopeOf(rewritten(value)), "1.1"), [], name);
  }
});

const person = { id: "https://example.edu/ada", type: "Person" };
const base = {
  "@context": CONTEXT_V1P1,
  id: "urn:uuid:ae5fe9f4-fb00-544a-84c3-120f2f0ad1c3",
  type: "ToolUseEvent",
  actor: person,
  action: "Used",
  object: { id: "https://example.edu/tool", type: "SoftwareApplication" },
  eventTime: "2026-11-20T09:00:12.000Z",
};

const rulesOf = (changes: object): readonly string[] =>
  checkCaliper({ ...base, ...changes }, "1.1").map(({ pointer, rule }) => `${pointer} ${rule}`);

test("what 1.2 added is refused in 1.1", () => {
  assert.deepEqual(rulesOf({}), []);
  assert.deepEqual(rulesOf({ profile: "ToolUseProfile" }), ["/profile not-in-version"]);
  const identifier = { type: "SystemIdentifier", identifier: "1", identifierType: "SystemId" };
  assert.deepEqual(rulesOf({ actor: { ...person, otherIdentifiers: [identifier] } }), [
    "/actor/otherIdentifiers not-in-version",
  ]);
  assert.deepEqual(rulesOf({ object: { ...base.object, userAgent: "x" } }), [
    "/object/userAgent not-in-version",
  ]);
  const session = { id: "https://example.edu/s", type: "Session", client: base.object };
  assert.deepEqual(rulesOf({ session }), ["/session/client not-in-version"]);
  assert.deepEqual(
    checkCaliper({ "@context": CONTEXT_V1P1, ...identifier }, "1.1").map(({ rule }) => rule),
    ["not-in-version"],
  );
});

test("what came to 1.1 with a profile extension needs its context, alone or before the core's", () => {
  const generated = { id: "https://example.edu/m", type: "AggregateMeasureCollection" };
  const context = extensionContext("ToolUseProfile");
  assert.deepEqual(rulesOf({ generated }), ["/generated/type not-in-context"]);
  assert.deepEqual(rulesOf({ generated, "@context": context }), []);
  assert.deepEqual(rulesOf({ generated, "@context": [context, CONTEXT_V1P1] }), []);
  const other = extensionContext("SearchProfile");
  assert.deepEqual(rulesOf({ generated, "@context": other }), ["/generated/type not-in-context"]);
  assert.deepEqual(rulesOf({ type: "Event", action: "Archived" }), ["/action not-in-context"]);
  const search = { type: "SearchEvent", action: "Searched" };
  assert.deepEqual(rulesOf(search), ["/type not-in-context"]);
  assert.deepEqual(rulesOf({ ...search, "@context": other }), []);
  const item = { id: "https://example.edu/i", type: "AssessmentItem" };
  const attempt = { id: "https://example.edu/t", type: "Attempt" };
  const started = { type: "AssessmentItemEvent", action: "Started", object: item, generated: attempt };
  assert.deepEqual(rulesOf(started), []);
});
