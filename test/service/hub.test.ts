import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { localHub } from "../../local/hub.ts";
import { tokenVerifier } from "../../src/learner/verify.ts";

const KEY = "a key of at least thirty-two bytes";
const HUB = "https://schema.jupyter.org/jupyterhub/events/server-action";
const ASSIGNMENT = "https://w3id.org/jupyter-lms-translator/events/assignment";

const event = (schema: string, data: object, time = "2026-11-16T09:00:00.000001+00:00Z"): object => ({
  __timestamp__: time,
  __schema__: schema,
  __schema_version__: "1",
  ...data,
});

/** What the hub signs of events that come one after the other. */
const signed = async (...events: readonly unknown[]) => {
  const hub = localHub({ algorithm: "HS256", key: new TextEncoder().encode(KEY) });
  const verify = tokenVerifier({ keys: [{ algorithm: "HS256", value: KEY }] });
  const contexts = [];
  for (const each of events) {
    const { token, subject } = await hub.sign(each);
    const context = await verify(token, Date.now());
    assert.ok("subject" in context);
    contexts.push({ ...context, known: subject });
  }
  return contexts;
};

const start = event(HUB, { action: "start", username: "grace", servername: "" });
const stop = { action: "stop", username: "grace", servername: "" };

describe("The hub that a local run plays", () => {
  it("signs its own events, in the course of the learner whom they name", async () => {
    const [hub] = await signed(start);
    assert.deepEqual([hub?.subject, hub?.role, hub?.course?.id], ["jupyterhub", "service", "data8"]);
  });

  it("says in it whom it is about, and knows of them what their own server's token says", async () => {
    const [hub, own] = await signed(start, { action: "save" });
    assert.deepEqual([hub?.about, own?.about], ["grace", undefined]);
    assert.ok(hub?.lmsUser !== undefined && hub.launch?.session !== undefined);
    assert.deepEqual([hub.lmsUser, hub.launch], [own?.lmsUser, own?.launch]);
  });

  it("signs all else for the learner whose server was started last", async () => {
    const [, save, text] = await signed(start, { action: "save" }, undefined);
    for (const each of [save, text])
      assert.deepEqual([each?.subject, each?.role, each?.course?.id], ["grace", "learner", "data8"]);
  });

  it("says that it was the culler who stopped a server at night", async () => {
    const [day, night] = await signed(
      event(HUB, stop, "2026-11-16T18:00:00.000001+00:00Z"),
      event(HUB, stop, "2026-11-17T02:10:00.000001+00:00Z"),
    );
    assert.deepEqual([day?.initiator, night?.initiator], [undefined, "culler"]);
  });

  it("lets a service release and grade assignments, and a learner fetch and submit them", async () => {
    const act = (action: string) => event(ASSIGNMENT, { action, username: "ada" });
    const contexts = await signed(start, ...["released", "graded", "fetched", "submitted"].map(act));
    assert.deepEqual(
      contexts.slice(1).map(({ subject, role, course }) => [subject, role, course?.id]),
      [
        ["nbgrader", "service", "stat101"],
        ["nbgrader", "service", "stat101"],
        ["grace", "learner", "data8"],
        ["grace", "learner", "data8"],
      ],
    );
  });

  it("signs BinderHub's launches as a service's, which are in no course and nobody's", async () => {
    const launch = { timestamp: "2026-11-16T09:00:00Z", schema: "binderhub.jupyter.org/launch", version: 6 };
    const [, binder] = await signed(start, launch);
    assert.deepEqual([binder?.subject, binder?.role, binder?.course], ["binderhub", "service", undefined]);
  });
});
