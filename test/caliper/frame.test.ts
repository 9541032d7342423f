import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkEvent } from "../../src/caliper/check.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import type { Learner } from "../../src/learner/identify.ts";
import type { Settings } from "../../src/settings.ts";
import { endpointAt } from "../support/delivering.ts";

const settings = {
  hub: { id: "https://hub.example.edu", name: "Hub" },
  institution: "https://www.example.edu",
} as Settings;

const ada: Learner = {
  username: "ada",
  server: "lab",
  course: { id: "stat101", label: "STAT 101", title: "Statistics" },
  roles: [
    "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
    "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student",
  ],
  session: { id: "0b5e6f57-3a0a-4b34-8a14-6b1f4a3b0c77", started: "2026-11-20T08:00:00.000Z" },
  launch: {
    session: "urn:uuid:94c3a94c-a706-47d0-8e7c-1b1b1b1b1b1b",
    resource: { id: "74256", title: "Homework" },
  },
  proven: true,
  sender: { role: "learner" },
};

const ARRIVED = "2026-11-20T09:00:01.000Z";

type Event = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A whole event around a learner's frame, and what Caliper says against it. */
const eventFor = (learner: Learner, changes: Partial<Endpoint> = {}): Event => {
  const endpoint = endpointAt("https://caliper.example.edu", "caliper", changes);
  const { actor, group, membership, sessions } = framesFor(endpoint, settings, { key: "a key" }).of(
    learner,
    ARRIVED,
  );
  const text = `{"@context":"http://purl.imsglobal.org/ctx/caliper/v1p2","id":"urn:uuid:ff9ec22a-fc59-4ae1-ae8d-2c9463ee2f8f","type":"ToolUseEvent","actor":${actor},"action":"Used","object":"https://hub.example.edu","eventTime":"2026-11-20T09:00:00.000Z"${group}${membership}${sessions}}`;
  const event = JSON.parse(text);
  assert.deepEqual(checkEvent(event, "1.2"), []);
  return event;
};

describe("what the translator fills in of a learner", () => {
  it("is a person, a course section, a membership with Caliper's roles, and the session of the server", () => {
    const { actor, group, membership, session, federatedSession } = eventFor(ada, { learners: "username" });
    assert.deepEqual([actor?.id, actor?.type], ["https://hub.example.edu/user/ada", "Person"]);
    assert.equal(group?.id, "https://www.example.edu/courses/stat101");
    assert.deepEqual(membership?.roles, ["Learner", "Instructor#TeachingAssistant"]);
    assert.equal(session?.type, "Session");
    assert.equal(session?.user, actor?.id);
    assert.equal(session?.startedAtTime, "2026-11-20T08:00:00.000Z");
    assert.equal(federatedSession, undefined);
  });

  it("names a teaching assistant as part of the role that Caliper knows", () => {
    const { membership } = eventFor({ ...ada, roles: ["TeachingAssistant", "Wizard"] });
    assert.deepEqual(membership?.roles, ["Instructor#TeachingAssistant"]);
  });

  it("gives a session another id at every endpoint, which tells nothing of the token's own", () => {
    const ids = ["one", "two"].map((name) => eventFor(ada, { name }).session?.id);
    assert.notEqual(ids[0], ids[1]);
    for (const id of ids) assert.ok(!String(id).includes(ada.session?.id ?? "?"));
    assert.equal(ids[0], eventFor(ada, { name: "one" }).session?.id);
  });

  it("names the LMS's session only to an endpoint whose file asks for it, with the launch's parameters", () => {
    const { federatedSession } = eventFor(ada, { federatedSession: true });
    assert.equal(federatedSession?.id, ada.launch?.session);
    assert.equal(federatedSession?.type, "LtiSession");
    assert.deepEqual(federatedSession?.messageParameters, {
      "https://purl.imsglobal.org/spec/lti/claim/context": ada.course,
      "https://purl.imsglobal.org/spec/lti/claim/resource_link": ada.launch?.resource,
      "https://purl.imsglobal.org/spec/lti/claim/roles": ada.roles,
    });
  });

  it("makes an IRI of a session that the LMS names by other words", () => {
    const launch = { session: "94c3 a94c" };
    const { federatedSession } = eventFor({ ...ada, launch }, { federatedSession: true });
    assert.equal(federatedSession?.id, "https://www.example.edu/sessions/94c3%20a94c");
  });

  it("is anonymous, with nothing else, where the event is nobody's", () => {
    const nobody: Learner = { roles: [], proven: true, sender: {} };
    const { actor, group, membership, session } = eventFor(nobody, { learners: "username" });
    assert.deepEqual(actor, { id: "http://purl.imsglobal.org/caliper/Person", type: "Person" });
    assert.deepEqual([group, membership, session], [undefined, undefined, undefined]);
  });
});
