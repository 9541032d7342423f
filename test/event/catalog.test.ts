import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type EventSchema, eventReader, type ReadEvent } from "../../src/event/catalog.ts";
import { contents, envelope, SERVER_ACTION, serverAction } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED } from "../support/tokens.ts";

const outcome = (read: ReadEvent, event: unknown): string => {
  const value = read(event, ARRIVED);
  return "reason" in value ? value.reason : value.schema.source;
};

describe("reading events by the shipped schemas", () => {
  let read: ReadEvent;
  before(async () => {
    read = eventReader((await shippedSite()).schemas);
  });

  it("finds the schema under each id that it is emitted with, its version a number or a text", () => {
    assert.equal(outcome(read, contents()), "jupyter-server/contents");
    assert.equal(outcome(read, serverAction({ __schema_version__: 1 })), "jupyterhub/server-action");
    assert.equal(
      outcome(read, serverAction({ __schema__: "hub.jupyter.org/server-action" })),
      "jupyterhub/server-action",
    );
  });

  it("refuses a schema and a version that it does not know", () => {
    assert.equal(outcome(read, contents({ __schema__: "https://example.org/other" })), "schema.unknown");
    for (const version of ["2", 2, "1.0", "constructor", ""])
      assert.equal(outcome(read, contents({ __schema_version__: version })), "schema.unknown");
    for (const id of ["constructor", "__proto__", ""])
      assert.equal(outcome(read, contents({ __schema__: id })), "schema.unknown");
  });

  it("refuses an event that does not fit its schema, and says where without a value of it", () => {
    const refused = read(contents({ action: "ada-lovelace" }), ARRIVED);
    assert.ok("reason" in refused);
    assert.equal(refused.reason, "schema.invalid");
    assert.equal(
      refused.detail,
      "jupyter-server/contents, action/enum: must be equal to one of the allowed values.",
    );
    // What must not be stored is known even of an event that is refused.
    assert.equal(refused.schema?.source, "jupyter-server/contents");
    assert.equal(outcome(read, envelope(SERVER_ACTION, { action: "start" })), "schema.invalid");
    assert.equal(outcome(read, contents({ path: null })), "schema.invalid");
  });

  it("refuses a missing, broken or future time, with ten minutes' grace for clocks that differ", () => {
    const at = (ms: number): string => new Date(ARRIVED + ms).toISOString();
    for (const time of [undefined, null, 1, "yesterday", "2026-11-22T01:07:49", at(600_001)])
      assert.equal(outcome(read, contents({ __timestamp__: time })), "time.invalid", String(time));
    assert.equal(outcome(read, contents({ __timestamp__: at(600_000) })), "jupyter-server/contents");
  });

  it("gives the data without its envelope, and the time repaired", () => {
    const event = read(contents(), ARRIVED);
    assert.ok("data" in event);
    assert.deepEqual(event.data, { action: "save", path: "hw1/hw1.ipynb" });
    assert.equal(event.time, "2026-11-22T01:07:49.726Z");
  });
});

describe("reading events of several versions", () => {
  const versions = ["9", "10", "2"].map(
    (version): EventSchema => ({
      source: version,
      ids: ["s"],
      version,
      validate: () => true,
      neverStore: [],
      redactable: [],
      anonymous: false,
      paths: [],
    }),
  );
  const read = eventReader(versions);
  const event = (version: unknown): unknown => ({
    __schema__: "s",
    __schema_version__: version,
    __timestamp__: "2026-11-22T01:07:49Z",
  });

  it("takes the version that the event names", () => {
    assert.equal(outcome(read, event(9)), "9");
    assert.equal(outcome(read, event("2")), "2");
  });

  it("takes the latest where the event names none", () => {
    assert.equal(outcome(read, event(undefined)), "10");
  });
});
