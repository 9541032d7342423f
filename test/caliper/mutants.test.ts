import assert from "node:assert/strict";
import { test } from "node:test";
import { type CaliperProblem, checkCaliper, checkEvent } from "../../src/caliper/check.ts";
import { eventTypeOf } from "../../src/caliper/check-event.ts";
import { sample } from "../support/runs.ts";
import { entityMutants, envelopeMutants, eventMutants, type Mutant } from "./mutations.ts";
import { absent, envelopeOf, exampleEvents, good, type Json, type Seed } from "./seeds.ts";

/** Checks that mutants of the seeds fail – with RUNS=3, as in CI, all of them – and gives their number. */
const allFail = (
  seeds: readonly Seed[],
  mutantsOf: (seed: Seed) => readonly Mutant[],
  check: (value: unknown) => readonly CaliperProblem[] = (value) => checkCaliper(value, "1.2"),
): number => {
  let count = 0;
  for (const seed of seeds) {
    for (const [change, mutant] of sample(mutantsOf(seed), 5)) {
      assert.ok(check(mutant).length > 0, `${seed.name}: ${change}`);
      count += 1;
    }
  }
  return count;
};

const asEnvelopes = (seeds: readonly Seed[]): readonly Seed[] =>
  seeds.map(({ name, value }) => ({ name, value: envelopeOf(value) }));

test("no event of the examples passes once it is made wrong: at least 500 ways", (t) => {
  const seeds = exampleEvents();
  const count =
    allFail(
      seeds,
      ({ value }) => eventMutants(value),
      (value) => checkEvent(value, "1.2"),
    ) +
    allFail(seeds, ({ value }) => entityMutants(value)) +
    allFail(asEnvelopes(seeds), ({ value }) => [...envelopeMutants(value), ...entityMutants(value)]);
  t.diagnostic(`${count} mutants of the examples`);
  assert.ok(count >= 500);
});

test("no published fixture passes once it is made wrong: at least 500 ways", { skip: absent }, (t) => {
  const seeds = good();
  const events = seeds.filter(({ value }) => eventTypeOf(value.type) !== undefined);
  const envelopes = seeds.filter(({ value }) => "data" in value);
  const single = seeds.filter(({ value }) => !("data" in value));
  const count =
    allFail(events, ({ value }) => eventMutants(value)) +
    allFail(envelopes, ({ value }) => envelopeMutants(value)) +
    allFail(single, ({ value }) => entityMutants(value));
  t.diagnostic(`${count} mutants of the fixtures`);
  assert.ok(events.length > 40 && count >= 500);
});

const [example] = exampleEvents();
const base: Json = { ...example?.value, generated: undefined, target: undefined, referrer: undefined };
const person = { id: "https://example.edu/ada", type: "Person" };
const tool = { id: "https://example.edu/tool", type: "SoftwareApplication" };
const session = { id: "https://example.edu/s", type: "Session" };
const page = { id: "https://example.edu/p", type: "Page" };

const rulesOf = (changes: object): readonly string[] => {
  const event: unknown = JSON.parse(JSON.stringify({ ...base, profile: undefined, ...changes }));
  return checkEvent(event, "1.2").map(({ pointer, rule }) => `${pointer} ${rule}`);
};

test("what goes with an action is asked for", () => {
  const of = (type: string, action: string, parts: object): readonly string[] =>
    rulesOf({ type, action, object: page, ...parts });
  assert.deepEqual(of("ResourceManagementEvent", "Copied", {}), [" missing-property"]);
  assert.deepEqual(of("ResourceManagementEvent", "Copied", { generated: page }), []);
  assert.deepEqual(of("ResourceManagementEvent", "Saved", {}), []);
  assert.deepEqual(of("SessionEvent", "TimedOut", { actor: tool, object: session }), []);
  assert.deepEqual(of("SessionEvent", "TimedOut", { actor: person, object: tool }), [
    "/actor/type wrong-part",
    "/object/type wrong-part",
  ]);
  assert.deepEqual(of("SessionEvent", "LoggedIn", { object: tool }), []);
  assert.deepEqual(of("SessionEvent", "LoggedIn", { object: session }), ["/object/type wrong-part"]);
  assert.deepEqual(of("ToolLaunchEvent", "Launched", { object: tool }), [" missing-property"]);
  assert.deepEqual(of("ToolLaunchEvent", "Returned", { object: tool }), []);
  const launched = { object: tool, federatedSession: { ...session, type: "LtiSession" } };
  assert.deepEqual(of("ToolLaunchEvent", "Launched", launched), []);
  const tag = { id: "https://example.edu/t", type: "TagAnnotation" };
  assert.deepEqual(of("AnnotationEvent", "Tagged", { generated: tag }), []);
  assert.deepEqual(of("AnnotationEvent", "Shared", { generated: tag }), ["/generated/type wrong-part"]);
  assert.deepEqual(of("ViewEvent", "Viewed", { profile: "SurveyProfile" }), ["/object/type wrong-part"]);
});

test("an anonymous entity has its type's IRI, and says no more of itself", () => {
  const anonymous = { id: "http://purl.imsglobal.org/caliper/Person", type: "Person" };
  assert.deepEqual(rulesOf({ actor: anonymous }), []);
  assert.deepEqual(rulesOf({ actor: { ...anonymous, name: "Ada" } }), ["/actor anonymous-with-properties"]);
  assert.deepEqual(rulesOf({ actor: { ...anonymous, id: "http://purl.imsglobal.org/caliper/Group" } }), [
    "/actor/id wrong-id",
  ]);
});

test("a word that an event's own context defines may be the key of an extension", () => {
  const context = { query: "http://schema.org/query" };
  const extensions = { query: 1 };
  assert.deepEqual(rulesOf({ "@context": [context, base["@context"]], extensions }), []);
  assert.deepEqual(rulesOf({ extensions }), ["/extensions/query wrong-extension-key"]);
});

test("a slip of a word is told what was meant", () => {
  const messages = checkEvent({ ...base, type: "ToolUseEvent", acton: "Used", action: "Usde" }, "1.2").map(
    ({ message }) => message,
  );
  assert.ok(messages.includes('An event has no such property; did you mean "action"?'));
  assert.ok(messages.some((message) => message.endsWith('; did you mean "Used"?')));
});
