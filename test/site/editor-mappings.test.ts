import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { editorSchemas } from "../../build/schemas.ts";
import { eventTypes } from "../../src/caliper/general.ts";
import { verbs } from "../../src/xapi/vocabulary.ts";
import { complaints, mappingFile } from "../mapping/support.ts";
import { wrong } from "../support/editor.ts";

const translation = (side: string): string =>
  `event: https://e.example\ntitle: T\ntranslations: [{ name: a, ${side} }]`;
const caliper = (type: string, action: string, more = ""): string =>
  translation(`caliper: { type: ${type}, action: ${action}, object: "\${ file }"${more} }`);

describe("An editor's check of a mapping", () => {
  const check = (text: string): readonly string[] => wrong("mappings/mapping.schema.json", text);

  it("takes every event type with each of its actions, and every verb", () => {
    for (const [name, { actions }] of Object.entries(eventTypes))
      for (const action of actions.filter((each) => each !== "Launched"))
        assert.deepEqual(
          check(caliper(name, action, action === "Copied" ? ', generated: "${ x }"' : "")),
          [],
          name,
        );
    for (const verb of Object.keys(verbs))
      assert.deepEqual(check(translation(`xapi: { verb: ${verb}, object: { id: "\${ file }" } }`)), []);
  });

  it("takes an expression wherever a mapping may have one", () => {
    const attempt =
      '{ id: "${ a }", type: Attempt, count: "${ b }", duration: "${ c }", startedAtTime: "${ d }", assignee: "${ e }", assignable: { id: "${ f }", type: Document, name: "x ${ g }", keywords: ["${ h }"] } }';
    const side = `caliper: { type: AssignableEvent, action: Started, object: "\${ x }", generated: ${attempt} }`;
    assert.deepEqual(check(translation(side)), []);
    const result =
      '{ success: "${ a }", duration: "${ b }", score: { raw: "${ c }", max: 3 }, extensions: { "https://e.example/x": "${ d }" } }';
    const xapi = `xapi: { verb: save, object: { id: "\${ x }", definition: { type: "https://e.example/t", name: "\${ y }" } }, result: ${result} }`;
    assert.deepEqual(check(translation(xapi)), []);
    assert.deepEqual(check(translation('json: { anything: ["${ x }", { deep: "${ y }" }] }')), []);
  });

  const mistakes: readonly (readonly [what: string, text: string, place: string])[] = [
    ["a key that there is not", `${translation("json: {}")}\ntranslation: []`, " additionalProperties"],
    ["no translations", "event: e\ntitle: t", " required"],
    [
      "a name with a space",
      translation("json: {}").replace("name: a", "name: a b"),
      "/translations/0/name pattern",
    ],
    ["a translation that says nothing", translation("optional: true"), "/translations/0 anyOf"],
    ["a type that there is not", caliper("ToolUse", "Used"), "/translations/0/caliper/type enum"],
    ["an action of another type", caliper("ToolUseEvent", "Saved"), "/translations/0/caliper/action enum"],
    [
      "a profile of another type",
      caliper("ToolUseEvent", "Used", ", profile: ForumProfile"),
      "/translations/0/caliper/profile enum",
    ],
    [
      "a copy of which nothing came",
      caliper("ResourceManagementEvent", "Copied"),
      "/translations/0/caliper required",
    ],
    [
      "an action that needs what a mapping cannot say",
      caliper("ToolLaunchEvent", "Launched"),
      "/translations/0/caliper/action enum",
    ],
    [
      "an object that does not fit the action",
      caliper("SessionEvent", "LoggedIn").replace('"${ file }"', '{ id: "${ x }", type: Session }'),
      "/translations/0/caliper/object/type enum",
    ],
    [
      "what does not come of an action",
      caliper("AnnotationEvent", "Tagged", ', generated: { id: "${ x }", type: SharedAnnotation }'),
      "/translations/0/caliper/generated/type enum",
    ],
    [
      "a language that is none",
      translation(
        'xapi: { verb: save, object: { id: "${ x }", definition: { name: { "in English": a } } } }',
      ),
      "/translations/0/xapi/object/definition/name propertyNames",
    ],
    [
      "activities that are no list",
      translation(
        'xapi: { verb: save, object: { id: "${ x }" }, context: { contextActivities: { parent: { id: "${ x }" } } } }',
      ),
      "/translations/0/xapi/context/contextActivities/parent type",
    ],
    [
      "a registration that is no UUID",
      translation('xapi: { verb: save, object: { id: "${ x }" }, context: { registration: one } }'),
      "/translations/0/xapi/context/registration pattern",
    ],
    [
      "an object that does not fit",
      caliper("ToolUseEvent", "Used").replace('"${ file }"', '{ id: "${ x }", type: Document }'),
      "/translations/0/caliper/object/type enum",
    ],
    [
      "a property that a type does not have",
      caliper("ToolUseEvent", "Used").replace(
        '"${ file }"',
        '{ id: "${ x }", type: SoftwareApplication, nme: x }',
      ),
      "/translations/0/caliper/object additionalProperties",
    ],
    [
      "a verb that there is not",
      translation('xapi: { verb: saved, object: { id: "${ x }" } }'),
      "/translations/0/xapi/verb enum",
    ],
    [
      "an object without an id",
      translation("xapi: { verb: save, object: {} }"),
      "/translations/0/xapi/object required",
    ],
    [
      "an extension that is no IRI",
      caliper("ToolUseEvent", "Used", ", extensions: { colour: red }"),
      "/translations/0/caliper/extensions propertyNames",
    ],
    ["what the translator says", translation("json: { time: 1 }"), "/translations/0/json propertyNames"],
  ];
  for (const [what, text, place] of mistakes) {
    it(`refuses ${what}`, () => assert.ok(check(text).includes(place), check(text).join("\n")));
  }
});

describe("What an editor offers for a mapping's sides", () => {
  /** The keys that `jlt check` allows at a place, by its own words. */
  const allowed = async (sides: {
    readonly caliper?: string;
    readonly xapi?: string;
  }): Promise<readonly string[]> => {
    const found = await complaints({ "mappings/told/mapping.yml": mappingFile(sides) });
    const said = found
      .map((each) => /nothing of "nokey"; it may say ([\w, ]+)/.exec(each)?.[1])
      .find(Boolean);
    return (said ?? "").split(", ").sort();
  };
  const { translations } = editorSchemas()["mappings/mapping.schema.json"]?.properties ?? {};
  const { caliper, xapi } = translations.items.properties;
  const { object, result, context } = xapi.properties;
  const id = "https://example.edu/x";
  const cases: readonly (readonly [
    what: string,
    sides: Parameters<typeof allowed>[0],
    schema: { properties: object },
  ])[] = [
    [
      "a Caliper event",
      { caliper: `{ type: ToolUseEvent, action: Used, object: ${id}, nokey: 1 }` },
      caliper,
    ],
    ["a statement", { xapi: `{ verb: save, object: { id: ${id} }, nokey: 1 }` }, xapi],
    ["its object", { xapi: `{ verb: save, object: { id: ${id}, nokey: 1 } }` }, object],
    [
      "a definition",
      { xapi: `{ verb: save, object: { id: ${id}, definition: { nokey: 1 } } }` },
      object.properties.definition,
    ],
    ["a result", { xapi: `{ verb: save, object: { id: ${id} }, result: { nokey: 1 } }` }, result],
    [
      "a score",
      { xapi: `{ verb: save, object: { id: ${id} }, result: { score: { nokey: 1 } } }` },
      result.properties.score,
    ],
    ["a context", { xapi: `{ verb: save, object: { id: ${id} }, context: { nokey: 1 } }` }, context],
    [
      "context activities",
      { xapi: `{ verb: save, object: { id: ${id} }, context: { contextActivities: { nokey: 1 } } }` },
      context.properties.contextActivities,
    ],
  ];
  for (const [what, sides, schema] of cases) {
    it(`is what the check allows in ${what}`, async () =>
      assert.deepEqual(Object.keys(schema.properties).sort(), await allowed(sides)));
  }
});
