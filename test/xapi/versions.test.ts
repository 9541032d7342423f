import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/event/json.ts";
import { checkXapi, type XapiVersion } from "../../src/xapi/check.ts";
import { good, goodInTwo } from "./good.ts";

const { plain = {} } = good;
const rules = (more: JsonObject, version: XapiVersion): readonly string[] =>
  checkXapi({ ...plain, ...more }, version).map(({ rule, pointer }) => `${rule} ${pointer}`);

const agent = { mbox: "mailto:ada@example.edu" };
const group = { objectType: "Group", mbox: "mailto:team@example.edu" };
const relevantTypes = ["https://example.org/types/assistant"];
const agents = (item: unknown): JsonObject => ({ context: { contextAgents: [item] } });
const groups = (item: unknown): JsonObject => ({ context: { contextGroups: [item] } });

describe("What only 2.0.0 has", () => {
  for (const [name, statement] of Object.entries(goodInTwo))
    it(`is refused by 1.0.3: ${name}`, () => {
      assert.deepEqual(checkXapi(statement, "2.0.0"), []);
      assert.equal(checkXapi(statement, "1.0.3").length, 1);
    });
});

describe("The version that a statement says of itself", () => {
  const passes = (own: string, version: XapiVersion): boolean =>
    rules({ version: own }, version).length === 0;

  it("is any 1.0.x for 1.0.3, and 2.0.0 for 2.0.0", () => {
    assert.deepEqual(
      ["1.0.0", "1.0.3", "1.0.9", "1.0", "1.1.0", "2.0.0", "", "1.0.x"].map((own) => passes(own, "1.0.3")),
      [true, true, true, false, false, false, false, false],
    );
    assert.deepEqual(
      ["2.0.0", "1.0.0", "1.0.3", "2.0", "2.1.0"].map((own) => passes(own, "2.0.0")),
      [true, false, false, false, false],
    );
  });
});

describe("A context's agents and groups in 2.0.0", () => {
  it("need their own objectType, and an agent or a group", () => {
    const at = "/context/contextAgents/0";
    assert.deepEqual(rules(agents({ agent }), "2.0.0"), [`missing-property ${at}`]);
    assert.deepEqual(rules(agents({ objectType: "Agent", agent }), "2.0.0"), [
      `object-type ${at}/objectType`,
    ]);
    assert.deepEqual(rules(agents({ objectType: "contextAgent" }), "2.0.0"), [`missing-property ${at}`]);
    assert.deepEqual(rules(agents({ objectType: "contextAgent", agent: group }), "2.0.0"), [
      `object-type ${at}/agent/objectType`,
    ]);
    assert.deepEqual(
      rules(groups({ objectType: "contextGroup", group: { ...agent, objectType: "Agent" } }), "2.0.0"),
      ["object-type /context/contextGroups/0/group/objectType"],
    );
    assert.deepEqual(rules(groups({ objectType: "contextGroup", group, agent }), "2.0.0"), [
      "unknown-property /context/contextGroups/0/agent",
    ]);
  });

  it("need no relevant types, but if they have the property at least one, and IRIs", () => {
    assert.deepEqual(rules(agents({ objectType: "contextAgent", agent }), "2.0.0"), []);
    assert.deepEqual(rules(agents({ objectType: "contextAgent", agent, relevantTypes }), "2.0.0"), []);
    const at = "/context/contextAgents/0/relevantTypes";
    assert.deepEqual(rules(agents({ objectType: "contextAgent", agent, relevantTypes: [] }), "2.0.0"), [
      `relevant-types ${at}`,
    ]);
    assert.deepEqual(rules(agents({ objectType: "contextAgent", agent, relevantTypes: ["abc"] }), "2.0.0"), [
      `iri ${at}/0`,
    ]);
    assert.deepEqual(rules(agents({ objectType: "contextAgent", agent, relevantTypes: "abc" }), "2.0.0"), [
      `wrong-kind ${at}`,
    ]);
  });
});
