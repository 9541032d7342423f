import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readSite } from "../../build/site.ts";
import { type Use, usesOf } from "../../src/mapping/disclosure.ts";
import { SIDES } from "../../src/mapping/understand.ts";
import { mappingFile, SCHEMA, understood, withSite } from "./support.ts";

/** What a mapping uses on its json side, where any value may stand anywhere. */
const usesIn = (mapping: string, schema = SCHEMA): Promise<readonly Use[]> =>
  withSite(
    { "mappings/told/mapping.yml": mapping, "mappings/told/schema.v1.yml": schema },
    async (folder) => {
      const { sources } = await readSite(folder);
      return sources.flatMap(({ mapping: each }) =>
        each.translations.flatMap((translation) => usesOf(each, translation, "json")),
      );
    },
  );

/** Each use as `event.path: whole at name`. */
const told = (uses: readonly Use[]): readonly string[] =>
  uses.map(
    ({ from, form, by, to, deep }) =>
      `${from.join(".")}: ${[form, ...by].join(" ")}${to.length === 0 ? "" : ` at ${to.join(".")}`}${deep ? "" : ", not what is inside"}`,
  );

const usesOfValue = async (value: string): Promise<readonly string[]> =>
  told(await usesIn(mappingFile({ json: `it: ${JSON.stringify(value)}` })));

describe("What a mapping discloses", () => {
  for (const [value, ...expected] of [
    ["${ event.text }", "event.text: whole at it"],
    ["a ${ event.text } and ${ event.count }", "event.text: part at it", "event.count: part at it"],
    ["${ iri(hub.files, event.path) }", "hub.files: part at it", "event.path: part at it"],
    ["${ lower(basename(event.path)) }", "event.path: changed basename lower at it"],
    ["${ iri(hub.id, basename(event.path)) }", "hub.id: part at it", "event.path: changed basename at it"],
    ["${ event.text + event.other }", "event.text: part at it", "event.other: part at it"],
    ["${ event.count + 1 }", "event.count: changed + at it"],
    ["${ event.count - 1 }", "event.count: changed - at it"],
    ["${ event.text.orElse(event.other) }", "event.text: whole at it", "event.other: whole at it"],
    ["${ event.text == 'a' }", "event.text: asked at it"],
    ["${ lower(event.text) in ['a'] }", "event.text: asked at it"],
    ["${ event.text.startsWith(event.other) }", "event.text: asked at it", "event.other: asked at it"],
    ["${ has(event.inner) }", "event.inner: asked at it, not what is inside"],
    ["${ size(event.tags) }", "event.tags: changed size at it, not what is inside"],
    [
      "${ event.flag ? event.text : event.other }",
      "event.flag: asked at it",
      "event.text: whole at it",
      "event.other: whole at it",
    ],
    ["${ event.inner.deep.count }", "event.inner.deep.count: whole at it"],
    ["${ event.tags[0] }", "event.tags.*: whole at it"],
    ["${ event.map['key'] }", "event.map.key: whole at it"],
    ["${ event.map[event.text] }", "event.map: whole at it", "event.text: changed lookup at it"],
    ["${ event.map['*'] }", "event.map: whole at it"],
    ["${ event.tags[event.count] }", "event.tags.*: whole at it", "event.count: changed lookup at it"],
    ["${ event.tags[0 + 1] }", "event.tags.*: whole at it"],
    ["${ event.any[event.text].name }", "event.any: whole at it", "event.text: changed lookup at it"],
    ["${ [[event.map]][0][0].name }", "event.map.name: whole at it"],
    [
      "${ (event.flag ? event.any : event.any.orElse(event.map)).a[0].b }",
      "event.flag: asked at it",
      "event.any.a.*.b: whole at it",
      "event.any.a.*.b: whole at it",
      "event.map.a.*.b: whole at it",
    ],
    ["${ [event.text, event.other][0] }", "event.text: whole at it", "event.other: whole at it"],
    ["${ pseudonym(event.text) }", "event.text: changed pseudonym at it"],
    ["${ course.title }", "course.title: whole at it"],
    ["${ event }", "event: whole at it"],
    ["a text of the mapping"],
  ] as const) {
    it(`of ${value}: ${expected.join("; ") || "nothing"}`, async () => {
      assert.deepEqual(await usesOfValue(value), expected);
    });
  }

  it("follows lets, and what is read inside of them", async () => {
    const uses = await usesIn(
      mappingFile({
        let: 'folder: "${ dirname(event.path) }"\nwhere: "in ${ folder }"\npart: "${ event.inner }"',
        json: 'it: "${ lower(where) }"\nmore: ["${ part.deep }", "${ folder }"]',
      }),
    );
    assert.deepEqual(told(uses), [
      "event.path: changed dirname lower at it",
      "event.inner.deep: whole at more.*",
      "event.path: changed dirname at more.*",
    ]);
  });

  it("says of what only when reads that it decides, also through a let", async () => {
    const uses = await usesIn(
      mappingFile({
        let: "asked: ${ event.flag == true }",
        when: 'asked && event.text == "a" && event.other != ""',
        json: 'it: "${ event.other }"',
      }),
    );
    assert.deepEqual(told(uses), [
      "event.flag: decides",
      "event.text: decides",
      "event.other: decides",
      "event.other: whole at it",
    ]);
  });

  it("tells what is used of the elements of forEach by the list that they are in", async () => {
    const schema = `$id: https://example.edu/event
version: "1"
type: object
properties:
  cells: { type: array, items: { type: object, properties: { id: { type: string }, source: { type: string } } } }
`;
    const mapping = `event: https://example.edu/event
title: An event
let: { all: "\${ event.cells }" }
translations:
  - name: told
    forEach: { cell: all }
    when: has(cell.source)
    json: { it: "\${ cell.id }" }
`;
    assert.deepEqual(told(await usesIn(mapping, schema)), [
      "event.cells: decides, not what is inside",
      "event.cells.*.source: decides, not what is inside",
      "event.cells.*.id: whole at it",
    ]);
  });

  it("tells a field behind a position that is worked out as that of any element", async () => {
    const schema = `$id: https://example.edu/event
version: "1"
type: object
properties:
  i: { type: integer }
  rows: { type: array, items: { type: object, properties: { cells: { type: array, items: { type: object, properties: { id: { type: string } } } } } } }
`;
    const of = async (value: string, let_?: string): Promise<readonly string[]> =>
      told(await usesIn(mappingFile({ ...(let_ && { let: let_ }), json: `it: "\${ ${value} }"` }), schema));
    const i = "event.i: changed lookup at it";
    assert.deepEqual(await of("event.rows[event.i].cells[0].id"), [
      "event.rows.*.cells.*.id: whole at it",
      i,
    ]);
    // Of what may be no list, nobody can tell which part is read.
    const whole = ["event.rows.*.cells: whole at it", i];
    assert.deepEqual(await of("event.rows[0].cells[event.i].id"), whole);
    assert.deepEqual(await of("last.cells[event.i].id", 'last: "${ event.rows[0] }"'), whole);
    const each = mappingFile({ json: 'it: "${ row.cells[event.i].id }"' }).replace(
      "    json:",
      "    forEach: { row: event.rows }\n    json:",
    );
    assert.ok(told(await usesIn(each, schema)).includes("event.rows.*.cells.*.id: whole at it"));
  });

  it("tells of the event before as of the event, and of what decides whether it is that one", async () => {
    const mapping = mappingFile({ json: 'it: "${ start.text }"' }).replace(
      "translations:",
      "within: 5s\nprevious: { as: start, same: [event.other], when: event.flag }\ntranslations:",
    );
    assert.deepEqual(told(await usesIn(mapping)), [
      "event.other: decides",
      "event.flag: decides",
      "event.text: whole at it",
    ]);
  });

  it("tells of the field that gives the time of the act, and of the object by which repeats are known", async () => {
    const mapping = mappingFile({
      json: 'object: { id: "${ event.path }" }',
    }).replace("  - name: told", "  - name: told\n    time: utc(event.text)");
    assert.deepEqual(told(await usesIn(mapping.replace("translations:", "within: 5s\ntranslations:"))), [
      "event.path: decides",
      "event.path: whole at object.id",
      "event.text: changed utc at time",
    ]);
  });

  it("says nothing of a side that the translation does not have", async () => {
    const uses = await usesIn(mappingFile({ json: 'it: "${ event.text }"' }));
    assert.equal(uses.length, 1);
    await withSite({}, async (folder) => {
      const { sources } = await readSite(folder);
      for (const { mapping } of sources)
        for (const translation of mapping.translations)
          for (const side of SIDES.filter((each) => translation.sides[each] === undefined))
            assert.deepEqual(usesOf(mapping, translation, side), []);
    });
  });

  it("never says of a field that it goes nowhere, if what is sent changes with it", async () => {
    const schema = `$id: https://example.edu/event
version: "1"
type: object
required: [a, b, c, flag]
properties: { a: { type: string }, b: { type: string }, c: { type: string }, flag: { type: boolean } }
`;
    const text: fc.Arbitrary<string> = fc.letrec<{ text: string; bool: string }>((tie) => ({
      text: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom("event.a", "event.b", "event.c", '"x"', "known"),
        tie("text").map((of) => `lower(${of})`),
        tie("text").map((of) => `basename(${of})`),
        fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${a} + ${b})`),
        fc.tuple(tie("text"), tie("text")).map(([a, b]) => `${a}.orElse(${b})`),
        fc.tuple(tie("text"), tie("text")).map(([a, b]) => `[${a}, ${b}][0]`),
        fc.tuple(tie("bool"), tie("text"), tie("text")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      ),
      bool: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom("event.flag", "has(event.a)"),
        fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${a} == ${b})`),
        fc.tuple(tie("text"), tie("text")).map(([a, b]) => `${a}.contains(${b})`),
        fc.tuple(tie("bool"), tie("bool")).map(([a, b]) => `(${a} && !${b})`),
      ),
    })).text;
    const words = fc.constantFrom("x", "y", "x/y", "X", "");
    const events = fc.record({ a: words, b: words, c: words, flag: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(text, events, events, async (expression, event, other) => {
        const mapping = mappingFile({
          let: "known: ${ lower(event.b) }",
          json: `always: yes\nit: ${JSON.stringify(`\${ ${expression} }`)}`,
        });
        const tell = understood(schema, mapping);
        assert.equal(typeof tell, "function", JSON.stringify(tell));
        if (typeof tell !== "function") return;
        const used = new Set((await usesIn(mapping, schema)).map(({ from }) => from.join(".")));
        const unused = Object.fromEntries(
          Object.entries(other).filter(([name]) => !used.has(`event.${name}`)),
        );
        assert.deepEqual(tell("json", { ...event, ...unused }), tell("json", event), expression);
      }),
      { numRuns: 60 },
    );
  });
});
