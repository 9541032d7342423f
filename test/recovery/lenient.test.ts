import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import fc from "fast-check";
import { marked } from "../../src/event/marks.ts";
import { withoutPaths } from "../../src/event/secrets.ts";
import { withoutNeverStored } from "../../src/recovery/lenient.ts";
import { runs } from "../support/runs.ts";

type Schema = Readonly<Record<string, unknown>>;

const never = { type: "string", "never-store": true };
const base = {
  type: "object",
  properties: {
    action: { enum: ["a", "b"] },
    path: { type: "string" },
    token: never,
    tokens: { type: "array", items: never },
    info: { type: "object", properties: { title: { type: "string" }, secret: never }, minProperties: 2 },
    list: { type: "array", items: { type: "object", properties: { n: { type: "integer" }, secret: never } } },
  },
};

/** A condition of a schema; written out, it would look like a promise. */
const when = (condition: Schema, rule: Schema): Schema =>
  JSON.parse(`{"if": ${JSON.stringify(condition)}, "then": ${JSON.stringify(rule)}}`);

const ajv = new Ajv({ strict: false });

/** What the schema says of an event whole, and, made lenient, of what is kept of it. */
const verdicts = (schema: Schema, event: unknown): readonly [whole: boolean, kept: boolean] => [
  ajv.validate(schema, event),
  ajv.validate(withoutNeverStored(schema), withoutPaths(event, marked(schema, "never-store"))),
];

const rules: Readonly<Record<string, readonly [rule: Schema, event: unknown]>> = {
  required: [{ required: ["token"] }, { token: "x" }],
  allOf: [{ allOf: [{ required: ["token"] }, { required: ["path"] }] }, { token: "x", path: "p" }],
  anyOf: [{ anyOf: [{ required: ["token"] }, { required: ["path"] }] }, { token: "x" }],
  oneOf: [{ oneOf: [{ required: ["token"] }, { required: ["action"] }] }, { token: "x" }],
  "oneOf, by what a value is": [
    { oneOf: [{ properties: { token: { const: "x" } } }, { properties: { token: { const: "y" } } }] },
    { token: "x" },
  ],
  "if and then": [
    when({ properties: { action: { const: "b" } }, required: ["action"] }, { required: ["token"] }),
    { action: "b", token: "x" },
  ],
  else: [{ if: { required: ["path"] }, else: { required: ["token"] } }, { token: "x" }],
  "if, by what is gone": [
    when({ properties: { token: { const: "y" } } }, { required: ["path"] }),
    { token: "x" },
  ],
  "not, by what is gone": [{ not: { properties: { token: { const: "y" } } } }, { token: "x" }],
  dependencies: [{ dependencies: { action: ["token"] } }, { action: "a", token: "x" }],
  "dependencies by a schema": [
    { dependencies: { action: { required: ["token"] } } },
    { action: "a", token: "x" },
  ],
  minProperties: [{ minProperties: 2 }, { action: "a", token: "x" }],
  "minProperties further in": [{}, { info: { title: "t", secret: "s" } }],
  "required further in, by another rule": [
    { allOf: [{ properties: { info: { required: ["secret"] } } }] },
    { info: { title: "t", secret: "s" } },
  ],
  "required in a list": [
    { allOf: [{ properties: { list: { items: { required: ["secret"] } } } }] },
    { list: [{ n: 1, secret: "s" }] },
  ],
  minItems: [{ allOf: [{ properties: { tokens: { minItems: 1 } } }] }, { tokens: ["x"] }],
  uniqueItems: [
    { allOf: [{ properties: { list: { uniqueItems: true } } }] },
    {
      list: [
        { n: 1, secret: "s" },
        { n: 1, secret: "t" },
      ],
    },
  ],
};

describe("a schema as quarantine is read by it", () => {
  for (const [name, [rule, event]] of Object.entries(rules))
    it(`does not ask for what is never stored: ${name}`, () => {
      const schema = { ...base, ...rule };
      assert.deepEqual(verdicts(schema, event), [true, true]);
    });

  it("takes whatever it would have taken whole", () => {
    const text = fc.constantFrom("x", "y");
    const event = fc.record(
      {
        action: fc.constantFrom("a", "b"),
        path: text,
        token: text,
        tokens: fc.array(text, { maxLength: 2 }),
        info: fc.record({ title: text, secret: text }, { requiredKeys: [], noNullPrototype: true }),
        list: fc.array(
          fc.record({ n: fc.nat({ max: 1 }), secret: text }, { requiredKeys: [], noNullPrototype: true }),
          {
            maxLength: 2,
          },
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    const some = fc.subarray(
      Object.values(rules).map(([rule]) => rule),
      { minLength: 1, maxLength: 3 },
    );
    let taken = 0;
    fc.assert(
      fc.property(some, event, (together, one) => {
        const [whole, kept] = verdicts({ ...base, allOf: together }, one);
        if (whole) taken++;
        assert.ok(kept || !whole);
      }),
      { numRuns: runs(150) },
    );
    assert.ok(taken > 15);
  });

  it("asks for all else as before", () => {
    const schema = {
      ...base,
      required: ["token", "action"],
      ...when({ required: ["path"] }, { required: ["token", "info"] }),
      oneOf: [{ required: ["info"] }, { required: ["list"] }],
      not: { required: ["info", "tokens"] },
      dependencies: { path: ["token", "info"] },
    };
    const fits = { action: "a", path: "p", info: { title: "t" } };
    for (const [odd, isRight] of [
      [fits, true],
      [{ action: "a", list: [] }, true],
      [{ ...fits, action: undefined }, false],
      [{ ...fits, action: "c" }, false],
      [{ action: "a", path: "p", list: [] }, false],
      [{ ...fits, list: [] }, false],
      [{ ...fits, info: { title: 1 } }, false],
    ] as const)
      assert.equal(
        ajv.validate(withoutNeverStored(schema), JSON.parse(JSON.stringify(odd))),
        isRight,
        JSON.stringify(odd),
      );
  });

  it("stays as it is where everything is stored", () => {
    const schema = { type: "object", required: ["a"], minProperties: 1, oneOf: [{}], ...when({}, {}) };
    assert.deepEqual(withoutNeverStored(schema), schema);
  });
});
