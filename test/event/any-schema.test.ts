import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readSchema } from "../../src/event/schema.ts";

describe("Reading whatever somebody calls a schema", () => {
  const word = fc.constantFrom(
    "a",
    "#",
    "#/definitions/a",
    "#/properties/a",
    "string",
    "(a+)+",
    "[a-z]*x(?=b|c)",
    "(?<n>.)\\k<n>{2,}",
    "uri",
    "__proto__",
  );
  const { schema } = fc.letrec<{ schema: unknown; value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      word,
      fc.jsonValue(),
      tie("schema"),
      fc.array(tie("schema"), { maxLength: 3 }),
    ),
    schema: fc.dictionary(
      fc.constantFrom(
        ..."a $id $ref $async $schema version type properties patternProperties propertyNames definitions items".split(
          " ",
        ),
        ..."allOf anyOf oneOf not if then else dependencies pattern maxLength format uniqueItems maxItems".split(
          " ",
        ),
        ..."enum const default required categories learner never-store additionalProperties contains".split(
          " ",
        ),
      ),
      tie("value"),
      { maxKeys: 5 },
    ),
  }));

  it("never throws", () => {
    fc.assert(
      fc.property(schema, (value) => {
        const whole = { $id: "https://example.edu/event", version: 1, ...(value as object) };
        for (const each of [value, whole]) {
          const read = readSchema("s.json", JSON.stringify(each));
          if (!("schema" in read)) for (const problem of read) assert.match(problem.message, /[.?*]$|\)$/);
        }
      }),
      { numRuns: 200 },
    );
  });
});
