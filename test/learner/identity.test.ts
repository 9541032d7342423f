import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checkEvent } from "../../src/caliper/check.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { eras, type Identity } from "../../src/endpoint/identity.ts";
import type { EventId } from "../../src/event/id.ts";
import type { Learner } from "../../src/learner/identify.ts";
import type { PseudonymKeys } from "../../src/learner/pseudonym-keys.ts";
import type { Settings } from "../../src/settings.ts";
import { checkStatement } from "../../src/xapi/check.ts";
import { endpointAt } from "../support/delivering.ts";
import { shippedSite } from "../support/site.ts";

const shipped = (await shippedSite()).settings;
const settings: Settings = { ...shipped, lms: "https://lms.example.edu" };
const HUB = shipped.hub.id;

const ADA: Learner = {
  username: "ada",
  lmsUser: "4711",
  course: { id: "stat101" },
  session: { id: "a-session" },
  launch: { session: "s-1" },
  roles: ["Learner"],
  proven: true,
  sender: { role: "learner" },
};

const DAY = 86_400_000;
const SINCE = Date.parse("2027-01-15T00:00:00.000Z");
const KEYS: PseudonymKeys = { key: "new", former: { key: "old", since: SINCE, overlap: 90 * DAY } };
const at = (days: number): string => new Date(SINCE + days * DAY).toISOString();

const identity = (
  changes: Partial<Endpoint> = {},
  { keys = { key: "a-key" } as PseudonymKeys, learner = ADA, arrived = at(0) } = {},
): Identity =>
  eras(endpointAt("https://s.example", "xapi", changes), settings, keys)(arrived).identityOf(learner);

describe("how an endpoint knows a learner", () => {
  it("is a pseudonym where its file says nothing: another at each endpoint, and the same in every run", () => {
    const one = identity();
    assert.match(one.name, /^[0-9a-f]{32}$/);
    assert.deepEqual([one.home, one.id], [HUB, `${HUB}/learner/${one.name}`]);
    assert.deepEqual(identity(), one);
    assert.notEqual(identity({ name: "another" }).name, one.name);
  });

  it("is the user name, or the LMS's own name at the LMS's home page, where its file says so", () => {
    const { id, name, home } = identity({ learners: "username" });
    assert.deepEqual([id, name, home], [`${HUB}/user/ada`, "ada", HUB]);
    const lms = identity({ learners: "lms" });
    assert.deepEqual(
      [lms.id, lms.name, lms.home],
      ["https://lms.example.edu/users/4711", "4711", settings.lms],
    );
    const urn = { ...ADA, lmsUser: "urn:instructure:canvas:user:21" };
    assert.equal(identity({ learners: "lms" }, { learner: urn }).id, urn.lmsUser);
  });

  it("is a pseudonym for whom the LMS does not know: never the user name instead", () => {
    const { lmsUser: _, ...unknown } = ADA;
    assert.deepEqual(identity({ learners: "lms" }, { learner: unknown }), identity());
  });

  it("is nobody's name where its file says anonymous, and nothing says who it was", () => {
    for (const protocol of ["caliper", "xapi", "json"] as const) {
      const endpoint = endpointAt("https://s.example", protocol, {
        learners: "anonymous",
        federatedSession: true,
      });
      const frames = framesFor(endpoint, settings, { key: "a-key" });
      const frame = frames.of(ADA, at(0));
      const { actor, membership, sessions, registration, learner } = frame;
      assert.deepEqual([membership, sessions, registration], ["", "", ""]);
      const { username: _, ...nobody } = ADA;
      assert.equal(actor, frames.of(nobody, at(0)).actor);
      assert.equal(learner.id, frames.of({ ...ADA, username: "grace" }, at(0)).learner.id);
      const { pseudonym: __, ...all } = frame;
      assert.ok(!/ada|4711|a-session|s-1/.test(JSON.stringify({ ...all, course: undefined })));
    }
  });
});

/** A Caliper event and an xAPI statement around a learner's frame, which are as the standards want them. */
const told = (protocol: "caliper" | "xapi", changes: Partial<Endpoint>, arrived = at(1)) => {
  const endpoint = endpointAt("https://s.example", protocol, changes);
  const { actor, group, membership, sessions, registration, grouping, extensions } = framesFor(
    endpoint,
    settings,
    KEYS,
  ).of(ADA, arrived);
  if (protocol === "xapi") {
    const statement = JSON.parse(
      `{"id":"ff9ec22a-fc59-4ae1-ae8d-2c9463ee2f8f","actor":${actor},"verb":{"id":"http://adlnet.gov/expapi/verbs/interacted"},"object":{"objectType":"Activity","id":"https://hub.example.edu"},"context":{"platform":"Hub"${registration}${extensions},"contextActivities":{${grouping.slice(1)}}},"timestamp":"2026-11-20T09:00:00.000Z"}`,
    );
    assert.deepEqual(checkStatement(statement, "1.0.3"), []);
    return statement;
  }
  const version = changes.version === "1.1" ? "1.1" : "1.2";
  const event = JSON.parse(
    `{"@context":"http://purl.imsglobal.org/ctx/caliper/v1p${version.slice(2)}","id":"urn:uuid:ff9ec22a-fc59-4ae1-ae8d-2c9463ee2f8f","type":"ToolUseEvent","actor":${actor},"action":"Used","object":"https://hub.example.edu","eventTime":"2026-11-20T09:00:00.000Z"${group}${membership}${sessions}${extensions}}`,
  );
  assert.deepEqual(checkEvent(event, version), []);
  return event;
};

describe("other names of a learner", () => {
  it("are told to Caliper 1.2 as its otherIdentifiers, and only those that the file allows", () => {
    const others = (changes: Partial<Endpoint>, arrived?: string) =>
      told("caliper", changes, arrived).actor.otherIdentifiers;
    const source = (id: string | undefined) => ({ id, type: "SoftwareApplication" });
    const type = "SystemIdentifier";
    assert.deepEqual(others({ learners: "username" }), [
      { type, identifier: "ada", identifierType: "AccountUserName", source: source(HUB) },
    ]);
    assert.deepEqual(others({ learners: "lms" }), [
      { type, identifier: "4711", identifierType: "LtiUserId", source: source(settings.lms) },
    ]);
    assert.equal(others({}, at(91)), undefined);
    assert.equal(others({ learners: "anonymous" }), undefined);
    assert.equal(told("caliper", { version: "1.1" }).actor.otherIdentifiers, undefined);
  });
});

describe("a registration", () => {
  it("is the learner's for a course: the same for all that they do in it, and another at each endpoint", () => {
    const one = told("xapi", {}).context.registration;
    assert.match(one, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(told("xapi", {}, at(2)).context.registration, one);
    assert.notEqual(told("xapi", { name: "another" }).context.registration, one);
  });
});

describe("a new key of pseudonyms", () => {
  const nameAt = (days: number): Identity => identity({}, { keys: KEYS, arrived: at(days) });
  const [OLD, NEW] = [
    identity({}, { keys: { key: "old" } }).name,
    identity({}, { keys: { key: "new" } }).name,
  ];

  it("holds from its first day: what came before is told under the former one, whenever it is told", () => {
    assert.deepEqual([nameAt(-400).name, nameAt(-1 / 24).name], [OLD, OLD]);
    assert.deepEqual([nameAt(0).name, nameAt(400).name], [NEW, NEW]);
  });

  it("is told together with the former name for as long as both are to be known, and no longer", () => {
    const former = [-1, 0, 89, 90, 400].map((days) => nameAt(days).former);
    assert.deepEqual(former, [undefined, OLD, OLD, undefined, undefined]);
    assert.equal(told("caliper", {}).actor.otherIdentifiers[0].identifier, OLD);
    const EXTENSION = "https://w3id.org/jupyter-lms-translator/extensions/former-account-name";
    assert.equal(told("xapi", {}).context.extensions[EXTENSION], OLD);
    assert.equal(told("caliper", { version: "1.1" }).extensions[EXTENSION], OLD);
    assert.equal(told("xapi", {}, at(90)).context.extensions, undefined);
  });

  it("leaves the ids of statements as they were: an event that is told again after it is the same statement", () => {
    const endpoint = endpointAt("https://s.example", "xapi");
    const idOf = (keys: PseudonymKeys, arrived: string) =>
      framesFor(endpoint, settings, keys).id("an event" as EventId, "a:b", 0, arrived);
    fc.assert(
      fc.property(fc.integer({ min: -500, max: -1 }), (days) => {
        assert.equal(idOf(KEYS, at(days)), idOf({ key: "old" }, at(days)));
      }),
    );
    assert.equal(idOf(KEYS, at(1)), idOf({ key: "new" }, at(1)));
    assert.notEqual(idOf(KEYS, at(1)), idOf(KEYS, at(-1)));
  });
});
