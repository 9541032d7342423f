import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { suspects } from "../../src/event/dialect/suspects.ts";
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
    };
    for (const type of ["identify", "track", "page", "screen", "group", "alias"]) {
      assert.deepEqual(kept({ type, name: "Home", ...who }), { type, name: "Home" });
      assert.deepEqual(kept({ type, messageId: "1", traits: "s" }), { type, messageId: "1" });
    }
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
