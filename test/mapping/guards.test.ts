import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checkCaliper } from "../../src/caliper/check.ts";
import { asEntityId, asScore, isAnonymous } from "../../src/mapping/guards.ts";
import { json } from "../../src/mapping/runtime.ts";
import { checkXapi } from "../../src/xapi/check.ts";
import { compiled, mappingFile, SCHEMA } from "./support.ts";

const ENTITY = (id: string, more = ""): string =>
  `type: ToolUseEvent\naction: Used\nobject: { id: "${id}", type: SoftwareApplication${more} }\n`;

/** A schema that makes sure of an event's address; what runs without the check can lack it all the same. */
const SURE = SCHEMA.replace(
  "properties:\n",
  "required: [address]\nproperties:\n  address: { type: string, format: uri }\n",
);

const anyNumber = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(undefined, null, "1", Number.POSITIVE_INFINITY, -0),
);

describe("What is looked at when a mapping runs", () => {
  it("fails where an id is an address that is no IRI, or stands for anybody", async () => {
    const tell = await compiled({
      "mappings/told/schema.v1.yml": SURE,
      "mappings/told/mapping.yml": mappingFile({
        caliper: ENTITY("${ event.address }", ", name: Thing"),
        xapi: 'verb: save\nobject: { id: "${ event.address }" }\n',
      }),
    });
    const place = (line: number) => ({
      name: "MappingError",
      message: `mappings/told/mapping.yml:${line}:22 has no value for this event.`,
    });
    for (const address of ["http:a", "https:///x", "https://example.edu/%zz", "a b:c", 5]) {
      assert.throws(() => tell("caliper", { address }), place(8));
      assert.throws(() => tell("xapi", { address }), place(12));
    }
    const anybody = "http://purl.imsglobal.org/caliper/SoftwareApplication";
    assert.throws(() => tell("caliper", { address: anybody }), place(8));
    assert.equal(tell("xapi", { address: anybody }).length, 1);
    assert.equal(tell("caliper", { address: "https://example.edu/a" }).length, 1);
  });

  it("makes of any numbers a score that the checker lets pass, and keeps the points", () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, anyNumber, anyNumber, (scaled, raw, min, max) => {
        const score = asScore(scaled, raw, min, max);
        if (score === undefined) return;
        const statement = {
          actor: { mbox: "mailto:ada@example.edu" },
          verb: { id: "https://example.edu/verb" },
          object: { id: "https://example.edu/object" },
          result: { score: JSON.parse(json(score) ?? "") },
        };
        assert.deepEqual(checkXapi(statement, "1.0.3"), []);
        assert.equal(score.raw, Number.isFinite(raw) ? raw : undefined);
      }),
    );
  });

  it("leaves a score that is right as it is", () => {
    assert.deepEqual(asScore(0.5, 5, 0, 10), { scaled: 0.5, raw: 5, min: 0, max: 10 });
    assert.deepEqual(asScore(undefined, 12, 0, 10), { raw: 12, min: 0 });
    assert.deepEqual(asScore(undefined, 5, 10, 10), { raw: 5 });
    assert.equal(asScore(2, undefined, "0", Number.NaN), undefined);
  });

  it("lets no id of a Caliper entity stand for anybody but where nothing else is said", () => {
    const anybody = "http://purl.imsglobal.org/caliper/Person";
    assert.ok(isAnonymous(anybody));
    assert.equal(asEntityId(anybody, "Person", true), anybody);
    assert.equal(asEntityId(anybody, "Person", false), undefined);
    assert.equal(asEntityId(anybody, "Document", true), undefined);
    for (const alone of [true, false]) {
      const id = asEntityId(`${anybody}/sessions/1`, "Session", alone);
      const entity = { "@context": "http://purl.imsglobal.org/ctx/caliper/v1p2", id, type: "Session" };
      assert.deepEqual(checkCaliper(entity, "1.2"), []);
    }
  });

  it("writes every value as JSON in UTF-8, and none for a number that JSON has not", () => {
    const text = fc.string({ unit: "binary" }).map((each) => `${each}\ud800`);
    fc.assert(
      fc.property(fc.oneof(text, fc.array(text), fc.dictionary(text, text)), (value) => {
        const written = json(value) ?? "";
        assert.ok(JSON.stringify(JSON.parse(written)).search(/\\ud[89a-f]/) < 0 && written.isWellFormed());
      }),
    );
    assert.equal(json(Number.POSITIVE_INFINITY), undefined);
    assert.equal(json(Number.NaN), undefined);
    assert.equal(json("a\\ud800"), '"a\\\\ud800"');
    assert.equal(json({ a: "\\ud800" }), '{"a":"\\\\ud800"}');
    assert.equal(json(-0), "0");
  });
});
