import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dialects, readEnvelope } from "../../src/event/dialect/dialect.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { timeOf } from "../../src/event/time.ts";
import { TIME } from "./jupyter-variants.ts";
import { readTo, variants } from "./variants.ts";

/** Every form of timestamp that was seen, and the instant that it means. */
const TIMES: Readonly<Record<string, string>> = {
  "2026-11-22T01:07:25.279550+00:00Z": "2026-11-22T01:07:25.279Z",
  "2026-11-22T01:10:01.405010Z": "2026-11-22T01:10:01.405Z",
  "2018-11-03T00:00:00+00:00": "2018-11-03T00:00:00.000Z",
  "2022-05-26T13:50:00+05:00Z": "2022-05-26T08:50:00.000Z",
};

/** The event with another value at a path; undefined takes the property away. */
const withValue = (event: JsonObject, [key = "", ...rest]: readonly string[], value: unknown): JsonObject => {
  const { [key]: inner, ...others } = event;
  if (rest.length > 0 && isObject(inner)) return { ...others, [key]: withValue(inner, rest, value) };
  return value === undefined ? others : { ...others, [key]: value };
};

/** A value whose objects have their keys in the opposite order. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
};

/** An object with members of these names put first, as JSON can have them: `__proto__` as a name like any other. */
const withText = (event: JsonObject, members: string): unknown =>
  JSON.parse(JSON.stringify(event).replace("{", `{${members},`));

const PROTO = `"__proto__":{"username":"eve","action":"delete","taskName":"x"}`;

for (const { name, dialect, event, read, version, time, logged } of variants) {
  describe(`the envelope of ${name}`, () => {
    it("is taken off", () => {
      assert.deepEqual(readTo(event), read);
    });

    it("is taken by its own dialect and by no other", () => {
      const takers = Object.entries(dialects).filter(([, each]) => each(event) !== undefined);
      assert.deepEqual(
        takers.map(([taker]) => taker),
        [dialect],
      );
    });

    it("may have its keys in any order, at all depths", () => {
      assert.deepEqual(readTo(reversed(event)), read);
      fc.assert(
        fc.property(
          fc.shuffledSubarray(Object.entries(event), { minLength: Object.keys(event).length }),
          (entries) => assert.deepEqual(readTo(Object.fromEntries(entries)), read),
        ),
        { numRuns: 20 },
      );
    });

    if (logged)
      it("drops the stray taskName", () => {
        for (const taskName of [null, "Task-1"]) assert.deepEqual(readTo({ ...event, taskName }), read);
      });
    else
      it("is known by the same schema and time with a taskName that a site's own logging adds", () => {
        for (const taskName of [null, "Task-1"]) {
          const found = readTo({ ...event, taskName });
          assert.ok(isObject(found));
          assert.deepEqual({ ...found, data: undefined }, { ...read, data: undefined });
        }
      });

    if (version !== undefined)
      it("tells its version as text, whether it was a number or a text, or that there is none", () => {
        for (const one of [1, "1"])
          assert.deepEqual(readTo(withValue(event, [version], one)), { ...read, version: "1" });
        const none = { ...read, version: undefined };
        assert.deepEqual(readTo(withValue(event, [version], null)), none);
        // A capsule is known by having a revision.
        if (version !== "revision") assert.deepEqual(readTo(withValue(event, [version], undefined)), none);
      });

    if (time !== undefined)
      it("hands on a time of any form, which then is understood", () => {
        for (const [form, instant] of Object.entries(TIMES)) {
          const found = readTo(withValue(event, time, form));
          assert.deepEqual(found, withValue({ ...read, timestamp: form }, inData(time), form));
          assert.equal(timeOf(form), instant);
        }
      });

    it("is not changed by __proto__, beside the data or in it", () => {
      assert.deepEqual(readTo(withText(event, PROTO)), read);
      for (const key of ["data", "event", "body"] as const) {
        const inner = event[key];
        if (!isObject(inner)) continue;
        const text = JSON.stringify(inner);
        const outer = JSON.stringify(event).replace(text, text.replace("{", `{${PROTO},`));
        assert.deepEqual(readTo(JSON.parse(outer)), read, key);
      }
      assert.equal(Object.hasOwn(Object.prototype, "username"), false);
    });

    it("is not known by inherited names", () => {
      assert.equal(readTo(JSON.parse(`{"__proto__":${JSON.stringify(event)}}`)), "schema.unknown");
    });
  });
}

/** Where a form's time is in its data as well. */
const inData = (time: readonly string[]): readonly string[] =>
  time.includes("eventDetail") ? ["data", "eventDetail", "eventTime"] : ["timestamp"];

describe("reading an envelope", () => {
  it("leaves the event's own version and timestamp alone in envelopes with underscores", () => {
    const own = { version: 3, timestamp: "then", schema: "mine", schema_id: "mine", event: "mine" };
    const read = { schema: "s", version: "1", timestamp: TIME, data: own };
    const event = { __schema__: "s", __schema_version__: "1", __timestamp__: TIME, ...own };
    assert.deepEqual(readTo(event), read);
  });

  it("takes a frame for a posted event only where it has nothing but what is posted", () => {
    const frame = { schema_id: "s", version: "1", data: { path: "a" }, timestamp: TIME, action: "save" };
    const { schema_id: _, ...data } = frame;
    assert.deepEqual(readTo(frame), {
      schema: "s",
      version: undefined,
      timestamp: undefined,
      untimed: true,
      data,
    });
  });

  it("says of an envelope without a version or a time that it has none", () => {
    const event = { __schema__: "s", __schema_version__: null, __timestamp__: 17, action: "start" };
    const read = { schema: "s", version: undefined, timestamp: undefined, data: { action: "start" } };
    assert.deepEqual(readTo(event), read);
  });

  it("keeps constructor and toString as names like any other", () => {
    const event = withText({ __schema__: "s", __timestamp__: TIME }, `"constructor":"c","toString":1`);
    const read = readEnvelope(event);
    assert.ok("data" in read);
    assert.equal(Object.getPrototypeOf(read.data), Object.prototype);
    assert.deepEqual(Object.entries(read.data), [
      ["constructor", "c"],
      ["toString", 1],
    ]);
  });

  it("refuses what is no object, and objects of no known form", () => {
    const none = [
      null,
      true,
      1,
      "text",
      [],
      [{}],
      {},
      { __schema__: 1 },
      { schema: "s" },
      { schema_id: null },
    ];
    const nearly = [
      { type: "track" },
      { type: "page", event: "plot" },
      { event: "plot" },
      { id: "7f3b", commands: {} },
      { eventDetail: {}, notebookState: {} },
      { data: [{ eventDetail: { eventName: "NotebookSaveEvent" } }], env: [] },
      { data: { eventDetail: { eventName: "NotebookSaveEvent" } }, notebookState: {} },
      { schema: "s", body: {} },
      { schema: "s", event: "plot" },
    ];
    for (const value of [...none, ...nearly])
      assert.equal(readTo(value), "schema.unknown", JSON.stringify(value));
  });

  it("keeps all of an event's own fields", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        const envelope = { __schema__: "s", __schema_version__: "1", __timestamp__: TIME };
        const read = readEnvelope({ ...fields, ...envelope });
        assert.ok("data" in read);
        const { __proto__: _, taskName: __, ...own } = fields;
        assert.deepEqual(Object.keys(read.data), Object.keys(own));
      }),
    );
  });
});
