import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readEnvelope } from "../../src/event/dialect.ts";

const data = { action: "start", username: "ada" };
const time = "2026-11-22T01:09:30.062244+00:00Z";

const events: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "jupyter_events 0.11 and later": {
    __timestamp__: time,
    __schema__: "s",
    __schema_version__: "1",
    __metadata_version__: 1,
  },
  "jupyter_events up to 0.10 and jupyter_telemetry": {
    __timestamp__: time,
    __schema__: "s",
    __schema_version__: 1,
    __metadata_version__: 1,
  },
  "JupyterHub of July 2019": { __timestamp__: time, __schema__: "s", __version__: 1 },
  "BinderHub and JupyterHub's prototype": { timestamp: time, schema: "s", version: 1 },
};

describe("taking off an envelope", () => {
  for (const [producer, envelope] of Object.entries(events)) {
    it(`knows that of ${producer}`, () => {
      const expected = { schema: "s", version: "1", timestamp: time, data };
      assert.deepEqual(readEnvelope({ ...envelope, ...data }), expected);
      assert.deepEqual(readEnvelope({ ...data, ...envelope }), expected);
    });

    it(`drops the stray taskName from ${producer}`, () => {
      for (const taskName of [null, "Task-1"]) {
        const read = readEnvelope({ ...envelope, ...data, taskName });
        assert.ok("data" in read);
        assert.deepEqual(read.data, data);
      }
    });
  }

  it("leaves the event's own version and timestamp alone in envelopes with underscores", () => {
    const own = { version: 3, timestamp: "then", schema: "mine" };
    const read = readEnvelope({ __schema__: "s", __schema_version__: "1", __timestamp__: time, ...own });
    assert.ok("data" in read);
    assert.equal(read.schema, "s");
    assert.deepEqual(read.data, own);
  });

  it("says of an envelope without a version or a time that it has none", () => {
    const read = readEnvelope({ __schema__: "s", __schema_version__: null, __timestamp__: 17, ...data });
    assert.deepEqual(read, { schema: "s", version: undefined, timestamp: undefined, data });
  });

  it("does not let __proto__ change what the event is, and keeps constructor as a name like any other", () => {
    const event: unknown = JSON.parse(
      `{"__schema__":"s","__timestamp__":"${time}","__proto__":{"username":"eve"},"constructor":"c","toString":1}`,
    );
    const read = readEnvelope(event);
    assert.ok("data" in read);
    assert.equal(Object.getPrototypeOf(read.data), Object.prototype);
    assert.equal(read.data.username, undefined);
    assert.deepEqual(Object.entries(read.data), [
      ["constructor", "c"],
      ["toString", 1],
    ]);
    assert.equal(Object.hasOwn(Object.prototype, "username"), false);
  });

  it("does not take an inherited name for one of the event's own", () => {
    const read = readEnvelope(JSON.parse(`{"__proto__":{"__schema__":"s","__timestamp__":"${time}"}}`));
    assert.ok("reason" in read);
    assert.equal(read.reason, "schema.unknown");
  });

  it("refuses what is no object, and objects of no known form", () => {
    const frame = { schema_id: "s", action: "save", path: "a" };
    for (const value of [null, true, 1, "text", [], [{}], {}, frame, { __schema__: 1 }, { schema: "s" }]) {
      const read = readEnvelope(value);
      assert.ok("reason" in read);
      assert.equal(read.reason, "schema.unknown");
    }
  });

  it("keeps all of an event's own fields, and never throws", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (fields, any) => {
        readEnvelope(any);
        const envelope = { __schema__: "s", __schema_version__: "1", __timestamp__: time };
        const read = readEnvelope({ ...fields, ...envelope });
        assert.ok("data" in read);
        const { __proto__: _, taskName: __, ...own } = fields;
        assert.deepEqual(Object.keys(read.data), Object.keys(own));
      }),
    );
  });
});
