import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { complaints, type Files, SCHEMA, SITE } from "../mapping/support.ts";

const MAPPING = "mappings/told/mapping.yml";
const EVENT_SCHEMA = "mappings/told/schema.v1.yml";

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  [
    "tells where a mapping stops being YAML",
    { [MAPPING]: "event: [a\ntitle: b" },
    [
      "mappings/told/mapping.yml:2:1 This is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
    ],
  ],
  [
    "refuses a key that stands twice",
    { [MAPPING]: `${SITE[MAPPING]}title: again\n` },
    ["mappings/told/mapping.yml:14:1 This is not valid YAML: Map keys must be unique."],
  ],
  [
    "refuses an empty mapping",
    { [MAPPING]: "" },
    ["mappings/told/mapping.yml:1:1 The file must be a mapping of keys."],
  ],
  [
    "refuses a mapping that is a list",
    { [MAPPING]: "- a\n" },
    ["mappings/told/mapping.yml:1:1 The file must be a mapping of keys."],
  ],
  [
    "refuses two mappings for one schema",
    { "mappings/other/mapping.yml": SITE[MAPPING], "mappings/other/schema.v1.yml": SCHEMA },
    [
      "mappings/told/schema.v1.yml:1:1 mappings/other/schema.v1.yml is for https://example.edu/event in version 1 as well.",
    ],
  ],
  [
    "asks for the schema of a mapping",
    { [EVENT_SCHEMA]: undefined },
    ["mappings/told/mapping.yml:1:8 Its folder has no schema, such as schema.v1.yml."],
  ],
  [
    "asks for the mapping of a schema",
    { [MAPPING]: undefined },
    ["mappings/told/mapping.yml:1:1 This file is missing beside its schema."],
  ],
  [
    "does not pass over files that end in .yaml",
    { [EVENT_SCHEMA]: undefined, "mappings/told/schema.v1.yaml": SCHEMA, "endpoints/x.yaml": "" },
    [
      "endpoints/x.yaml:1:1 Rename this file: only names that end in .yml are read.",
      "mappings/told/schema.v1.yaml:1:1 Rename this file: only names that end in .yml are read.",
      "mappings/told/mapping.yml:1:8 Its folder has no schema, such as schema.v1.yml.",
    ],
  ],
  [
    "asks for a folder for each mapping",
    { "mappings/mapping.yml": SITE[MAPPING] },
    ["mappings/mapping.yml:1:1 A mapping lies in a folder of its own below mappings/."],
  ],
  [
    "refuses a schema for another event than the mapping's",
    { [EVENT_SCHEMA]: SCHEMA.replace("example.edu/event", "example.edu/evnt") },
    ["mappings/told/schema.v1.yml:1:6 The mapping beside it is for https://example.edu/event."],
  ],
  [
    "refuses a schema that cannot be compiled",
    { [EVENT_SCHEMA]: SCHEMA.replace("type: integer", "type: intger") },
    [
      'mappings/told/schema.v1.yml:9:18 "properties.count.type" must be one of array, boolean, integer, null, number, object, string; did you mean "integer"?',
    ],
  ],
  [
    "refuses a schema whose pattern is none",
    { [EVENT_SCHEMA]: SCHEMA.replace("{ type: integer }", "{ type: string, pattern: '(' }") },
    ["mappings/told/schema.v1.yml:9:36 This is not a regular expression: unterminated group."],
  ],
  [
    "asks for a schema's id and version",
    { [EVENT_SCHEMA]: SCHEMA.replace(/^.*\n.*\n/, "") },
    [
      "mappings/told/schema.v1.yml:1:1 The schema lacks $id, a text.",
      'mappings/told/schema.v1.yml:1:1 The schema lacks version, such as "1".',
    ],
  ],
  [
    "refuses a schema that is a list",
    { [EVENT_SCHEMA]: "- a" },
    ["mappings/told/schema.v1.yml:1:1 A schema is a mapping of keys, such as $id and properties."],
  ],
  [
    "says nothing of a mapping whose schema is broken",
    { [EVENT_SCHEMA]: "a: [b" },
    [
      "mappings/told/schema.v1.yml:1:6 This is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
    ],
  ],
  [
    "refuses two schemas of one version",
    { "mappings/told/schema.v2.yml": SCHEMA },
    [
      "mappings/told/schema.v2.yml:1:1 mappings/told/schema.v1.yml is for https://example.edu/event in version 1 as well.",
    ],
  ],
];

describe("The check of mapping folders", () => {
  for (const [what, files, expected] of CASES) {
    it(what, async () => assert.deepEqual(await complaints(files), expected));
  }
});
