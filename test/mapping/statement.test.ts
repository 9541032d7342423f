import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CALIPER, compiled, mappingFile, SCHEMA, XAPI } from "./support.ts";

const caliper = (more: string, rest: Partial<Parameters<typeof mappingFile>[0]> = {}) =>
  compiled({ "mappings/told/mapping.yml": mappingFile({ caliper: CALIPER + more, ...rest }) });

const ENTITY = (id: string, more = ""): string =>
  `type: ToolUseEvent\naction: Used\nobject: { id: "${id}", type: SoftwareApplication${more} }\n`;

/** A schema that makes sure of an event's path and address; what runs without the check can lack them all the same. */
const SURE = SCHEMA.replace(
  "properties:\n",
  "required: [path, address]\nproperties:\n  address: { type: string, format: uri }\n",
);

describe("A compiled mapping", () => {
  it("writes a whole Caliper event around what the mapping says", async () => {
    const tell = await compiled({});
    assert.deepEqual(tell("caliper", {}), [
      {
        "@context": "http://purl.imsglobal.org/ctx/caliper/v1p2",
        id: "urn:uuid:told:told#0",
        type: "ToolUseEvent",
        profile: "ToolUseProfile",
        actor: { name: "p1" },
        action: "Used",
        object: { id: "https://example.edu/thing", type: "SoftwareApplication" },
        eventTime: "2026-01-15T10:15:00.000Z",
        edApp: { id: "https://hub.example.edu", type: "SoftwareApplication", name: "Example Hub" },
      },
    ]);
  });

  it("writes a whole xAPI statement around what the mapping says", async () => {
    const tell = await compiled({});
    assert.deepEqual(tell("xapi", {}), [
      {
        id: "told:told#0",
        actor: { name: "p1" },
        verb: { id: "http://activitystrea.ms/schema/1.0/save", display: { en: "saved" } },
        object: { objectType: "Activity", id: "https://example.edu/thing" },
        context: { platform: "Example Hub" },
        timestamp: "2026-01-15T10:15:00.000Z",
      },
    ]);
  });

  it("puts the course and the marks of a learner beside what the mapping says", async () => {
    const frames = {
      group: ',"group":{"id":"g"}',
      grouping: ',"grouping":[1]',
      activities: ',"contextActivities":{"grouping":[1]}',
      marks: ',"https://m.example":true',
      extensions: ',"extensions":{"https://m.example":true}',
    };
    const tell = await compiled({
      "mappings/told/mapping.yml": mappingFile({
        caliper: `${CALIPER}extensions: { https://e.example: "\${ event.text }" }`,
        xapi: `${XAPI}context: { contextActivities: { other: [{ id: "https://o.example" }] } }`,
      }),
    });
    const [event] = tell("caliper", {}, frames);
    assert.deepEqual([event?.group, event?.extensions], [{ id: "g" }, { "https://m.example": true }]);
    const [full] = tell("caliper", { text: "t" }, frames);
    assert.deepEqual(full?.extensions, { "https://e.example": "t", "https://m.example": true });
    const bare = await compiled({});
    assert.deepEqual(bare("caliper", {}, frames)[0]?.extensions, { "https://m.example": true });
    assert.deepEqual(bare("xapi", {}, frames)[0]?.context, {
      platform: "Example Hub",
      contextActivities: { grouping: [1] },
      extensions: { "https://m.example": true },
    });
    const [statement] = tell("xapi", {}, frames);
    assert.deepEqual(statement?.context, {
      platform: "Example Hub",
      contextActivities: {
        other: [{ objectType: "Activity", id: "https://o.example" }],
        grouping: [1],
      },
      extensions: { "https://m.example": true },
    });
  });

  it("leaves out a property whose value is absent, and an object of which nothing is left", async () => {
    const tell = await compiled({
      "mappings/told/mapping.yml": mappingFile({
        json: `generated:
  id: https://example.edu/g
  name: "\${ event.text }"
  extensions: { https://e.example: { a: "\${ event.text }", b: { c: "x \${ event.count }" } } }
  list: [ "\${ event.text }", 1, "\${ event.other }" ]
  empties: [ "\${ event.text }" ]
  empty: {}
  none: []
  number: 1.5
  nil: null
  yes: true
`,
      }),
    });
    const [{ generated: bare } = {}] = tell("json", {});
    const kept = {
      id: "https://example.edu/g",
      empty: {},
      none: [],
      number: 1.5,
      nil: null,
      yes: true,
    };
    assert.deepEqual(bare, { ...kept, list: [1] });
    const [{ generated: full } = {}] = tell("json", { text: "t", other: "o", count: 0 });
    const extensions = { "https://e.example": { a: "t", b: { c: "x 0" } } };
    assert.deepEqual(full, { ...kept, name: "t", extensions, list: ["t", 1, "o"], empties: ["t"] });
  });

  it("joins text around expressions, and leaves it out where one of them is absent or null", async () => {
    const tell = await caliper(
      "extensions: { https://e.example: 'a ${ event.text } b ${ event.maybe } $${c}' }",
    );
    const text = (event: object) => tell("caliper", { ...event })[0]?.extensions;
    assert.deepEqual(text({ text: "1", maybe: "2" }), { "https://e.example": "a 1 b 2 ${c}" });
    assert.equal(text({ text: "1" }), undefined);
    assert.equal(text({ text: "1", maybe: null }), undefined);
  });

  it("tells nothing where its condition is not true", async () => {
    const tell = await compiled({
      "mappings/told/mapping.yml": mappingFile({
        when: "event.flag && same",
        let: "same: ${ event.text == event.other }",
        xapi: XAPI,
      }),
    });
    assert.equal(tell("xapi", { flag: true, text: "a", other: "a" }).length, 1);
    for (const event of [{}, { flag: true }, { flag: true, text: "a", other: "b" }, { flag: null }])
      assert.deepEqual(tell("xapi", event), []);
  });

  it("reads lets that read other lets, of every kind", async () => {
    const tell = await caliper(
      "extensions: { https://e.example: [ '${ c }', '${ d }', '${ e }', '${ f.text }' ] }",
      {
        let: 'a: "${ event.text }"\nb: "b ${ a }"\nc: "${ b + a }"\nd: 4\ne: true\nf: "${ event.inner }"\n',
      },
    );
    const [event] = tell("caliper", { text: "t", inner: { text: "i" } });
    assert.deepEqual(event?.extensions, { "https://e.example": ["b tt", 4, true, "i"] });
  });

  it("fails with file, line and column where an id is absent that the schema made sure of", async () => {
    const tell = await compiled({
      "mappings/told/schema.v1.yml": SURE,
      "mappings/told/mapping.yml": mappingFile({ caliper: ENTITY("${ iri(hub.files, event.path) }") }),
    });
    assert.throws(() => tell("caliper", {}), {
      name: "MappingError",
      message: "mappings/told/mapping.yml:8:22 has no value for this event.",
    });
    assert.equal(tell("caliper", { path: "a" }).length, 1);
  });

  it("fails where an id is null, or an object given by its IRI is absent", async () => {
    const place = (column: number) => ({
      message: `mappings/told/mapping.yml:8:${column} has no value for this event.`,
    });
    const entity = await compiled({
      "mappings/told/schema.v1.yml": SURE,
      "mappings/told/mapping.yml": mappingFile({ caliper: ENTITY("${ event.address }") }),
    });
    assert.throws(() => entity("caliper", { address: null }), place(22));
    const reference = await compiled({
      "mappings/told/schema.v1.yml": SURE,
      "mappings/told/mapping.yml": mappingFile({
        caliper: 'type: ToolUseEvent\naction: Used\nobject: "${ event.address }"\n',
      }),
    });
    assert.throws(() => reference("caliper", {}), place(16));
    assert.equal(reference("caliper", { address: "https://o.example" })[0]?.object, "https://o.example");
  });

  it("writes valid JSON with the very values of the event, whatever they hold but halves of characters", async () => {
    const tell = await caliper(
      'extensions: { https://e.example: { text: "${ event.text }", any: "${ event.any }", mixed: "<${ event.text }>" } }',
    );
    const text = fc.string({ unit: "binary" }).map((each) => `${each}\u2028"\\\u0000`);
    const hostile = fc.oneof(text, fc.constantFrom("\ud800", "\udc00x", "</script>", "${ x }", "__proto__"));
    fc.assert(
      fc.property(hostile, fc.jsonValue(), (one, any) => {
        const [event] = tell("caliper", { text: one, any });
        const whole = one.toWellFormed();
        const expected = { text: whole, any: JSON.parse(JSON.stringify(any)), mixed: `<${whole}>` };
        assert.deepEqual(event?.extensions, { "https://e.example": expected });
      }),
      { numRuns: 400 },
    );
  });

  it("makes valid IRIs of hostile parts that never leave their base", async () => {
    const tell = await compiled({
      "mappings/told/schema.v1.yml": SURE,
      "mappings/told/mapping.yml": mappingFile({ caliper: ENTITY("${ iri(hub.files, event.path) }") }),
    });
    const unit = fc.constantFrom(
      "/",
      ".",
      "..",
      " ",
      "%",
      "%2e",
      "?",
      "#",
      "é",
      "👍",
      "\ud800",
      "\\",
      "a",
      "\n",
      '"',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), (parts) => {
        const [event] = tell("caliper", { path: parts.join("") });
        const { id } = (event?.object as { readonly id: string } | undefined) ?? { id: "" };
        assert.match(id, /^https:\/\/hub\.example\.edu\/files(\/(?!\.\.?(\/|$))[A-Za-z0-9%.!'()*~_-]+)*$/);
      }),
      { numRuns: 500 },
    );
  });
});
