import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { eventId, statementId } from "../../src/event/id.ts";

/** RFC 9562, section 5.5, step by step: hash of name space and name, its first 16 bytes, version 5, variant 10. */
const uuidV5 = (space: string, name: string): string => {
  const hash = createHash("sha1")
    .update(Buffer.from(space.replaceAll("-", ""), "hex"))
    .update(name, "utf8");
  const bytes = hash.digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

/** The name space, written down once more: a change here would change every id ever sent. */
const EVENTS = "a8473345-f095-49ed-b42a-6ab545ff42dd";

const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const text = fc.string({ unit: "grapheme" });
const maybe = fc.option(text, { nil: undefined });

describe("the id of an event", () => {
  it("is a UUIDv5 as RFC 9562 makes it; this test's own making agrees with the RFC's test vector", () => {
    assert.equal(
      uuidV5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
      "2ed6657d-e927-568b-95e1-2665a8aea6a2",
    );
    fc.assert(
      fc.property(text, maybe, maybe, (event, learner, server) => {
        const name = JSON.stringify([learner ?? null, server ?? null]) + event;
        assert.equal(eventId(event, learner, server), uuidV5(EVENTS, name));
      }),
    );
  });

  it("has the version 5 and the variant of the RFC, in lower case, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), maybe, maybe, (event, learner, server) => {
        assert.match(eventId(event, learner, server), UUID_V5);
      }),
      { numRuns: 1000 },
    );
  });

  it("is the same for the same event, and another as soon as text, learner or server differ", () => {
    const parts = fc.tuple(text, maybe, maybe);
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        assert.equal(eventId(...one), eventId(...one));
        const same = one.every((part, at) => part === other[at]);
        assert.equal(eventId(...one) === eventId(...other), same);
      }),
    );
    assert.notEqual(eventId("{}", "ada", "lab"), eventId("{}", "grace", "lab"));
    assert.notEqual(eventId("{}", "ada", "lab"), eventId("{}", "ada", undefined));
    assert.notEqual(eventId("{}", "ada", ""), eventId("{}", "ada", undefined));
    assert.notEqual(eventId("{}", "ada", undefined), eventId("{}", undefined, "ada"));
    assert.notEqual(eventId("{}", "null", undefined), eventId("{}", undefined, undefined));
  });

  it("is the one that it was yesterday", () => {
    assert.equal(eventId(`{"a":1}`, "ada", ""), uuidV5(EVENTS, `["ada",""]{"a":1}`));
  });
});

describe("the id of a statement", () => {
  const event = eventId("{}", "ada", undefined);
  const one = Buffer.alloc(16, 1);
  const two = Buffer.alloc(16, 2);

  it("differs by endpoint, event, translation and position, and is the same for the same", () => {
    const ids = new Set<string>();
    for (const space of [one, two])
      for (const saved of [event, eventId("{}", "grace", undefined)])
        for (const translation of ["jupyter-server/contents:saved", "jupyter-server/contents:copied"])
          for (const position of [0, 1, 10]) ids.add(statementId(space, saved, translation, position));
    assert.equal(ids.size, 24);
    for (const id of ids) assert.match(id, UUID_V5);
    assert.equal(statementId(one, event, "t", 0), statementId(one, event, "t", 0));
  });

  it("is a UUIDv5 in the endpoint's own name space", () => {
    assert.equal(statementId(one, event, "t", 0), uuidV5("01".repeat(16), `${event}\nt\n0`));
  });
});
