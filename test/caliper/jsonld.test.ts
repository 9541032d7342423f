import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCaliper } from "../../src/caliper/check.ts";
import { expandSafely } from "../support/caliper-context.ts";
import { absent, exampleEvents, good } from "./seeds.ts";

test("every event of the examples is JSON-LD of which nothing is lost", async () => {
  for (const { name, value } of exampleEvents()) {
    const expanded = await expandSafely(value);
    assert.ok(Array.isArray(expanded) && expanded.length === 1, name);
  }
});

test("every fixture with Caliper's context alone is JSON-LD of which nothing is lost", {
  skip: absent,
}, async () => {
  const plain = good().filter(({ value }) => typeof value["@context"] === "string");
  assert.ok(plain.length > 100);
  for (const { name, value } of plain) await assert.doesNotReject(expandSafely(value), name);
});

test("a misspelt property and a plain key of an extension are lost, and refused by the checker too", async () => {
  for (const { name, value } of exampleEvents()) {
    for (const wrong of [
      { ...value, objekt: "https://example.edu/thing" },
      { ...value, extensions: { plain: 1 } },
    ]) {
      await assert.rejects(expandSafely(wrong), name);
      assert.notDeepEqual(checkCaliper(wrong, "1.2"), [], name);
    }
  }
});
