import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import type { JsonObject } from "../../src/event/json.ts";
import type { BatchRules } from "../../src/site.ts";
import { compiled, complaints, type Files, SCHEMA, type Tell, withSite } from "./support.ts";

const mapping = (when: string): string => `event: https://example.edu/event
title: An event
lookup: { begins: { first: true, second: false } }
previous: { as: start, same: [event.text, event.inner.text], when: '${when}' }
translations:
  - name: told
    json: { began: "\${ start.path }", same: "\${ start.path == event.path }" }
    xapi:
      verb: save
      object: { id: "https://example.edu/thing" }
      result: { duration: "\${ duration(start.other, event.other) }" }
`;

const files = (when: string): Files => ({
  "mappings/told/schema.v1.yml": SCHEMA,
  "mappings/told/mapping.yml": mapping(when),
});

describe("the event that a mapping looks back on", () => {
  let tell: Tell;
  let rules: BatchRules["previous"] | undefined;
  before(async () => {
    const site = files('event.choice == "first"');
    tell = await compiled(site);
    rules = (await withSite(site, async (folder) => loadSite(await readSite(folder)))).rules.told?.previous;
  });

  it("has the fields of an event, and is absent where the batch does not have it", () => {
    const event = { path: "b", other: "2026-01-15T10:00:01Z" };
    const previous = { path: "a", other: "2026-01-15T10:00:00Z" };
    const [with_] = tell("json", event, { previous });
    assert.deepEqual([with_?.began, with_?.same], ["a", false]);
    const [without] = tell("json", event);
    assert.deepEqual([without?.began, without?.same], [undefined, undefined]);
    assert.deepEqual(tell("xapi", event, { previous })[0]?.result, { duration: "PT1S" });
    assert.equal(tell("xapi", event)[0]?.result, undefined);
    assert.equal(tell("xapi", event, { previous: { other: "then" } })[0]?.result, undefined);
  });

  it("is the same by all of its values, and by none where one is absent", () => {
    const same = (event: JsonObject): string | undefined => rules?.same(event);
    const both = same({ text: "a", inner: { text: "b" } });
    assert.equal(same({ inner: { text: "b" }, text: "a", path: "other" }), both);
    assert.ok(both !== undefined);
    for (const other of [
      { text: "b", inner: { text: "a" } },
      { text: "ab", inner: { text: "" } },
      { text: 'a","b', inner: { text: "" } },
    ])
      assert.notEqual(same(other), both);
    for (const less of [
      {},
      { text: "a" },
      { inner: { text: "b" } },
      { text: "a", inner: {} },
      { text: "a", inner: 1 },
    ])
      assert.equal(same(less), undefined);
  });

  it("may be looked back on only where its own condition holds", () => {
    assert.equal(rules?.when({ choice: "first" }), true);
    for (const event of [{ choice: "second" }, {}]) assert.equal(rules?.when(event), false);
  });

  it("cannot depend on what is not the event's own", async () => {
    for (const when of [
      'sender.role == "service"',
      "lookup.begins[event.choice]",
      'time > "2026"',
      "has(course.id)",
    ])
      assert.equal((await complaints(files(when.replaceAll("'", "''")))).length, 1, when);
  });
});
