import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { runs } from "../support/runs.ts";
import { TWIN_SCHEMA, twinEvents, twins } from "./expressions.ts";
import { mappingFile, understood } from "./support.ts";

const schemaWith = (properties: string): string => `$id: https://example.edu/event
version: "1"
personal-data: true
type: object
required: [meta]
properties:
${properties}
`;

const FREE = schemaWith(
  "  meta: { type: object }\n  key: { type: string }\n  cells: { type: array, items: { type: object } }",
);

const EVENT = {
  meta: { title: "ada", "a.b": "bob", list: [{ n: "eve" }], inner: { title: "ada", deep: "bob" } },
  key: "title",
  cells: [{ id: "ada" }, { id: "bob", more: { n: 1 } }],
};

/** What the json side says under pseudonyms, each of them the text between stars, beside what it says otherwise. */
const said = (json: string, let_?: string, more: (mapping: string) => string = (all) => all): JsonObject => {
  const mapping = more(mappingFile({ ...(let_ !== undefined && { let: let_ }), json: `always: 1\n${json}` }));
  const tell = understood(FREE, mapping, "pseudonymise");
  if (typeof tell !== "function") return assert.fail(tell.map(({ message }) => message).join("\n"));
  const [told] = tell("json", EVENT, { pseudonym: (text) => `*${text}*` });
  const {
    id: _,
    time: __,
    translation: ___,
    learner: ____,
    course: _____,
    always: ______,
    ...rest
  } = told ?? {};
  return rest;
};

describe("A name that a mapping writes out is not personal, so that what it leads to is found:", () => {
  for (const [written, expected] of [
    ['it: "${ event.meta.title }"', "*ada*"],
    ["it: \"${ event.meta['title'] }\"", "*ada*"],
    ["it: \"${ event.meta['a.b'] }\"", "*bob*"],
    ["it: \"${ event.meta['inner'].deep }\"", "*bob*"],
    ["it: \"${ event.meta.list[0]['n'] }\"", "*eve*"],
    ['it: "${ event.cells[1].id }"', "*bob*"],
    ['it: "${ event.cells[size(event.key) - 4].id }"', "*bob*"],
    ['it: "${ (has(event.key) ? event.meta : event.meta).title }"', "*ada*"],
    ['it: "${ [event.meta, event.key][0].title }"', "*ada*"],
    ['it: "${ event.cells[1].more.n }"', 1],
  ] as const)
    it(written, () => assert.deepEqual(said(written), { it: expected }));

  it("through lets, and lets of lets", () => {
    const lets = 'meta: "${ event.meta }"\ninner: "${ meta.inner }"\nfirst: "${ event.cells[0] }"';
    assert.deepEqual(
      said(
        'a: "${ meta.title }"\nb: "${ inner[\'deep\'] }"\nc: "${ first.id }"\nd: "${ event.meta.title }"',
        lets,
      ),
      { a: "*ada*", b: "*bob*", c: "*ada*", d: "*ada*" },
    );
  });

  it("for the elements of forEach", () => {
    const each = (mapping: string): string =>
      mapping.replace("    json:", "    forEach: { cell: event.cells }\n    json:");
    assert.deepEqual(said('it: "${ cell[\'id\'] }"\nall: "${ cell }"', undefined, each), {
      it: "*ada*",
      all: { id: "*ada*" },
    });
  });

  it("where the object goes out as a whole as well, in which other names have pseudonyms", () => {
    assert.deepEqual(said('all: "${ event.meta }"\nit: "${ event.meta.inner.title }"'), {
      all: {
        "*title*": "*ada*",
        "*a.b*": "*bob*",
        "*list*": [{ "*n*": "*eve*" }],
        inner: { title: "*ada*", "*deep*": "*bob*" },
      },
      it: "*ada*",
    });
    const event = said('all: "${ event }"\nit: "${ event.cells[0].id }"');
    assert.equal(event.it, "*ada*");
    assert.deepEqual((event.all as JsonObject).cells, [
      { id: "*ada*" },
      { id: "*bob*", "*more*": { "*n*": 1 } },
    ]);
  });
});

describe("A value that is personal whatever it is", () => {
  it("is left out where it turns out to be no text, and nothing else with it", () => {
    const schema = schemaWith("  meta: { type: integer, personal-data: true }");
    const tell = understood(
      schema,
      mappingFile({ json: 'it: "${ event.meta }"\nalways: 1' }),
      "pseudonymise",
    );
    assert.ok(typeof tell === "function");
    const [told] = tell("json", { meta: 5 });
    assert.deepEqual([told?.it, told?.always], [undefined, 1]);
  });
});

describe("What a mapping reads with pseudonyms", () => {
  const { text, int, double, bool } = twins;
  const schema = `${JSON.stringify({ $id: "https://example.edu/event", version: "1", ...TWIN_SCHEMA, "personal-data": true })}`;
  const mappings = fc
    .tuple(
      fc.oneof(text, int, double, bool),
      fc.constantFrom("it", "let"),
      fc.constantFrom("", "event", "event.map"),
    )
    .map(([{ ours }, by, whole]) => ({
      ours,
      mapping: mappingFile({
        let: by === "let" ? `known: ${JSON.stringify(`\${ ${ours} }`)}` : 'known: "1"',
        json: [
          "always: 1",
          `it: ${by === "let" ? '"${ known }"' : JSON.stringify(`\${ ${ours} }`)}`,
          ...(whole === "" ? [] : [`all: "\${ ${whole} }"`]),
        ].join("\n"),
      }),
    }));

  /** The event with the same odd text in each of its texts. */
  const replaced = (value: unknown, by: string): unknown => {
    if (typeof value === "string") return ["first", "second"].includes(value) ? value : `${value}${by}/${by}`;
    if (Array.isArray(value)) return value.map((each) => replaced(each, by));
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, by)]))
      : value;
  };

  it("is just what it needs, by itself or beside the whole, and holds no text of the event", () => {
    let told = 0;
    fc.assert(
      fc.property(mappings, twinEvents, ({ ours, mapping }, event) => {
        const [plain, shown] = [understood(schema, mapping), understood(schema, mapping, "pseudonymise")];
        if (typeof plain !== "function" || typeof shown !== "function") return;
        const data = JSON.parse(JSON.stringify(event));
        // Where pseudonyms are the texts themselves, nothing may be missing.
        const same = { pseudonym: (name: unknown) => (typeof name === "string" ? name : undefined) };
        assert.deepEqual(shown("json", data, same), plain("json", data, same), ours);
        const secret = "qzkwvxjy";
        const other = { pseudonym: () => "0123456789abcdef0123456789abcdef" };
        const out = JSON.stringify(shown("json", replaced(data, secret) as JsonObject, other));
        assert.ok(!out.toLowerCase().includes(secret), `${ours}: ${out}`);
        told++;
      }),
      { numRuns: runs(400) },
    );
    assert.ok(told > 200, String(told));
  });
});
