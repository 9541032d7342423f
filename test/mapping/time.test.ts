import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { type Tell, understood } from "./support.ts";

const OWN = "2026-01-15T10:15:00.000Z";

const mapping = `event: https://example.edu/event
title: An event
translations:
  - name: told
    time: utc(event.at)
    caliper:
      type: ToolUseEvent
      action: Used
      object: { id: "https://example.edu/thing", type: SoftwareApplication }
    xapi: { verb: save, object: { id: "https://example.edu/thing" } }
    json: { said: a }
  - name: own
    json: { said: b }
`;

describe("the time of an act", () => {
  let tell: Tell;
  before(() => {
    const schema = {
      $id: "https://example.edu/event",
      version: "1",
      type: "object",
      properties: { at: { type: "string" } },
    };
    const found = understood(JSON.stringify(schema), mapping);
    assert.ok(typeof found === "function");
    tell = found;
  });

  /** What all sides say of when it was. */
  const timeOf = (at?: string): unknown => {
    const event = at === undefined ? {} : { at };
    const [caliper] = tell("caliper", event);
    const [xapi] = tell("xapi", event);
    const [json, own] = tell("json", event);
    assert.equal(own?.time, OWN);
    assert.equal(caliper?.eventTime, json?.time);
    assert.equal(xapi?.timestamp, json?.time);
    return json?.time;
  };

  it("is the one that the mapping gives, in the form that both standards take", () => {
    assert.equal(timeOf("2026-01-15T10:00:00+00:00Z"), "2026-01-15T10:00:00.000Z");
    assert.equal(timeOf("2026-01-15T12:14:59.999999+02:00"), "2026-01-15T10:14:59.999Z");
    assert.equal(timeOf(OWN), OWN);
  });

  it("is the event's own where the mapping's is absent, cannot be read, or is later than the event", () => {
    for (const at of [
      undefined,
      "",
      "yesterday",
      "2026-01-15",
      "2026-02-30T00:00:00Z",
      "2026-01-15T10:15:00.001Z",
    ])
      assert.equal(timeOf(at), OWN, at);
  });

  it("is never later than the event, whatever the event says", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        (at) => {
          const time = timeOf(at);
          assert.ok(typeof time === "string" && time <= OWN);
          assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
