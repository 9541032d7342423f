import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type CaliperProblem,
  checkCaliper,
  checkEntity,
  checkEnvelope,
  checkEvent,
} from "../../src/caliper/check.ts";
import { isObject } from "../../src/caliper/problems.ts";
import { envelopeOf, exampleEvents, type Json } from "./seeds.ts";

const CHECKS = [checkCaliper, checkEntity, checkEnvelope, checkEvent];

const allProblems = (value: unknown): readonly CaliperProblem[] =>
  CHECKS.flatMap((check) => [...check(value, "1.1"), ...check(value, "1.2")]);

/** Whether a JSON pointer leads to something (RFC 6901, section 4). */
const leads = (value: unknown, pointer: string): boolean => {
  let here = value;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const holder: unknown = here;
    if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key)) return false;
    here = Array.isArray(holder) ? holder[Number(key)] : isObject(holder) ? holder[key] : undefined;
  }
  return true;
};

const events = exampleEvents().map(({ value }) => value);

/** Events of the examples in which something is any JSON value: a member, or a member of one of its parts. */
const nearlyEvents = fc
  .tuple(
    fc.constantFrom(...events),
    fc.constantFrom("@context", "type", "action", "actor", "object", "group", "extensions", "a~b/c"),
    fc.option(
      fc.constantFrom("id", "type", "name", "roles", "items", "otherIdentifiers", "extensions", "x/~1"),
    ),
    fc.jsonValue(),
  )
  .map(([event, key, inner, value]): Json => {
    const part = event[key];
    return { ...event, [key]: inner === null ? value : { ...(isObject(part) ? part : {}), [inner]: value } };
  });

const anything = fc.oneof(
  fc.jsonValue(),
  nearlyEvents,
  nearlyEvents.map((event) => envelopeOf(event)),
  fc.jsonValue().map((value) => ({ sensor: value, sendTime: value, dataVersion: value, data: value })),
);

test("whatever the JSON value, nothing is thrown, and every problem leads to a place in it", () => {
  fc.assert(
    fc.property(anything, (value) => {
      for (const { pointer, section, message } of allProblems(value)) {
        assert.ok(leads(value, pointer), pointer);
        assert.match(section, /^Caliper 1\.[12], \w+$/);
        assert.match(message, /[.?]$/);
      }
    }),
    { numRuns: 500 },
  );
});

test("what is no JSON object at all has one problem that says so", () => {
  for (const value of [undefined, null, 1, "text", true, [], {}, { type: 5 }, { type: "constructor" }]) {
    assert.deepEqual(
      checkCaliper(value, "1.2").map(({ rule }) => rule),
      ["not-caliper"],
    );
  }
});

const [event = {}] = events;

test("what no JSON can hold is refused too, and thrown at nobody", () => {
  const round: Record<string, unknown> = { id: "https://example.edu/p", type: "Page" };
  round.isPartOf = round;
  round.creators = [round, round];
  const trap = new Proxy(event, {
    ownKeys: () => {
      throw new Error("No.");
    },
  });
  for (const object of [round, trap, 1n, Symbol("x"), () => 1, new Map(), new Date()])
    assert.notDeepEqual(checkEvent({ ...event, object }, "1.2"), []);
  assert.ok(checkEvent(trap, "1.2").some(({ rule }) => rule === "unreadable"));
});

test("what is nested too deep is said to be, and not followed", () => {
  let page: Json = { id: "https://example.edu/p", type: "Page" };
  for (let level = 0; level < 20_000; level += 1) page = { ...page, isPartOf: page };
  const problems = checkEvent({ ...event, type: "ViewEvent", action: "Viewed", object: page }, "1.2");
  assert.ok(problems.some(({ rule }) => rule === "too-deep"));
});

test("no message repeats what a value or an unknown key says", () => {
  const secret = "jane-doe-4711";
  fc.assert(
    fc.property(nearlyEvents, fc.constantFrom("value", "key"), (value, how) => {
      const text = JSON.stringify({ ...value, [how === "key" ? secret : "actor"]: secret });
      const known: unknown = JSON.parse(text, (_, each: unknown) => (each === "Used" ? secret : each));
      for (const { message } of allProblems(known)) assert.ok(!message.includes(secret), message);
    }),
    { numRuns: 200 },
  );
});
