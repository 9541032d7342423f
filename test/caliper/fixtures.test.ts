import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCaliper, checkEntity, checkEnvelope, checkEvent } from "../../src/caliper/check.ts";
import { absent, contradicting, envelopeOf, exampleEvents, fixtures, good } from "./seeds.ts";

test("every published fixture passes, but for those that contradict Caliper", { skip: absent }, () => {
  for (const { name, value } of good()) assert.deepEqual(checkCaliper(value, "1.2"), [], name);
  assert.ok(good().length >= 128);
});

test("a fixture that contradicts Caliper breaks the one rule that is named", { skip: absent }, () => {
  for (const { name, value } of fixtures()) {
    const rule = contradicting[name];
    if (rule === undefined) continue;
    const rules = new Set(checkCaliper(value, "1.2").map((problem) => problem.rule));
    assert.deepEqual([...rules], [rule], name);
  }
});

test("every event of the mappings' examples passes, alone and in an envelope", () => {
  const events = exampleEvents();
  assert.ok(events.length > 10);
  for (const { name, value } of events) {
    assert.deepEqual(checkEvent(value, "1.2"), [], name);
    assert.deepEqual(checkCaliper(value, "1.2"), [], name);
  }
  assert.deepEqual(checkEnvelope(envelopeOf(...events.map(({ value }) => value)), "1.2"), []);
});

test("an envelope holds events and described entities together", { skip: absent }, () => {
  const entity = good().find(({ name }) => name === "caliperEntityPage");
  const event = exampleEvents()[0];
  assert.ok(entity !== undefined && event !== undefined);
  assert.deepEqual(checkEntity(entity.value, "1.2"), []);
  assert.deepEqual(checkEnvelope(envelopeOf(entity.value, event.value), "1.2"), []);
});
