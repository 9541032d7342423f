import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { checkEnvelope } from "../../src/caliper/check.ts";
import { writeEnvelope } from "../../src/caliper/envelope.ts";
import { TEST, writeTest } from "../../src/doctor/statement.ts";
import { checkXapi } from "../../src/xapi/check.ts";

const settings = {
  hub: { id: "https://hub.example.edu", name: "Example hub" },
  institution: "https://www.example.edu",
};
const time = "2026-11-22T01:07:49.726Z";

describe("a test statement", () => {
  it("is well-formed by the standard, says that it is a test, and is about nobody", () => {
    for (const version of ["1.0.3", "2.0.0"] as const) {
      const statement = JSON.parse(writeTest({ protocol: "xapi", version }, settings, randomUUID(), time));
      assert.deepEqual(checkXapi([statement], version), []);
      assert.equal(statement.context.extensions[TEST], true);
      assert.match(statement.object.definition.name.en, /^Test by jlt doctor/);
      assert.deepEqual(statement.actor.account, { homePage: settings.institution, name: "jlt-doctor" });
    }
    for (const version of ["1.1", "1.2"] as const) {
      const text = writeTest({ protocol: "caliper", version }, settings, randomUUID(), time);
      const envelope = JSON.parse(writeEnvelope(version, settings.hub.id, [text], new Date()));
      assert.deepEqual(checkEnvelope(envelope, version), []);
      const [event] = envelope.data;
      assert.equal(event.extensions[TEST], true);
      assert.equal(event.actor.id, "https://www.example.edu/jlt-doctor");
    }
    const record = JSON.parse(writeTest({ protocol: "json", version: "1" }, settings, "an-id", time));
    assert.deepEqual([record.id, record.time, record.test], ["an-id", time, true]);
  });
});
