import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Site } from "../../src/site.ts";
import { envelope, message, serverAction } from "../support/events.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const ASSIGNMENT = "https://w3id.org/jupyter-lms-translator/events/assignment";

const assignment = (data: object): unknown =>
  envelope(ASSIGNMENT, { course: "stat101", assignment: "hw1", username: "ada", ...data });

const LAB = `title: Lab
protocol: xapi
version: 1.0.3
url: https://lab.example.edu/xapi
auth: { scheme: none }
select: { translations: ["*", "+*"] }
`;

describe("what depends on who sent an event", () => {
  let site: Site;
  before(async () => {
    site = await siteWith({
      "endpoints/every.yml": LAB,
    });
  });

  /** The translations that both standards' endpoints are told, and why there was none. */
  const told = async (event: unknown, token: string): Promise<readonly string[]> => {
    const { statements, translate } = await translating({ site });
    const { counts } = await translate([await message(event, { token })]);
    const made = ["campus-caliper", "campus-lrs", "every"].map((endpoint) =>
      statements(endpoint).map(({ translation }) => translation.replace(/^.*:/, "")),
    );
    for (const each of made) assert.deepEqual(each, made[0]);
    return [...Object.keys(counts.quarantined), ...(made[0] ?? [])];
  };

  it("is whether a start or a stop was the learner's own", async () => {
    const stop = serverAction({ action: "stop" });
    for (const [claims, started, expected] of [
      [{}, ["started"], ["stopped"]],
      [{ initiator: "learner" }, ["started"], ["stopped"]],
      [{ initiator: "culler" }, [], ["timed-out"]],
      [{ initiator: "admin" }, [], []],
    ] as const) {
      assert.deepEqual(await told(stop, await serviceToken(claims)), expected, JSON.stringify(claims));
      assert.deepEqual(await told(serverAction(), await serviceToken(claims)), started);
    }
  });

  it("is nothing where the claim initiator is no initiator", async () => {
    for (const initiator of ["Culler", "", "constructor", null, 1, true, ["culler"], {}])
      assert.deepEqual(await told(serverAction({ action: "stop" }), await serviceToken({ initiator })), [
        "identity.forged",
      ]);
  });

  it("is never a grade or a release where a learner's own token comes with it", async () => {
    const graded = { action: "graded", score: 100, max_score: 100, attempt: 1 };
    for (const claims of [
      {},
      { initiator: "admin" },
      { initiator: "learner", membership_roles: ["Instructor"] },
    ]) {
      assert.deepEqual(await told(assignment(graded), await learnerToken("ada", claims)), []);
      assert.deepEqual(await told(assignment({ action: "released" }), await learnerToken("ada", claims)), []);
    }
    for (const forged of [{ sender: { role: "service" } }, { role: "service" }])
      assert.deepEqual(await told(assignment({ ...graded, ...forged }), await learnerToken("ada")), []);
    assert.deepEqual(await told(assignment(graded), await learnerToken("eve")), ["identity.mismatch"]);
  });

  it("is a grade or a release where a service says so, and a submission from either", async () => {
    const graded = { action: "graded", score: 0, max_score: 10 };
    assert.deepEqual(await told(assignment(graded), await serviceToken()), ["graded"]);
    assert.deepEqual(await told(assignment({ action: "released" }), await serviceToken()), ["released"]);
    for (const token of [await serviceToken(), await learnerToken("ada")]) {
      assert.deepEqual(await told(assignment({ action: "submitted" }), token), ["submitted"]);
      assert.deepEqual(await told(assignment({ action: "fetched" }), token), ["fetched"]);
    }
  });

  it("is no grade where there is no score", async () => {
    const graded = { action: "graded", score: null, max_score: 10 };
    assert.deepEqual(await told(assignment(graded), await serviceToken()), ["schema.invalid"]);
  });

  it("is kept with the event in the archive", async () => {
    const { bucket, translate } = await translating({ site });
    const token = await serviceToken({ initiator: "culler" });
    await translate([await message(serverAction({ action: "stop" }), { token })]);
    const [raw] = await bucket.records("raw");
    assert.deepEqual(Object(raw?.learner).sender, { role: "service", initiator: "culler" });
  });
});
