import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { complaints, type Files, mappingFile, SITE, XAPI } from "./support.ts";

const MAPPING = "mappings/told/mapping.yml";
const OBJECT = 'object: { id: "https://e.example/o", type: SoftwareApplication }\n';
const DOCUMENT = 'object: { id: "https://e.example/o", type: Document }\n';
const caliper = (side: string): Files => ({ [MAPPING]: mappingFile({ caliper: side }) });
const xapi = (side: string): Files => ({ [MAPPING]: mappingFile({ xapi: side }) });

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  [
    "suggests the Caliper event type that was meant",
    caliper(`type: ToolUsedEvent\naction: Used\n${OBJECT}`),
    ['mappings/told/mapping.yml:6:13 This is not a Caliper event type; did you mean "ToolUseEvent"?'],
  ],
  [
    "takes no word that every object knows for an event type",
    caliper(`type: constructor\naction: Used\n${OBJECT}`),
    ["mappings/told/mapping.yml:6:13 This is not a Caliper event type."],
  ],
  [
    "knows the actions of an event type",
    caliper(`type: ToolUseEvent\naction: Use\n${OBJECT}`),
    ['mappings/told/mapping.yml:7:15 The actions of a ToolUseEvent are Used; did you mean "Used"?'],
  ],
  [
    "knows the profiles of an event type",
    caliper(`type: ToolUseEvent\naction: Used\nprofile: X\n${OBJECT}`),
    ["mappings/told/mapping.yml:8:16 A ToolUseEvent belongs to ToolUseProfile."],
  ],
  [
    "suggests the entity type that was meant",
    caliper(`type: ToolUseEvent\naction: Used\nobject: { id: "https://e.example/o", type: Documnt }`),
    ['mappings/told/mapping.yml:8:50 This is not a Caliper entity type; did you mean "Document"?'],
  ],
  [
    "asks for the copy of what was copied",
    caliper(`type: ResourceManagementEvent\naction: Copied\n${DOCUMENT}`),
    ['mappings/told/mapping.yml:7:15 The action Copied needs "generated": the resource that came of it.'],
  ],
  [
    "asks for an entity's id",
    caliper(`type: ToolUseEvent\naction: Used\nobject: { type: SoftwareApplication }`),
    ["mappings/told/mapping.yml:8:15 An entity needs an id."],
  ],
  [
    "refuses an id, an object and a target that are no IRI",
    caliper(
      `type: ToolUseEvent\naction: Used\nobject: { id: thing, type: SoftwareApplication }\ntarget: text\nreferrer: null`,
    ),
    [
      "mappings/told/mapping.yml:8:21 An id is an IRI, such as ${ iri(hub.files, event.path) }.",
      'mappings/told/mapping.yml:9:15 "target" must be a mapping of keys, or an IRI.',
      'mappings/told/mapping.yml:10:17 "referrer" must be a mapping of keys, or an IRI.',
    ],
  ],
  [
    "refuses an id that is a number",
    caliper(
      `type: ToolUseEvent\naction: Used\nobject: { id: "\${ event.count }", type: SoftwareApplication }`,
    ),
    [
      "mappings/told/mapping.yml:8:22 An id is an IRI, such as ${ iri(hub.files, event.path) }; this is a whole number.",
    ],
  ],
  [
    "refuses what the translator itself fills in",
    caliper(`type: ToolUseEvent\naction: Used\nedApp: x\n${OBJECT}`),
    [
      'mappings/told/mapping.yml:8:7 A mapping says nothing of "edApp"; it may say type, profile, actor, action, object, generated, target, referrer, extensions.',
    ],
  ],
  [
    "refuses the key of a Caliper extension that is no IRI",
    caliper(`type: ToolUseEvent\naction: Used\nextensions: { foo: 1 }\n${OBJECT}`),
    ["mappings/told/mapping.yml:8:21 The key of an extension must be an IRI."],
  ],
  [
    "refuses extensions that are a text",
    caliper(`type: ToolUseEvent\naction: Used\nextensions: text\n${OBJECT}`),
    ['mappings/told/mapping.yml:8:19 "extensions" must be a mapping of keys.'],
  ],
  [
    "asks for what every Caliper event needs",
    caliper(`type: ToolUseEvent\n`),
    [
      'mappings/told/mapping.yml:6:7 "translations.0.caliper" lacks "action".',
      'mappings/told/mapping.yml:6:7 "translations.0.caliper" lacks "object".',
    ],
  ],
  [
    "suggests the verb that was meant",
    xapi('verb: sve\nobject: { id: "https://e.example" }'),
    ['mappings/told/mapping.yml:6:13 There is no verb of this name; did you mean "save"?'],
  ],
  [
    "takes no word that every object knows for a verb",
    xapi('verb: constructor\nobject: { id: "https://e.example" }'),
    ["mappings/told/mapping.yml:6:13 There is no verb of this name."],
  ],
  [
    "suggests the activity type that was meant",
    xapi('verb: save\nobject: { id: "https://e.example", definition: { type: fiel } }'),
    ['mappings/told/mapping.yml:7:62 This is neither a known activity type nor an IRI; did you mean "file"?'],
  ],
  [
    "refuses the keys of xAPI extensions that are no IRIs, and what the translator fills in",
    xapi(
      'verb: save\nobject: { id: "https://e.example", definition: { extensions: { a: 1 } } }\nresult: { extensions: { b: 1 } }\ncontext: { extensions: { c: 1 }, platform: x, contextActivities: { grouping: [] } }',
    ),
    [
      "mappings/told/mapping.yml:7:70 The key of an extension must be an IRI.",
      "mappings/told/mapping.yml:8:31 The key of an extension must be an IRI.",
      'mappings/told/mapping.yml:9:40 A mapping says nothing of "platform"; it may say registration, revision, language, statement, contextActivities, extensions.',
      "mappings/told/mapping.yml:9:32 The key of an extension must be an IRI.",
      'mappings/told/mapping.yml:9:74 A mapping says nothing of "grouping"; it may say parent, category, other.',
    ],
  ],
  [
    "refuses texts in the places of objects",
    xapi("verb: save\nobject: text\nresult: text\ncontext: 5"),
    [
      "mappings/told/mapping.yml:7:15 The object needs an id.",
      'mappings/told/mapping.yml:8:15 "result" must be a mapping of keys.',
      'mappings/told/mapping.yml:9:16 "context" must be a mapping of keys.',
    ],
  ],
  [
    "refuses a definition that is a text, and another type of object",
    xapi('verb: save\nobject: { id: "https://e.example", definition: text, objectType: Agent }'),
    [
      'mappings/told/mapping.yml:7:60 A mapping says nothing of "objectType"; it may say id, definition.',
      'mappings/told/mapping.yml:7:54 "definition" must be a mapping of keys.',
    ],
  ],
  [
    "refuses a translation that says nothing",
    { [MAPPING]: mappingFile({ when: "event.flag" }) },
    [
      'mappings/told/mapping.yml:4:5 The translation "told" says nothing: it needs "caliper", "xapi" or "json".',
    ],
  ],
  [
    "refuses two translations of one name",
    {
      [MAPPING]: `${SITE[MAPPING]}  - name: told\n    xapi: { verb: save, object: { id: "https://e.example" } }\n`,
    },
    ['mappings/told/mapping.yml:14:11 There are two translations "told".'],
  ],
  [
    "refuses a name with capitals and spaces",
    { [MAPPING]: mappingFile({ xapi: XAPI }).replace("name: told", "name: Told You") },
    ['mappings/told/mapping.yml:4:11 "translations.0.name" must be lower-case words joined by hyphens.'],
  ],
];

describe("The check of what a mapping says", () => {
  for (const [what, files, expected] of CASES) {
    it(what, async () => assert.deepEqual(await complaints(files), expected));
  }
});
