import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CALIPER, complaints, type Files, mappingFile, SCHEMA, XAPI } from "./support.ts";

const MAPPING = "mappings/told/mapping.yml";
const EVENT_SCHEMA = "mappings/told/schema.v1.yml";
const extension = (value: string): Files => ({
  [MAPPING]: mappingFile({ caliper: `${CALIPER}extensions: { https://e.example: ${value} }` }),
});

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  [
    "tells where an expression ends too early",
    extension('"a ${ event.text + }"'),
    ["mappings/told/mapping.yml:9:59 The expression ends too early."],
  ],
  [
    "tells where a closing parenthesis has no opening one",
    extension("\"${ event.text == 'a' ) }\""),
    ["mappings/told/mapping.yml:9:62 This cannot stand here: )."],
  ],
  [
    "knows the fields of the event's schema",
    extension('"a ${ event.txt }"'),
    ['mappings/told/mapping.yml:9:52 There is no field "txt" here; did you mean "text"?'],
  ],
  [
    "knows the fields of an object within the event",
    extension('"${ event.inner.txet }"'),
    ['mappings/told/mapping.yml:9:56 There is no field "txet" here; did you mean "text"?'],
  ],
  [
    "knows them within has as well",
    extension('"${ has(event.txt) }"'),
    ['mappings/told/mapping.yml:9:54 There is no field "txt" here; did you mean "text"?'],
  ],
  [
    "suggests the variable that was meant",
    extension('"${ evnt.text }"'),
    ['mappings/told/mapping.yml:9:44 There is no variable "evnt"; did you mean "event"?'],
  ],
  [
    "refuses an operator between two types",
    extension('"${ event.text + event.count }"'),
    ['mappings/told/mapping.yml:9:44 "+" does not go with a text and a whole number.'],
  ],
  [
    "refuses a number where true or false is needed",
    extension('"${ event.count && true }"'),
    ['mappings/told/mapping.yml:9:44 "&&" and "||" go with what is true or false, not with a whole number.'],
  ],
  [
    "refuses a method on another type than it has",
    extension("\"${ event.count.startsWith('a') }\""),
    [
      'mappings/told/mapping.yml:9:44 "startsWith" does not go with a whole number, a text; it is used as text.startsWith(text).',
    ],
  ],
  [
    "refuses a function with other arguments than it takes",
    extension('"${ iri(event.count, 1) }"'),
    [
      'mappings/told/mapping.yml:9:44 "iri" does not go with a whole number, a whole number; it is used as iri(base, part, …) with texts or numbers.',
    ],
  ],
  [
    "refuses matches, which could hang",
    extension("\"${ event.text.matches('a+') }\""),
    [
      "mappings/told/mapping.yml:9:44 Mappings have no regular expressions; use startsWith, endsWith, contains or extension.",
    ],
  ],
  [
    "refuses CEL's loops",
    extension("\"${ event.tags.exists(x, x == 'a') }\""),
    [
      'mappings/told/mapping.yml:9:44 Mappings have no loops such as "exists"; "forEach" makes a statement of each element.',
    ],
  ],
  [
    "suggests the function that was meant",
    extension('"${ basname(event.text) }"'),
    ['mappings/told/mapping.yml:9:44 Mappings have no function "basname"; did you mean "basename"?'],
  ],
  [
    "refuses the name of a type as a value",
    extension('"${ string }"'),
    ['mappings/told/mapping.yml:9:44 "string" is the name of a type; a value is needed here.'],
  ],
  [
    "bounds the size of an expression",
    extension(`"\${ ${Array(150).fill("1").join(" + ")} }"`),
    ["mappings/told/mapping.yml:9:44 The expression is too long: at most 200 parts, 100 elements in a list."],
  ],
  [
    "bounds the depth of an expression",
    extension(`"\${ ${"(".repeat(30)}1${")".repeat(30)} }"`),
    ["mappings/told/mapping.yml:9:68 The expression is nested too deeply: at most 24 levels."],
  ],
  [
    "bounds the length of a list",
    extension(`"\${ [${Array(150).fill("1").join(",")}] }"`),
    [
      "mappings/told/mapping.yml:9:245 The expression is too long: at most 200 parts, 100 elements in a list.",
    ],
  ],
  [
    "tells where an expression is never closed",
    extension('"abc ${ event.text"'),
    ['mappings/told/mapping.yml:9:45 This "${" has no closing "}".'],
  ],
  [
    "refuses a condition that is a text",
    { [MAPPING]: mappingFile({ when: "event.text", xapi: XAPI }) },
    ['mappings/told/mapping.yml:5:11 "when" must be true or false, but this is a text.'],
  ],
  [
    "says that a condition is an expression already",
    { [MAPPING]: mappingFile({ when: "${ event.flag }", xapi: XAPI }) },
    ["mappings/told/mapping.yml:5:11 Write the expression here without the dollar and its braces."],
  ],
  [
    "counts columns within quotes",
    { [MAPPING]: mappingFile({ when: "'event.text == evnt.other'", xapi: XAPI }) },
    ['mappings/told/mapping.yml:5:26 There is no variable "evnt"; did you mean "event"?'],
  ],
  [
    "counts lines and columns within a folded text",
    {
      [MAPPING]: mappingFile({ when: ">\n      event.text == 'a' &&\n      event.othr == 'b'", xapi: XAPI }),
    },
    ['mappings/told/mapping.yml:7:13 There is no field "othr" here; did you mean "other"?'],
  ],
  [
    "counts columns behind escapes",
    { [MAPPING]: mappingFile({ when: '"event.text == \\"a\\" && event.othr == \\"b\\""', xapi: XAPI }) },
    ['mappings/told/mapping.yml:5:41 There is no field "othr" here; did you mean "other"?'],
  ],
  [
    "refuses a let whose name is no word",
    { [MAPPING]: mappingFile({ let: "event: 1\nconst: 2\nstring: a\nBad-Name: 3", xapi: XAPI }) },
    [
      'mappings/told/mapping.yml:7:3 The name "Bad-Name" must be letters and digits, with a small letter first.',
    ],
  ],
  [
    "refuses a let that takes a name with a meaning",
    { [MAPPING]: mappingFile({ let: "event: 1\nconst: 2\nstring: a\nhub: 3\ntrue: 4", xapi: XAPI }) },
    [
      'mappings/told/mapping.yml:4:3 "event" has a meaning already; take another name.',
      'mappings/told/mapping.yml:5:3 "const" has a meaning already; take another name.',
      'mappings/told/mapping.yml:6:3 "string" has a meaning already; take another name.',
      'mappings/told/mapping.yml:7:3 "hub" has a meaning already; take another name.',
      'mappings/told/mapping.yml:8:3 "true" has a meaning already; take another name.',
    ],
  ],
  [
    "refuses a let that reads what is not there, or below it",
    { [MAPPING]: mappingFile({ let: 'a: "${ b }"\nb: 1\nc: "${ event.x }"', xapi: XAPI }) },
    [
      'mappings/told/mapping.yml:4:10 There is no variable "b".',
      'mappings/told/mapping.yml:6:16 There is no field "x" here.',
    ],
  ],
  [
    "refuses a let without a value",
    { [MAPPING]: mappingFile({ let: "a: null", xapi: XAPI }) },
    ['mappings/told/mapping.yml:4:6 "let.a" must be a text or a number or a boolean.'],
  ],
  [
    "tells which version of the schema lacks a field",
    {
      "mappings/told/schema.v2.yml": SCHEMA.replace('"1"', '"2"').replace("  text: { type: string }\n", ""),
      ...extension('"${ event.text }"'),
    },
    ['mappings/told/mapping.yml:9:50 In version 2 of the schema: There is no field "text" here.'],
  ],
  [
    "takes a schema whose fields are no words",
    { [EVENT_SCHEMA]: `${SCHEMA}  'a b': { type: object, properties: { x: { type: string } } }\n` },
    [],
  ],
];

describe("The check of expressions", () => {
  for (const [what, files, expected] of CASES) {
    it(what, async () => assert.deepEqual(await complaints(files), expected));
  }
});
