import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatProblem } from "../../src/document/problem.ts";
import { readSchema } from "../../src/event/schema.ts";

/** What is said of a schema with such a pattern. */
const pattern = (text: string, beside = "maxLength: 100"): readonly string[] => {
  const property = `{ ${beside}, pattern: '${text.replaceAll("'", "''")}' }`;
  const read = readSchema(
    "s.yml",
    `$id: https://example.edu/event\nversion: 1\nproperties: { a: ${property} }`,
  );
  return "schema" in read ? [] : read.map(formatProblem);
};

describe("The patterns of an event's schema", () => {
  const fine = [
    String.raw`^\d{4}-\d{2}-\d{2}$`,
    String.raw`^(\d{1,3}\.){3}\d{1,3}$`,
    "^(foo|bar)*$",
    "^[a-z]+-[a-z]+$",
    "^[^@]+@[a-z]+$",
    "^(foo.*|bar.*)$",
    String.raw`^\p{L}[\p{L}\d]*$`,
    "^(?!__.*)",
    "^([a-z]{1,63}[.]){1,10}$",
    String.raw`^[\w.-]{1,64}$`,
    "^https?://[^/]+/.*$",
    "^(?<year>[0-9]+)?$",
    "^\\u{1F600}*[a-z]$",
  ];
  for (const text of fine) {
    it(`may be ${text}`, () => assert.deepEqual(pattern(text), []));
  }

  const endless = [
    "(a*)*",
    "(a|a)*",
    "(a?){30}a{30}",
    "([a-z]+)*$",
    "(.*a){20}",
    "(?:a{1,30}){1,30}b",
    "^[a-z]*[a-z0-9]*$",
    "^a*b*a*$",
    String.raw`^\s*(.*)\s*$`,
    "(?=(a+)+b)c",
    "(?=.*.*b)c",
    "[a-z]*(?=a+b)$",
    "^(?:a(?:a{3}){1,15}.){2,5}b",
    String.raw`^(a*)\1$`,
    "(?i:[a-z]*[A-Z]*)",
    `${"(".repeat(60)}a{1,20}b${"){2}".repeat(60)}`,
    `${"a?".repeat(20)}`,
    "é*[à-ü]*",
    "\\u{1F600}*[^a]*",
    "x".repeat(1001),
  ];
  for (const text of endless) {
    it(`may not be ${text.slice(0, 40)}`, () => assert.equal(pattern(text).length, 1));
  }

  it("need no length where they cannot run long", () => {
    for (const text of ["^a{1,5}$", "^(GET|PUT)$", "[0-9]{3}", String.raw`^\d{1,200}$`])
      assert.deepEqual(pattern(text, "type: string"), [], text);
  });
});
