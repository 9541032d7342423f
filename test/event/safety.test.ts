import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatProblem } from "../../src/document/problem.ts";
import { readSchema } from "../../src/event/schema.ts";

const HEAD = "$id: https://example.edu/event\nversion: 1\n";

/** What is said of a schema with such lines after its id and version, which are the lines 1 and 2. */
const said = (lines: string): readonly string[] => {
  const read = readSchema("s.yml", `${HEAD}${lines}`);
  return "schema" in read ? [] : read.map(formatProblem);
};

const CASES: readonly (readonly [what: string, lines: string, expected: readonly string[]])[] = [
  [
    "asks for the length of a text on which a pattern may run long",
    "properties:\n  a: { type: string, pattern: '^[a-z]+$' }",
    [
      "s.yml:4:32 On a long text this pattern would take long. Say beside it how long the text may be, such as maxLength: 200 (1024 at most).",
    ],
  ],
  [
    "does not take a length for one that is no bound",
    "properties:\n  a: { maxLength: 1000000, pattern: '^[a-z]+$' }",
    [
      "s.yml:4:38 On a long text this pattern would take long. Say beside it how long the text may be, such as maxLength: 200 (1024 at most).",
    ],
  ],
  [
    "refuses a repeat inside of a repeat, however short the text",
    "properties:\n  a: { maxLength: 100, pattern: '^(a+)+$' }",
    [
      "s.yml:4:36 The repeat a+ is inside of (a+)+, which is repeated as well; on some texts that takes for ever. Repeat only one of them, or say of each how often at most, such as {1,9}.",
    ],
  ],
  [
    "refuses alternatives that begin alike and are repeated",
    "properties:\n  a: { maxLength: 100, pattern: '^(a|ab)*$' }",
    [
      "s.yml:4:35 The alternatives in (a|ab)* can begin with the same character, and are repeated; on some texts that takes for ever. Let each begin with another character.",
    ],
  ],
  [
    "refuses repeats between which a text can be divided at will",
    "properties:\n  a: { maxLength: 100, pattern: '.*.*=' }",
    [
      "s.yml:4:36 The repeats .* and .* can match the same characters, and a text may be divided between them in many ways. Put something between them that one of them cannot match, as in [^=]*=.*",
    ],
  ],
  [
    "refuses what is no regular expression",
    "properties:\n  a: { pattern: '(' }",
    ["s.yml:4:18 This is not a regular expression: unterminated group."],
  ],
  [
    "refuses an escape that only lenient engines take",
    String.raw`properties: { a: { pattern: '\-' } }`,
    ["s.yml:3:30 This is not a regular expression: invalid escape."],
  ],
  [
    "asks for the length of names that patterns are tried on",
    "patternProperties:\n  ^x.*$: {}",
    [
      "s.yml:4:3 On a long name this pattern would take long. Say beside patternProperties how long a name may be, such as propertyNames: { maxLength: 200 } (1024 at most).",
    ],
  ],
  [
    "is content with names of a known length",
    "propertyNames: { maxLength: 9 }\npatternProperties: { ^x.*$: {} }",
    [],
  ],
  [
    "refuses a pattern of names that takes for ever",
    "propertyNames: { maxLength: 9 }\npatternProperties:\n  (x*)*: {}",
    [
      's.yml:5:3 The repeat x* is inside of (x*)*, which is repeated as well; on some texts that takes for ever. Repeat only one of them, or say of each how often at most, such as {1,9}. (In "(x*)*".)',
    ],
  ],
  [
    "refuses a reference to elsewhere",
    "properties:\n  a: { $ref: https://example.org/schema }\n  b: { $ref: other.yml#/definitions/b }",
    [
      "s.yml:4:14 A $ref must not lead out of this file: copy what it refers to below definitions, and refer to it as #/definitions/name.",
      "s.yml:5:14 A $ref must not lead out of this file: copy what it refers to below definitions, and refer to it as #/definitions/name.",
    ],
  ],
  [
    "refuses a reference to what is no schema, and so was not looked at",
    "default: { pattern: (a+)+ }\nproperties: { a: { $ref: '#/default' }, b: { $ref: '#/nowhere' } }",
    [
      's.yml:4:27 There is no schema at "#/default"; a $ref is written as #/definitions/name.',
      's.yml:4:53 There is no schema at "#/nowhere"; a $ref is written as #/definitions/name.',
    ],
  ],
  [
    "looks at what a remark holds, where a reference could lead",
    "categories: { a: { pattern: (a+)+ } }\nproperties: { a: { $ref: '#/categories/a' } }",
    [
      "s.yml:3:30 The repeat a+ is inside of (a+)+, which is repeated as well; on some texts that takes for ever. Repeat only one of them, or say of each how often at most, such as {1,9}.",
    ],
  ],
  [
    "refuses references that go round in a circle",
    "definitions:\n  a: { $ref: '#/definitions/b' }\n  b: { anyOf: [{ $ref: '#/definitions/a' }] }",
    ["s.yml:4:15 This $ref leads back to itself and would never end: take it out."],
  ],
  [
    "allows a reference to the whole from further down, as of a tree",
    "properties: { left: { $ref: '#' }, right: { $ref: '#' }, more: { items: { $ref: '#' } } }",
    [],
  ],
  ["allows references within the schema", "definitions: { a: true, b: { $ref: '#/definitions/a' } }", []],
  [
    "refuses references that double at every step",
    `definitions:\n${Array.from({ length: 20 }, (_, at) => `  d${at}: { allOf: [{ $ref: '#/definitions/d${at + 1}' }, { $ref: '#/definitions/d${at + 1}' }] }\n`).join("")}  d20: {}`,
    ["s.yml:4:26 References multiply here, each leading to several others: make them fewer."],
  ],
  [
    "refuses references that double with every level of an event",
    "anyOf:\n  - properties: { a: { $ref: '#' } }\n  - properties: { a: { $ref: '#' } }",
    [
      "s.yml:4:31 What this is part of refers to itself twice for the same value, which doubles with every level of the event: let it do so once.",
    ],
  ],
  [
    "refuses a second base for references",
    "definitions:\n  a: { $id: https://example.org/a }",
    ["s.yml:4:13 Only the schema itself has an $id: leave this one out, or write a name such as #part."],
  ],
  [
    "refuses $async, under which every event would be valid",
    "$async: true",
    ["s.yml:3:1 Under $async every event would be taken for valid: leave it out."],
  ],
  [
    "asks how many items are to be compared",
    "properties:\n  a: { uniqueItems: true }\n  b: { uniqueItems: true, maxItems: 20 }\n  c: { uniqueItems: false }",
    [
      "s.yml:4:21 In a long list, comparing each item with each would take long. Say beside it how many there may be, such as maxItems: 100 (1000 at most).",
    ],
  ],
  [
    "refuses a keyword that there is not, and suggests the one that was meant",
    "properties:\n  a: { typ: string }\n  version: { categories: { note: 1 } }",
    ['s.yml:4:8 "typ" is no keyword of JSON Schema, draft-07; did you mean "type"?'],
  ],
  [
    "refuses a value that a keyword cannot have, where it stands",
    "properties:\n  a: { type: intger }\n  b: { maxLength: -1 }",
    [
      's.yml:4:14 "properties.a.type" must be one of array, boolean, integer, null, number, object, string; did you mean "integer"?',
      's.yml:5:19 "properties.b.maxLength" must be at least 0.',
    ],
  ],
  [
    "tells in ajv's words what only ajv finds",
    "properties:\n  a: { then: { const: 1 } }",
    ['s.yml:4:8 This schema cannot be used: "then" without "if" is ignored.'],
  ],
  [
    "takes no offence at defaults",
    "properties: { a: { default: { pattern: (a+)+, $ref: x, $async: true } } }",
    [],
  ],
];

describe("The safety of an event's schema", () => {
  for (const [what, lines, expected] of CASES) {
    it(what, () => assert.deepEqual(said(lines), expected));
  }

  it("refuses a format that does not exist, and suggests the one that was meant", () => {
    const [message = "", ...others] = said("properties:\n  a: { format: datetime }");
    assert.match(message, /^s\.yml:4:16 There is no format "datetime", .* did you mean "date-time"\?$/);
    assert.deepEqual(others, []);
  });

  it("refuses schemas that are inside of one another more than 32 levels deep", () => {
    const nested = (levels: number): string =>
      `not: ${"{ not: ".repeat(levels - 1)}{}${" }".repeat(levels - 1)}`;
    assert.deepEqual(said(nested(32)), []);
    assert.match(said(nested(33)).join("\n"), /^s\.yml:3:\d+ Schemas may be inside of one another 32 levels/);
    assert.match(said(nested(20_000)).join("\n"), /nested too deeply|32 levels/);
  });

  it("refuses a schema of more than 256 KB, unread", () => {
    assert.deepEqual(said(`description: ${"x".repeat(256 * 1024)}`), [
      "s.yml:1:1 A schema is at most 256 KB long; this one has 257 KB.",
    ]);
  });
});

describe("The formats of an event's schema", () => {
  it("may be slow on short texts only", () => {
    const [message = ""] = said("properties:\n  a: { format: url }");
    assert.match(
      message,
      /^s\.yml:4:16 On a long text the format url would take long: take uri in its place/,
    );
    assert.deepEqual(said("properties: { a: { format: url, maxLength: 200 }, b: { format: uri } }"), []);
  });
});
