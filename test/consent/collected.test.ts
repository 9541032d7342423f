import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { project } from "../../build/bundle.ts";
import { collectedOf } from "../../build/collected.ts";
import { readSite } from "../../build/site.ts";

describe("What the page tells of a site", async () => {
  const site = await readSite(project);
  const collected = collectedOf(site);
  const eventNamed = (name: string) => collected.events.find((each) => each.name === name);

  test("is every event that the site knows, and every endpoint", () => {
    assert.deepEqual(
      collected.events.map(({ name }) => name),
      site.sources.map(({ name }) => name),
    );
    assert.deepEqual(
      collected.endpoints.map(({ name }) => name),
      site.endpoints.map(({ endpoint }) => endpoint.name),
    );
    for (const { title } of collected.events) assert.notEqual(title, "");
  });

  test("says of each field what it means, whether it is kept, and who gets something of it", () => {
    const { fields = [], told } = eventNamed("jupyter-server/contents") ?? {};
    assert.deepEqual(told, ["campus-caliper", "campus-lrs"]);
    const path = fields.find(({ name }) => name === "path");
    assert.deepEqual([path?.told, path?.neverStored], [["campus-caliper", "campus-lrs"], "no"]);
    assert.match(path?.meaning ?? "", /path/);
    // It decides what is said, and is itself not sent.
    assert.deepEqual(fields.find(({ name }) => name === "action")?.told, []);
  });

  test("says what is never stored, and sends it nowhere", () => {
    const fields = collected.events.flatMap((each) => each.fields);
    const never = fields.filter(({ neverStored }) => neverStored === "whole");
    assert.ok(never.length > 0);
    for (const { told } of never) assert.deepEqual(told, []);
    assert.ok(fields.some(({ neverStored }) => neverStored === "part"));
  });

  test("says which events are nobody's", () => {
    assert.equal(eventNamed("binderhub/launch")?.anonymous, true);
    assert.equal(eventNamed("jupyter-server/contents")?.anonymous, false);
  });
});
