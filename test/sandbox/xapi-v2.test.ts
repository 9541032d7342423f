import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  assertRefused,
  fresh,
  getXapi,
  type Json,
  sandbox,
  sendXapi,
  statement,
  v2Headers,
  without,
  xapiHeaders,
} from "./support.ts";

const agent = { mbox: "mailto:a@b.c" };
const group = { objectType: "Group", member: [agent] };
const relevantTypes = ["https://x.example/t"];
const contextAgents = [{ objectType: "contextAgent", agent, relevantTypes }];
const contextGroups = [{ objectType: "contextGroup", group, relevantTypes }];

const nested = (context: Json): Json =>
  statement({
    object: { objectType: "SubStatement", ...without(without(statement(), "id"), "timestamp"), context },
  });

const asVersion = (version: string): Record<string, string> => ({
  ...xapiHeaders,
  "X-Experience-API-Version": version,
});

describe("an xAPI store, asked in 2.0,", () => {
  it("takes contextAgents and contextGroups, with and without relevantTypes, in sub-statements too", async () => {
    const bare = {
      contextAgents: [{ objectType: "contextAgent", agent: { ...agent, objectType: "Agent" } }],
      contextGroups: [{ objectType: "contextGroup", group: { objectType: "Group", ...agent } }],
    };
    const full = { contextAgents, contextGroups };
    const body = [statement({ context: full }), statement({ context: bare }), nested(full)];
    const response = await sendXapi(fresh(), body, v2Headers);
    assert.equal(response.status, 200, await response.text());
  });

  const agents = (changes: Json): Json => ({ contextAgents: [{ ...contextAgents[0], ...changes }] });
  const groups = (changes: Json): Json => ({ contextGroups: [{ ...contextGroups[0], ...changes }] });
  const bad: readonly (readonly [string, Json, string])[] = [
    ["contextAgents that are no array", { contextAgents: contextAgents[0] }, "/contextAgents"],
    ["an agent that is no object", { contextAgents: [agent.mbox] }, "/contextAgents/0"],
    ["an objectType in capitals", agents({ objectType: "ContextAgent" }), "/contextAgents/0/objectType"],
    ["no objectType", { contextAgents: [{ agent }] }, "/contextAgents/0/objectType"],
    ["no agent", { contextAgents: [{ objectType: "contextAgent" }] }, "/contextAgents/0/agent"],
    ["an agent without identifier", agents({ agent: { name: "Ada" } }), "/contextAgents/0/agent"],
    ["a group among the agents", agents({ agent: group }), "/contextAgents/0/agent/objectType"],
    ["a property that nobody knows", agents({ role: "tutor" }), "/contextAgents/0/role"],
    ["no relevant type in the array", agents({ relevantTypes: [] }), "/contextAgents/0/relevantTypes"],
    [
      "a relevant type that is no IRI",
      agents({ relevantTypes: ["abc"] }),
      "/contextAgents/0/relevantTypes/0",
    ],
    ["an agent among the groups", groups({ group: agent }), "/contextGroups/0/group/objectType"],
    [
      "an objectType of the other list",
      groups({ objectType: "contextAgent" }),
      "/contextGroups/0/objectType",
    ],
    [
      "a group without members and identifier",
      groups({ group: { objectType: "Group" } }),
      "/contextGroups/0/group",
    ],
    ["no relevant type for a group", groups({ relevantTypes: [] }), "/contextGroups/0/relevantTypes"],
  ];
  for (const [what, context, at] of bad) {
    it(`refuses ${what} with 400, in a sub-statement too`, async () => {
      const store = fresh();
      await assertRefused(await sendXapi(store, statement({ context }), v2Headers), 400, `/context${at}`);
      await assertRefused(await sendXapi(store, nested(context), v2Headers), 400, `/object/context${at}`);
      assert.equal(sandbox.statements(store).length, 0);
    });
  }

  it("takes the moments of RFC 3339 and no others", async () => {
    const good = ["15T10:15:00Z", "15t10:15:00.123456z", "15 10:15:00.1+00:00", "15T10:15:00-05:30"];
    const wrong = [
      ...["15T10:15:00", "15T10:15:00+01", "15T10:15:00+0100", "15T10:15:00,5Z", "15T10:15:00+24:00"],
      ...["15T10:15:00-00:00", "15T10:15Z", "15", "15T10:15:61Z", "32T10:15:00Z"],
    ];
    for (const rest of good) {
      const body = statement({ timestamp: `2026-01-${rest}` });
      assert.equal((await sendXapi(fresh(), body, v2Headers)).status, 200, rest);
    }
    for (const rest of wrong) {
      const body = statement({ timestamp: `2026-01-${rest}` });
      await assertRefused(await sendXapi(fresh(), body, v2Headers), 400, "/timestamp");
    }
  });

  it("keeps a statement as one of 2.0, and takes no other version in it", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, said, v2Headers);
    assert.equal((await sendXapi(store, statement({ version: "2.0.0" }), v2Headers)).status, 200);
    assert.deepEqual(
      sandbox.statements(store).map(({ version }) => version),
      ["2.0.0", "2.0.0"],
    );
    for (const version of ["1.0.3", "2.0", "2.1.0", "3.0.0", 2]) {
      await assertRefused(await sendXapi(store, statement({ version }), v2Headers), 400, "/version");
    }
  });
});

describe("an xAPI store, asked in 1.0.3,", () => {
  it("refuses contextAgents and contextGroups, in sub-statements too", async () => {
    for (const [key, context] of Object.entries({
      contextAgents: { contextAgents },
      contextGroups: { contextGroups },
    })) {
      await assertRefused(await sendXapi(fresh(), statement({ context })), 400, `/context/${key}`);
      await assertRefused(await sendXapi(fresh(), nested(context)), 400, `/object/context/${key}`);
    }
  });

  it("takes the wider variety of ISO 8601", async () => {
    for (const rest of ["T10:15:00", "T10:15:00+01", "T10:15:00+0100", "T10:15:00,5Z"]) {
      const response = await sendXapi(fresh(), statement({ timestamp: `2026-01-15${rest}` }));
      assert.equal(response.status, 200, rest);
    }
    const spaced = statement({ timestamp: "2026-01-15 10:15:00Z" });
    await assertRefused(await sendXapi(fresh(), spaced), 400, "/timestamp");
  });

  it("takes every 1.0.x in a statement, and no other version", async () => {
    for (const version of ["1.0.0", "1.0.3", "1.0.9"]) {
      assert.equal((await sendXapi(fresh(), statement({ version }))).status, 200, version);
    }
    for (const version of ["2.0.0", "1.0", "1.1.0", "0.95", "10.0.0"]) {
      await assertRefused(await sendXapi(fresh(), statement({ version })), 400, "/version");
    }
  });
});

describe("the version header of an xAPI store", () => {
  it("comes back with every answer, in the family that was asked for", async () => {
    for (const [given, expected] of [
      ["1.0", "1.0.3"],
      ["1.0.0", "1.0.3"],
      ["1.0.3", "1.0.3"],
      ["2.0", "2.0.0"],
      ["2.0.0", "2.0.0"],
    ] as const) {
      const headers = asVersion(given);
      const answers = [
        await sendXapi(fresh(), statement(), headers),
        await sendXapi(fresh(), {}, headers),
        await sendXapi(fresh(), statement(), without(headers, "Authorization") as Record<string, string>),
        await fetch(`${sandbox.url}/xapi/${fresh()}/about`, { headers }),
        await fetch(`${sandbox.url}/xapi/${fresh()}/statements`, { headers }),
        await fetch(`${sandbox.url}/xapi/${fresh()}/statements`, { method: "DELETE", headers }),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 400, 401, 200, 200, 405],
      );
      for (const answer of answers) assert.equal(answer.headers.get("X-Experience-API-Version"), expected);
    }
  });

  it("is refused where it names no version that the store knows", async () => {
    for (const version of ["0.95", "1.1.0", "1.0.x", "2", "2.1.0", "3.0.0", "1.0.3, 2.0.0"]) {
      await assertRefused(await sendXapi(fresh(), statement(), asVersion(version)), 400);
    }
    assert.equal((await getXapi(fresh())).headers.get("X-Experience-API-Version"), "1.0.3");
  });
});
