import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { complaints, endpointFile, type Files, mappingFile } from "../mapping/support.ts";

const schemaOf = (properties: string, version = "1", more = ""): string => `$id: https://example.edu/event
version: "${version}"
type: object
required: [it]
${more}properties:
${properties}
`;

const ROOT = "personal-data: true\n";

const site = (policy: string, mapping: string, ...schemas: readonly string[]): Files => ({
  "mappings/told/schema.v1.yml": undefined,
  ...Object.fromEntries(schemas.map((text, at) => [`mappings/told/schema.v${at + 1}.yml`, text])),
  "mappings/told/mapping.yml": mapping,
  "endpoints/store-caliper.yml": endpointFile("caliper", `personalData: ${policy}\n`),
  "endpoints/store-xapi.yml": endpointFile("xapi", `personalData: ${policy}\n`),
});

/** A statement that holds a value where any may stand. */
const sending = (expression: string): string =>
  mappingFile({
    xapi: `verb: save\nobject: { id: "https://example.edu/thing" }\nresult: { extensions: { https://example.edu/e: "\${ ${expression} }" } }`,
  });

/** The reasons of what the check says, without the flow before each. */
const reasons = async (policy: string, mapping: string, ...schemas: readonly string[]): Promise<string[]> =>
  (await complaints(site(policy, mapping, ...schemas))).map((each) =>
    each.replace(/^.*: (?=(this|its|the) )/, ""),
  );

describe("An endpoint that gets pseudonyms is not promised", () => {
  for (const property of [
    "description: any",
    "type: [string, number]",
    "enum: [1, 2]",
    "type: array, items: { type: integer }",
    "type: object",
  ])
    it(`what may be no text: ${property}`, async () => {
      const [found = "", ...others] = await reasons(
        "pseudonymise",
        sending("event.it"),
        schemaOf(`  it: { ${property}, personal-data: true }`),
      );
      assert.match(found, /^this may be, or hold, what is no text/);
      assert.deepEqual(others, []);
    });

  it("what is no text in one version, and marked in another", async () => {
    const [found = ""] = await reasons(
      "pseudonymise",
      sending("event.it"),
      schemaOf("  it: { type: integer }"),
      schemaOf("  it: { type: string, personal-data: true }", "2"),
    );
    assert.match(found, /^this may be, or hold, what is no text/);
  });

  it("an entry by what an event says, where names have pseudonyms; but by a position, and by a name", async () => {
    const schema = schemaOf(
      "  it: { type: object }\n  key: { type: string }\n  n: { type: integer }\n  list: { type: array, items: { type: string } }\n  own: { type: object, additionalProperties: false, properties: { a: { type: string } } }",
      "1",
      ROOT,
    );
    const [found = ""] = await reasons("pseudonymise", sending("event.it[event.key]"), schema);
    assert.match(found, /^the names in it have pseudonyms as well, .* Write the name itself/);
    for (const fine of ["event.it['a']", "event.it.a", "event.list[event.n]", "event.own[event.key]"])
      assert.deepEqual(await reasons("pseudonymise", sending(fine), schema), [], fine);
  });

  it("a time of a pseudonym, in whatever it stands", async () => {
    const schema = schemaOf("  it: { type: string }\n  other: { type: string }", "1", ROOT);
    const caliper = mappingFile({
      caliper:
        'type: ToolUseEvent\naction: Used\nobject: { id: "https://example.edu/thing", type: SoftwareApplication, dateCreated: "${ utc(event.it) }" }',
    });
    for (const mapping of [
      caliper,
      sending("utc(event.it)"),
      sending("seconds(event.it, event.it)"),
      sending("duration(event.it, event.it)"),
      sending("string(utc(event.it))"),
      sending("1").replace("    xapi:", "    time: utc(event.it)\n    xapi:"),
    ]) {
      assert.deepEqual(await reasons("pseudonymise", mapping, schema), [
        `its pseudonym is no time, so endpoints/store-${mapping === caliper ? "caliper" : "xapi"}.yml would not get it. Say format: date-time or personal-data: false beside the field, or personalData: allow there.`,
      ]);
      const timed = schema.replace("it: { type: string }", "it: { type: string, format: date-time }");
      assert.deepEqual(await reasons("pseudonymise", mapping, timed), []);
    }
    const own = schemaOf("  it: { type: string, format: date-time, personal-data: true }");
    const [found = ""] = await reasons("pseudonymise", sending("utc(event.it)"), own);
    assert.match(found, /^its pseudonym is no time, .* Say personal-data: false beside the field, or/);
  });

  it("a UUID or the tag of a language made of a pseudonym", async () => {
    const schema = schemaOf("  it: { type: string }", "1", ROOT);
    for (const [context, what] of [
      ['registration: "${ event.it }"', "UUID"],
      ['statement: { id: "${ event.it }" }', "UUID"],
      ['language: "${ event.it }"', "tag of a language"],
    ] as const) {
      const mapping = mappingFile({
        xapi: `verb: save\nobject: { id: "https://example.edu/thing" }\ncontext: { ${context} }`,
      });
      const [found = ""] = await reasons("pseudonymise", mapping, schema);
      assert.ok(found.startsWith(`its pseudonym is no ${what}, so endpoints/store-xapi.yml`), found);
      assert.deepEqual(await reasons("allow", mapping, schema), []);
    }
  });

  it("but gets what pseudonym(…) makes of anything", async () => {
    const schema = schemaOf("  it: { type: integer, personal-data: true }");
    assert.deepEqual(await reasons("pseudonymise", sending("pseudonym(string(event.it))"), schema), []);
    assert.equal((await reasons("refuse", sending("pseudonym(string(event.it))"), schema)).length, 1);
  });
});

describe("An endpoint that refuses personal data", () => {
  const cells = (item: string): string =>
    schemaOf(
      `  it: { type: integer }\n  key: { type: string }\n  cells: { type: array, items: { type: object, properties: { n: { type: integer }, ${item} } } }\n  map: { type: object, properties: { n: { type: integer }, ${item}, '*': { type: integer } } }`,
    );
  const marked = cells("name: { type: string, personal-data: true }");

  for (const expression of [
    "event.cells[event.it].name",
    "event.cells[0 + 1].name",
    "event.cells[event.it]",
    "[event.cells][0][event.it].name",
    "event.map[event.key]",
    "event.map[event.key].name",
    "event.map['*']",
  ])
    it(`gets no ${expression}`, async () => {
      assert.equal((await reasons("refuse", sending(expression), marked)).length, 1);
      assert.deepEqual(await reasons("refuse", sending(expression), cells("name: { type: string }")), []);
    });

  it("gets another field of such an element, which is nobody's", async () => {
    assert.deepEqual(await reasons("refuse", sending("event.cells[event.it].n"), marked), []);
  });

  it("gets numbers of an event that is marked as a whole, in lists and in objects that hold nothing else", async () => {
    const schema = schemaOf(
      "  it: { type: array, items: { type: integer } }\n  o: { type: object, additionalProperties: false, properties: { n: { type: integer } } }\n  open: { type: object, properties: { n: { type: integer } } }",
      "1",
      ROOT,
    );
    for (const fine of ["event.it", "event.o", "event.open.n"])
      assert.deepEqual(await reasons("refuse", sending(fine), schema), [], fine);
    assert.equal((await reasons("refuse", sending("event.open"), schema)).length, 1);
  });

  it("gets nothing that is marked where a $ref or allOf leads, although it says that it is none", async () => {
    const user = "type: object, properties: { email: { type: string, personal-data: true } }";
    for (const property of [`allOf: [{ ${user} }]`, "$ref: '#/definitions/user'"]) {
      const schema = `${schemaOf(`  it: { personal-data: false, ${property} }`)}definitions: { user: { ${user} } }\n`;
      assert.equal((await reasons("refuse", sending("event.it"), schema)).length, 1, property);
    }
  });
});
