import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { personalOf } from "../../src/event/personal.ts";
import { environmentFor } from "../../src/mapping/environment.ts";
import { compileExpression } from "../../src/mapping/expression.ts";
import * as f from "../../src/mapping/functions.ts";
import * as r from "../../src/mapping/runtime.ts";
import type { Scope } from "../../src/site.ts";
import { runs } from "../support/runs.ts";
import { TWIN_SCHEMA, twinEvents, twins } from "./expressions.ts";
import { mappingFile, type Tell, understood } from "./support.ts";

const SCHEMA = `$id: https://example.edu/event
version: "1"
personal-data: true
type: object
required: [path, action, cells]
properties:
  path: { type: string, path: true }
  action: { enum: [save, delete] }
  name: { type: string }
  url: { type: string, format: uri }
  kind: { type: string, personal-data: false }
  due: { type: string, format: date-time }
  count: { type: integer }
  map: { type: object }
  inner: { type: object, properties: { text: { type: string } } }
  cells: { type: array, items: { type: object, properties: { id: { type: string }, n: { type: integer } } } }
`;

const EVENT = {
  path: "stat101/ada/ada.ipynb",
  action: "save",
  name: "ada",
  url: "https://example.edu/ada",
  kind: "python3",
  due: "2026-11-20T09:00:00Z",
  count: 7,
  map: { ada: "ada", other: 1 },
  inner: { text: "ada" },
  cells: [
    { id: "ada1", n: 1 },
    { id: "ada2", n: 2 },
  ],
};

const pseudonym = (name: unknown): string | undefined =>
  typeof name === "string" ? Buffer.from(name).toString("hex").padEnd(32, "0").slice(0, 32) : undefined;

const P = { ada: pseudonym("ada") ?? "", ada1: pseudonym("ada1") ?? "", ada2: pseudonym("ada2") ?? "" };

const tellOf = (mapping: string): Tell => {
  const tell = understood(SCHEMA, mapping, "pseudonymise");
  return typeof tell === "function" ? tell : assert.fail(tell.map(({ message }) => message).join("\n"));
};

/** What the json side says of an event, without what the translator fills in. */
const said = (
  mapping: string,
  event: JsonObject = EVENT,
  scope: Partial<Scope> = {},
): readonly JsonObject[] =>
  tellOf(mapping)("json", event, { pseudonym, ...scope }).map(
    ({ id: _, time: __, translation: ___, learner: ____, course: _____, ...rest }) => rest,
  );

const valueSaid = (expression: string, event: JsonObject = EVENT): unknown =>
  said(mappingFile({ json: `always: 1\nit: ${JSON.stringify(expression)}` }), event)[0]?.it;

describe("A mapping for an endpoint that gets pseudonyms", () => {
  for (const [expression, expected] of [
    ["${ event.name }", P.ada],
    ["a ${ event.name }", `a ${P.ada}`],
    ["${ event.name + event.kind }", `${P.ada}python3`],
    ["${ [event.name, 'b'] }", [P.ada, "b"]],
    ["${ event.kind }", "python3"],
    ["${ event.action }", "save"],
    ["${ event.count + 1 }", 8],
    ["${ utc(event.due) }", "2026-11-20T09:00:00.000Z"],
    ["${ event.inner }", { text: P.ada }],
    ["${ event.inner.text }", P.ada],
    ["${ event.map }", { [P.ada]: P.ada, [pseudonym("other") ?? ""]: 1 }],
    ["${ event.map['ada'] }", P.ada],
    ["${ event.map.ada }", P.ada],
    ["${ event.cells[1].id }", P.ada2],
    ["${ extension(event.path) }", ".ipynb"],
    ["${ pseudonym(event.name) }", P.ada],
    ["${ pseudonym(dirname(event.path)) }", pseudonym("stat101/ada")],
    ["${ event.name == 'ada' }", true],
    ["${ event.name == 'ada' ? event.name : 'b' }", P.ada],
    ["${ event.path.endsWith('/ada.ipynb') && event.name in ['ada'] }", true],
    ["${ size(event.name) }", 3],
    ["${ has(event.name) }", true],
  ] as const) {
    it(`reads ${expression} so that nothing personal goes out, but what asks is answered`, () => {
      assert.deepEqual(valueSaid(expression), expected);
    });
  }

  it("gives another IRI for one, as where one is needed nothing else will do", () => {
    assert.match(String(valueSaid("${ event.url }")), /^urn:uuid:[0-9a-f-]{36}$/);
  });

  it("keeps a path's shape and ending", () => {
    const [path = "", ...names] = [valueSaid("${ event.path }"), valueSaid("${ basename(event.path) }")].map(
      String,
    );
    assert.match(path, /^[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}\.ipynb$/);
    assert.deepEqual(names, [path.slice(34)]);
    assert.equal(valueSaid("${ iri(hub.files, event.path) }"), `https://hub.example.edu/files/${path}`);
  });

  it("decides by the event as it is, and looks tables up by it", () => {
    const mapping = mappingFile({
      let: 'mine: "${ event.name == \'ada\' }"\nname: "${ event.name }"',
      when: "mine && event.path.startsWith('stat101/') && name == 'ada'",
      json: 'it: "${ name }"\ntold: "${ lookup.t[event.name] }"\nkind: "${ lookup.kind[extension(event.path)] }"',
    }).replace("translations:", "lookup: { t: { ada: found }, kind: { .ipynb: notebook } }\ntranslations:");
    assert.deepEqual(said(mapping), [{ it: P.ada, told: "found", kind: "notebook" }]);
    assert.deepEqual(said(mapping, { ...EVENT, name: "grace" }), []);
  });

  it("tells elements of a list with pseudonyms, of whatever list, and asks of them as they are", () => {
    for (const list of ["event.cells", "all", "event.cells + event.cells"]) {
      const mapping = mappingFile({
        let: 'all: "${ event.cells }"',
        when: "cell.id == 'ada2'",
        json: 'it: "${ cell.id }"\nn: "${ cell.n }"\nname: "${ event.name }"',
      }).replace("    when:", `    forEach: { cell: ${list} }\n    when:`);
      const each = { it: P.ada2, n: 2, name: P.ada };
      assert.deepEqual(said(mapping), list.includes("+") ? [each, each] : [each], list);
    }
  });

  it("tells of the event before with pseudonyms", () => {
    const mapping = mappingFile({
      json: 'it: "${ start.name }"\nsame: "${ start.name == event.name }"',
    }).replace("translations:", "previous: { as: start, same: [event.name] }\ntranslations:");
    assert.deepEqual(said(mapping, EVENT, { previous: EVENT }), [{ it: P.ada, same: true }]);
    assert.deepEqual(said(mapping), [{}]);
  });

  it("knows repeats by what they are about as it is", () => {
    const mapping = mappingFile({ json: 'object: { id: "${ event.name }" }' }).replace(
      "translations:",
      "within: 5s\ntranslations:",
    );
    assert.deepEqual(said(mapping), [{ object: { id: P.ada } }]);
  });

  it("says of a personal text in another form what it says of one that is absent, where it need not be there", () => {
    assert.equal(valueSaid("${ utc(event.name) }"), undefined);
  });

  it("makes both standards' sides of pseudonyms", () => {
    const tell = tellOf(
      mappingFile({
        caliper:
          'type: ResourceManagementEvent\naction: Saved\nobject: { id: "${ iri(hub.files, event.path) }", type: Document, name: "${ event.name }" }',
        xapi: 'verb: save\nobject: { id: "${ iri(hub.files, event.path) }", definition: { name: "${ basename(event.path) }" } }',
      }),
    );
    for (const side of ["caliper", "xapi"] as const) {
      const [statement] = tell(side, EVENT, { pseudonym });
      assert.match(JSON.stringify(statement), /files\/[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}\.ipynb"/);
      assert.doesNotMatch(JSON.stringify(statement), /ada/);
    }
  });
});

describe("An expression that is read with pseudonyms", () => {
  const marked: JsonObject = { ...TWIN_SCHEMA, "personal-data": true };
  const personal = personalOf(marked);
  const hub = { id: "https://hub.example.edu", name: "Hub", files: "https://hub.example.edu/files" };
  const environment = environmentFor(TWIN_SCHEMA);
  const { text, int, double, bool } = twins;
  const any = fc.oneof(text, int, double, bool);

  const shown = (source: string, event: unknown, name: (text: string) => string): unknown => {
    const compiled = compileExpression(source, environment, { hub });
    if ("message" in compiled) return assert.fail(`${source}: ${compiled.message}`);
    const run = new Function("r", "f", "s", "$event", "$$event", `return ${compiled.shown.code};`);
    return run(r, f, { pseudonym: name }, event, r.protect(event, personal, name));
  };

  const plain = (source: string, event: unknown): unknown => {
    const compiled = compileExpression(source, environment, { hub });
    if ("message" in compiled) return assert.fail(compiled.message);
    return new Function("r", "f", "$event", `return ${compiled.code};`)(r, f, event);
  };

  it("has the same value as otherwise, where pseudonyms are the texts themselves, for whatever event", () => {
    fc.assert(
      fc.property(any, twinEvents, ({ ours }, event) => {
        fc.pre(environment.check(ours).valid);
        assert.deepEqual(
          shown(ours, event, (text) => text),
          plain(ours, event),
          ours,
        );
      }),
      { numRuns: runs(2000) },
    );
  });

  it("never holds a text of the event, for whatever event", () => {
    const secret = fc.stringMatching(/^[g-z]{8}$/);
    const replaced = (value: unknown, by: string): unknown => {
      if (typeof value === "string")
        return ["first", "second"].includes(value) ? value : `${value}${by}/${by}.${by}`;
      if (Array.isArray(value)) return value.map((each) => replaced(each, by));
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, by)]))
        : value;
    };
    let texts = 0;
    fc.assert(
      fc.property(any, twinEvents, secret, ({ ours }, event, by) => {
        fc.pre(environment.check(ours).valid);
        const value = shown(ours, replaced(event, by), () => "0123456789abcdef0123456789abcdef");
        if (typeof value === "string") texts++;
        assert.ok(!JSON.stringify([value]).toLowerCase().includes(by), `${ours}: ${JSON.stringify(value)}`);
      }),
      { numRuns: runs(2000) },
    );
    assert.ok(texts > 200, String(texts));
  });
});
