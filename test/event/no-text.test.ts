import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readDocument } from "../../src/document/document.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { mayBeNoText } from "../../src/event/no-text.ts";
import { personalAt, personalInAny } from "../../src/event/personal.ts";
import { protect } from "../../src/mapping/protect.ts";
import { eventsOf } from "../mapping/schema-events.ts";
import { runs } from "../support/runs.ts";

const schemaOf = (text: string): { readonly schema: JsonObject } => ({
  schema: readDocument("schema.v1.yml", text).value as JsonObject,
});

/** Whether `it` may be no text, by the schemas of its versions. */
const may = (...versions: readonly string[]): boolean => {
  const schemas = versions.map(schemaOf);
  return mayBeNoText(schemas, ["it"], personalInAny(schemas));
};

const own = (property: string): boolean => may(`properties: { it: { ${property}, personal-data: true } }`);

const inMarked = (property: string): boolean =>
  may(`personal-data: true\nproperties: { it: { ${property} } }`);

describe("A field with a mark of its own may be no text", () => {
  for (const property of [
    "type: integer",
    "type: boolean",
    "type: [string, number]",
    "description: anything",
    "format: uri",
    "enum: [1, 2]",
    "enum: [a, 2]",
    "const: true",
    "type: array",
    "type: array, items: { type: integer }",
    "type: array, items: [{ type: string }]",
    "type: object",
    "type: object, properties: { a: { type: string } }",
    "type: object, additionalProperties: false, properties: { a: { type: number } }",
    "type: object, additionalProperties: { type: [string, boolean] }",
    "$ref: '#'",
  ])
    it(`as ${property}`, () => assert.equal(own(property), true));

  for (const property of [
    "type: string",
    'type: [string, "null"]',
    "type: string, format: uri",
    "type: string, path: true",
    "enum: [a, b, null]",
    "const: a",
    "type: array, items: { type: string }",
    "type: object, additionalProperties: { type: string }",
    "type: object, additionalProperties: false, properties: { a: { type: string }, '*': { type: string } }",
    "type: object, additionalProperties: false, properties: { n: { type: number, personal-data: false } }",
  ])
    it(`but not as ${property}`, () => assert.equal(own(property), false));
});

describe("A field", () => {
  it("needs no pseudonym of what is no text where only the event as a whole is marked", () => {
    for (const property of ["type: integer", "description: anything", "type: object", "type: array"])
      assert.equal(inMarked(property), false, property);
    assert.equal(inMarked("type: [string, integer], format: uri"), true);
  });

  it("may be no text where another version of the schema has none, marked or not", () => {
    const text = "properties: { it: { type: string, personal-data: true } }";
    assert.equal(may(text, text), false);
    assert.equal(may("properties: { it: { type: integer } }", text), true);
    assert.equal(may(text, "properties: { other: { type: integer } }"), true);
    assert.equal(may(text, "additionalProperties: false\nproperties: { other: { type: integer } }"), false);
    assert.equal(may("properties: { it: { type: integer } }", "personal-data: true"), false);
  });

  it("that is surely a text, or holds nothing else, loses no value by pseudonyms, whatever the event", () => {
    const property: fc.Arbitrary<JsonObject> = fc.letrec<{ it: JsonObject }>((of) => ({
      it: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<JsonObject>({ type: "string" }, { enum: ["a", "b"] }, { enum: [1] }, {}),
        fc.constantFrom<JsonObject>({ type: "integer" }, { type: ["string", "boolean"] }),
        fc.constantFrom<JsonObject>(
          { type: "integer", "personal-data": false },
          { type: "string", path: true },
        ),
        of("it").map((items): JsonObject => ({ type: "array", items })),
        fc.tuple(of("it"), of("it"), fc.boolean()).map(
          ([a, b, open]): JsonObject => ({
            type: "object",
            properties: { a, b },
            ...(!open && { additionalProperties: false }),
          }),
        ),
      ),
    })).it;
    const count = (value: unknown): number =>
      typeof value === "object" && value !== null
        ? Object.values(value).reduce((sum: number, each) => sum + count(each), 1)
        : Number(value !== null);
    let sure = 0;
    fc.assert(
      fc.property(
        property.chain((inner) => {
          const schema: JsonObject = {
            type: "object",
            properties: { it: { ...inner, "personal-data": true } },
          };
          return fc.tuple(fc.constant(schema), eventsOf(schema));
        }),
        ([schema, event]) => {
          const personal = personalInAny([{ schema }]);
          if (mayBeNoText([{ schema }], ["it"], personal)) return;
          sure++;
          const shown = protect(event.it, personalAt(personal, ["it"]), (text) => `-${text}`);
          assert.equal(
            event.it === undefined ? 0 : count(shown),
            event.it === undefined ? 0 : count(event.it),
          );
        },
      ),
      { numRuns: runs(500) },
    );
    assert.ok(sure > 50, String(sure));
  });
});
