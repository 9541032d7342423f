import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { choicesAsker } from "../../src/consent/ask.ts";
import { type Choice, changed, isCollected, isTold, NO_CHOICE } from "../../src/consent/choice.ts";
import { readConsentPolicy } from "../../src/consent/policy.ts";

const IN: Choice = { all: "in", endpoints: {} };
const OUT: Choice = { all: "out", endpoints: {} };

describe("A policy", () => {
  test("decides whose events are collected", () => {
    const collected = (policy: "opt-in" | "opt-out" | "required-by-site") =>
      [NO_CHOICE, IN, OUT].map((choice) => isCollected({ policy, perEndpoint: true }, choice));
    assert.deepEqual(collected("opt-in"), [false, true, false]);
    assert.deepEqual(collected("opt-out"), [true, true, false]);
    assert.deepEqual(collected("required-by-site"), [true, true, true]);
  });

  test("lets learners say no to single endpoints only where it says so", () => {
    const no: Choice = { all: "in", endpoints: { store: "out" } };
    const told = (perEndpoint: boolean, endpoint: string) =>
      isTold({ policy: "opt-in", perEndpoint }, no, endpoint);
    assert.deepEqual([told(true, "store"), told(true, "hall"), told(false, "store")], [false, true, true]);
    assert.equal(isTold({ policy: "required-by-site", perEndpoint: true }, no, "store"), true);
    assert.equal(isTold({ policy: "opt-in", perEndpoint: true }, no, "toString"), true);
  });

  test("is opt-in where the site says nothing", () => {
    assert.deepEqual(readConsentPolicy(), { policy: "opt-in", perEndpoint: false });
  });
});

describe("A change", () => {
  test("for all is for every endpoint, and the last fifty are remembered", () => {
    let record = changed(undefined, "ada", { to: "out", endpoint: "store" }, "learner", "0");
    assert.deepEqual(record.choice, { endpoints: { store: "out" } });
    for (let at = 1; at <= 60; at++) record = changed(record, "ada", { to: "in" }, "learner", String(at));
    assert.deepEqual(record.choice, { all: "in", endpoints: {} });
    assert.deepEqual([record.changes.length, record.changes[0]?.at], [50, "60"]);
  });
});

describe("Who asks for choices", () => {
  const policy = { policy: "opt-out", perEndpoint: false } as const;

  test("asks once in half a minute for each learner, so that a change takes effect within a minute", async () => {
    const asked: string[] = [];
    let now = 0;
    const read = async (username: string) => {
      asked.push(username);
      return { choice: now === 0 ? IN : OUT, changes: [] };
    };
    const ask = choicesAsker({ read }, policy, () => now);
    await ask(["ada", "ada", "grace"]);
    now = 29_999;
    assert.deepEqual((await ask(["ada"])).get("ada"), IN);
    assert.deepEqual(asked.sort(), ["ada", "grace"]);
    now = 30_000;
    assert.deepEqual((await ask(["ada"])).get("ada"), OUT);
  });

  test("asks nobody where there is no choice, and guesses nothing where there is no answer", async () => {
    const read = () => Promise.reject(new Error("SlowDown"));
    const none = await choicesAsker({ read }, { policy: "required-by-site", perEndpoint: true })(["ada"]);
    assert.equal(none.size, 0);
    await assert.rejects(choicesAsker({ read }, policy)(["ada"]), /SlowDown/);
  });
});
