import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isSuspectText, suspects } from "../../src/event/dialect/suspects.ts";
import { withoutPaths } from "../../src/event/secrets.ts";

const kept = (event: unknown): unknown => withoutPaths(event, suspects(event));

describe("what is not kept of an event that nobody knows", () => {
  it("is what jupyterlab-pioneer's events carry, where it looks like one of them", () => {
    const rest = { schema: "s", hello: "world" };
    const inner = { eventDetail: { eventInfo: "s" }, notebookState: "s" };
    for (const event of [
      inner,
      { eventDetail: ["s"], data: "s", env: "s", params: "s" },
      { notebookState: null, data: ["s"] },
      { data: inner, params: ["s"] },
      { data: [inner] },
      { data: ["s"], env: null },
      { data: "s", env: "s" },
      { event: inner, env: "s" },
      { body: inner },
    ])
      assert.deepEqual(kept({ ...rest, ...event }), rest, JSON.stringify(event));
  });

  it("is who and where somebody is, in a call of Segment's", () => {
    const who = {
      userId: "s",
      anonymousId: "s",
      previousId: "s",
      traits: { email: "s" },
      context: { ip: "s" },
      writeKey: "s",
    };
    const properties = { url: "s", search: "s", referrer: "s", title: "Home" };
    assert.deepEqual(kept({ type: "page", ...who, properties }), {
      type: "page",
      properties: { title: "Home" },
    });
    for (const type of ["identify", "track", "page", "screen", "group", "alias"]) {
      assert.deepEqual(kept({ type, name: "Home", ...who }), { type, name: "Home" });
      assert.deepEqual(kept({ type, messageId: "1", traits: "s" }), { type, messageId: "1" });
    }
  });

  it("is a server's learner context, however deep it lies", () => {
    const token = "s";
    const variable = { LMS_LEARNER_CONTEXT: token };
    const rest = { hello: "world", event: { path: "a.ipynb" } };
    for (const event of [
      variable,
      { env: [{ A: "b" }, variable] },
      { env: variable },
      { env: [`LMS_LEARNER_CONTEXT=${token}`] },
      { extra: { deep: [[{ environ: variable }]] } },
      { packed: JSON.stringify({ env: [variable] }) },
    ])
      assert.deepEqual(kept({ ...rest, ...event }), rest, JSON.stringify(event));
    for (const more of [variable, { env: [variable] }, { process: { env: variable } }])
      assert.deepEqual(kept({ ...rest, event: { ...rest.event, ...more } }), rest);
    const deep = "[".repeat(50_000);
    const nested = JSON.parse(`{"a":${deep}${"]".repeat(50_000)}}`);
    assert.deepEqual(suspects(nested), []);
  });

  it("is all of a text that is no JSON and has one in it", () => {
    assert.equal(isSuspectText('{"env":[{"LMS_LEARNER_CONTEXT":"s"}'), true);
    assert.equal(isSuspectText('{"hello":"world"'), false);
  });

  it("is nothing of what looks like neither", () => {
    for (const event of [
      { data: { path: "a" }, env: {} },
      { data: [1], event: "x" },
      { type: "page", data: "x" },
      { type: "pages", userId: "ada" },
      { type: ["page"], userId: "ada" },
      { userId: "ada", context: {} },
    ])
      assert.deepEqual(kept(event), event);
  });

  it("is found in any JSON without a crash", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(suspects(JSON.parse(JSON.stringify(value))), []);
      }),
    );
  });
});
