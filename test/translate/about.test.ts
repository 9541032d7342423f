import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import type { Site } from "../../src/site.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const STORE = `title: The LMS's store
protocol: caliper
version: "1.2"
url: https://lms.example.edu/caliper
auth: { scheme: none }
select: { translations: ["jupyterhub/*", "jupyter-server/*"] }
`;

const LAUNCHED = {
  lms_user: "4711",
  federated_session: "urn:uuid:94c3a94c-a706-47d0-8e7c-1b1b1b1b1b1b",
};
const STARTED = Date.parse("2026-11-22T01:00:00.000Z") / 1000;
const ABOUT = { about: "ada", session: { id: "a-token", started: STARTED }, ...LAUNCHED };

describe("what the hub tells of a learner", () => {
  let site: Site;
  before(async () => {
    site = await siteWith({
      "endpoints/by-lms.yml": `${STORE}learners: lms\nfederatedSession: true\n`,
      "endpoints/nobody.yml": `${STORE}learners: anonymous\nfederatedSession: true\n`,
    });
  });

  /** What an endpoint is told of a learner's save, and then of what the hub says under this token. */
  const told = async (endpoint: string, event: unknown, claims: JsonObject) => {
    const { translate, statements } = await translating({ site });
    const own = await learnerToken("ada", { jti: "a-token", iat: STARTED, ...LAUNCHED });
    await translate([
      await message(contents(), { token: own }),
      await message(event, { token: await serviceToken(claims) }),
    ]);
    const [save, hubs] = statements(endpoint).map(({ text }): unknown => JSON.parse(text));
    assert.ok(isObject(save) && isObject(hubs));
    return { save, hubs };
  };

  it("has the actor and both sessions of what the learner does meanwhile", async () => {
    for (const action of ["start", "stop"]) {
      const { save, hubs } = await told("by-lms", serverAction({ action }), ABOUT);
      for (const part of ["actor", "session", "federatedSession"]) {
        assert.ok(isObject(save[part]));
        assert.deepEqual(hubs[part], save[part]);
      }
    }
  });

  it("has neither where the token is about somebody else", async () => {
    const { save, hubs } = await told("by-lms", serverAction(), { ...ABOUT, about: "grace" });
    assert.notDeepEqual(hubs.actor, save.actor);
    assert.deepEqual([hubs.session, hubs.federatedSession], [undefined, undefined]);
  });

  it("is, of a server that the culler stops, that this very session timed out", async () => {
    const culled = serverAction({ action: "stop" });
    const { save, hubs } = await told("by-lms", culled, { ...ABOUT, initiator: "culler" });
    assert.equal(hubs.action, "TimedOut");
    assert.deepEqual(hubs.object, save.session);
    assert.deepEqual([hubs.session, hubs.federatedSession], [undefined, undefined]);
    const { hubs: other } = await told("by-lms", culled, { initiator: "culler" });
    assert.ok(isObject(other.object) && isObject(save.session));
    assert.match(String(other.object.id), /\/servers\/default$/);
  });

  it("names no session to who is not to know whose it is", async () => {
    for (const claims of [ABOUT, { ...ABOUT, initiator: "culler" }]) {
      const { hubs } = await told("nobody", serverAction({ action: "stop" }), claims);
      assert.doesNotMatch(JSON.stringify(hubs), /sessions|94c3a94c|4711|a-token/);
    }
  });
});

describe("what the hub tells of a learner, and cannot be read", () => {
  it("is that learner's in quarantine as well, unless it names another", async () => {
    const { bucket, translate } = await translating();
    const token = await serviceToken(ABOUT);
    const [unknown, graces] = [
      serverAction({ username: null }),
      serverAction({ username: "grace", action: 7 }),
    ];
    const { translate: again, bucket: own } = await translating();
    await again([await message("{", { token: await learnerToken("ada") })]);
    const [adas] = await own.records("quarantine");
    await translate([await message(unknown, { token }), await message(graces, { token })]);
    const [first, second] = await bucket.records("quarantine");
    assert.equal(typeof adas?.learner, "string");
    assert.equal(first?.learner, adas?.learner);
    assert.notEqual(second?.learner, adas?.learner);
    // So that it is told as ever once it can be read; and of another's, nothing of hers is kept.
    assert.match(JSON.stringify(first?.sender), /"lmsUser":"4711"/);
    assert.doesNotMatch(JSON.stringify(second), /"ada"|4711|a-token|94c3a94c/);
  });

  it("is nobody's where it tells of nobody", async () => {
    const { bucket, translate } = await translating();
    const launch = {
      timestamp: "2026-11-22T01:09:30.062244+00:00Z",
      schema: "binderhub.jupyter.org/launch",
      version: 1,
      provider: 7,
    };
    await translate([await message(JSON.stringify(launch), { token: await serviceToken(ABOUT) })]);
    const [record] = await bucket.records("quarantine");
    assert.equal(record?.reason, "schema.invalid");
    assert.equal(record?.learner, undefined);
    assert.doesNotMatch(JSON.stringify(record), /"ada"|4711|a-token|94c3a94c/);
  });
});
