import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readDocument } from "../../src/document/document.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { type Personal, personalAt, personalInAny, personalOf } from "../../src/event/personal.ts";

const schemaOf = (text: string): JsonObject => readDocument("schema.v1.yml", text).value as JsonObject;

/** What is personal of each path that leads into an event, by the schema given. */
const personal = (schema: string, ...paths: readonly string[]): readonly unknown[] => {
  const whole = personalOf(schemaOf(schema));
  return paths.map((path) => personalAt(whole, path === "" ? [] : path.split(".")));
};

const own = (property: string): Personal =>
  personalAt(personalOf(schemaOf(`properties: { it: { ${property} } }`)), ["it"]);

const inMarked = (property: string): Personal =>
  personalAt(personalOf(schemaOf(`personal-data: true\nproperties: { it: { ${property} } }`)), ["it"]);

describe("What is personal of an event", () => {
  it("is nothing where its schema marks nothing", () => {
    assert.equal(personalOf(schemaOf("properties: { a: { type: string }, b: {} }")), "free");
    assert.equal(personalOf({}), "free");
  });

  it("is whatever a property of its own mark holds, of any type, and what is inside of it", () => {
    for (const type of ["string", "integer", "boolean", "object", "array"])
      assert.equal(own(`type: ${type}, personal-data: true`), "all", type);
    assert.equal(own("enum: [a, b], personal-data: true"), "all");
    assert.equal(own("type: string, format: date-time, personal-data: true"), "all");
    const schema =
      "properties: { a: { type: object, personal-data: true, properties: { b: { type: integer } } } }";
    assert.deepEqual(personal(schema, "a.b", "a.c", "d"), ["all", "all", "free"]);
  });

  it("is the free texts where the event as a whole is marked, and no number, choice or time", () => {
    for (const [property, expected] of [
      ["type: string", "texts"],
      ['type: [string, "null"]', "texts"],
      ["type: [string, integer]", "texts"],
      ["description: anything", "texts"],
      ["type: string, minLength: 1, pattern: '^a'", "texts"],
      ["type: string, format: email", "texts"],
      ["type: string, format: uri", "iri"],
      ["type: string, path: true", "path"],
      ["type: string, enum: [a, b]", "free"],
      ["enum: [a, b]", "free"],
      ["const: a", "free"],
      ["type: string, format: date-time", "free"],
      ["type: integer", "free"],
      ["type: number", "free"],
      ["type: boolean", "free"],
      ["type: object", "texts"],
      ["type: array", "texts"],
      ["type: array, items: { type: string }", "texts"],
      ["type: array, items: { type: integer }", "free"],
      ["type: array, items: { type: array, items: { type: boolean } }", "free"],
      ["type: array, items: [{ type: integer }]", "texts"],
      ["type: object, additionalProperties: false, properties: { n: { type: integer } }", "free"],
      ["type: object, additionalProperties: false", "free"],
      ["type: object, additionalProperties: false, patternProperties: { n: { type: integer } }", "texts"],
    ] as const)
      assert.equal(inMarked(property), expected, property);
    for (const open of ["type: object, properties: { n: { type: integer } }", "items: { type: integer }"])
      assert.notEqual(inMarked(open), "free", open);
  });

  it("is also what only other keywords than properties and items describe, with the names in it", () => {
    for (const property of [
      "$ref: '#/definitions/a'",
      "anyOf: [{ type: integer }, { enum: [a] }]",
      "oneOf: [{ type: integer }]",
      "allOf: [{ type: integer }]",
      "if: { type: string }, then: { enum: [a] }",
      "type: object, patternProperties: { a: { type: integer } }",
      "type: object, additionalProperties: { enum: [a] }",
    ])
      assert.equal(inMarked(property), "texts", property);
    const schema = "personal-data: true\nproperties: { a: { type: integer } }";
    assert.deepEqual(personal(schema, "a", "other", "other.inner"), ["free", "texts", "texts"]);
  });

  it("ends where a property says that it is none, and may begin anew inside of it", () => {
    assert.equal(inMarked("type: string, personal-data: false"), "free");
    assert.equal(inMarked("$ref: '#/definitions/a', personal-data: false"), "free");
    const schema = `personal-data: true
properties:
  a:
    type: object
    personal-data: false
    properties: { b: { type: string }, c: { type: string, personal-data: true } }
  d:
    type: object
    personal-data: true
    properties: { e: { type: string, personal-data: false }, f: { type: integer } }
`;
    assert.deepEqual(personal(schema, "a.b", "a.c", "a.other", "d.e", "d.f", "d.other"), [
      "free",
      "all",
      "free",
      "free",
      "all",
      "all",
    ]);
  });

  it("does not end where what follows leads to a mark, by $ref, allOf and the like", () => {
    const user = "type: object, properties: { email: { type: string, personal-data: true } }";
    for (const property of [
      `personal-data: false, allOf: [{ ${user} }]`,
      `type: object, personal-data: false, additionalProperties: { ${user} }`,
      "personal-data: false, $ref: '#/definitions/user'",
      "personal-data: false, $ref: '#user'",
      "personal-data: false, anyOf: [{ type: 'null' }, { $ref: '#/definitions/user' }]",
      "personal-data: false, $ref: '#/definitions/other'",
      "type: object, personal-data: false, properties: { b: { $ref: '#/definitions/user' } }",
    ]) {
      const schema = `properties: { a: { ${property} } }
definitions: { user: { $id: '#user', ${user} }, other: { allOf: [{ $ref: '#/definitions/user' }] } }`;
      const [found] = personal(schema, property.includes("b: {") ? "a.b.email" : "a.email");
      assert.equal(found, "texts", property);
    }
    const plain = "definitions: { a: { type: string }, user: { personal-data: true } }";
    assert.deepEqual(
      personal(`properties: { a: { personal-data: false, $ref: '#/definitions/a' } }\n${plain}`, "a"),
      ["free"],
    );
  });

  it("is also what a $ref has from a property that is marked, and what a schema has again of itself", () => {
    const schema = `properties:
  user: { type: object, properties: { name: { type: string, personal-data: true } } }
  other: { $ref: '#/properties/user' }
  children: { type: array, items: { $ref: '#' } }
  count: { type: string }
`;
    assert.deepEqual(personal(schema, "user.name", "other.name", "children.*.user.name", "count"), [
      "all",
      "texts",
      "texts",
      "free",
    ]);
  });

  it("is told for the elements of a list", () => {
    const schema =
      "properties: { a: { type: array, items: { type: object, properties: { n: { type: string, personal-data: true } } } } }";
    assert.deepEqual(personal(schema, "a.*.n", "a.*.m"), ["all", "free"]);
  });

  it("is the whole event where a mark stands where nobody can tell what it is about", () => {
    for (const keywords of [
      "allOf: [{ properties: { a: { personal-data: true } } }]",
      "definitions: { a: { personal-data: true } }",
      "patternProperties: { a: { personal-data: true } }",
      "if: { properties: { a: { categories: [category.jupyter.org/user-identifier] } } }",
      "properties: { b: { type: array, items: [{ personal-data: true }] } }",
      "properties: { items: { anyOf: [{ personal-data: true }] } }",
    ]) {
      const schema = `${keywords.startsWith("properties") ? "" : "properties: { b: { type: array } }\n"}${keywords}`;
      assert.deepEqual(personal(schema, "b", "other"), ["texts", "texts"], keywords);
    }
    assert.deepEqual(personal("properties: { items: { type: string, personal-data: true } }", "items", "b"), [
      "all",
      "free",
    ]);
  });

  it("is also marked by the categories and policies of older producers, but for what they call unrestricted", () => {
    assert.equal(own("type: string, categories: [category.jupyter.org/user-identifier]"), "all");
    assert.equal(own("type: string, categories: []"), "all");
    assert.equal(own("type: string, redactionPolicies: [collect]"), "all");
    assert.equal(own("type: string, categories: [category.jupyter.org/unrestricted]"), "free");
    assert.equal(own("type: string, redactionPolicies: [unrestricted]"), "free");
    assert.equal(inMarked("type: string, categories: [category.jupyter.org/unrestricted]"), "texts");
    assert.equal(own("type: string, personal-data: false, categories: [a]"), "free");
  });

  it("is, over several versions of a schema, what any of them says", () => {
    const versions = [
      "properties: { a: { type: string }, b: { type: string, personal-data: true }, p: { type: string, personal-data: true, path: true } }",
      "personal-data: true\nproperties: { a: { type: string }, p: { type: string, personal-data: true, path: true } }",
      "properties: { c: { type: integer, personal-data: true } }",
    ].map((text) => ({ schema: schemaOf(text) }));
    const all = personalInAny(versions);
    const at = (name: string): Personal => personalAt(all, [name]);
    assert.deepEqual([at("a"), at("b"), at("c"), at("p"), at("d")], ["texts", "all", "all", "path", "texts"]);
    assert.equal(personalInAny([{ schema: {} }, { schema: {} }]), "free");
  });
});
