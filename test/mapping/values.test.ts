import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mappingFile, understood, valuesOf } from "./support.ts";

const EVENT = {
  text: "Ab c",
  other: "",
  path: "labs/Week 1/a.B.IPYNB",
  choice: "first",
  count: 3,
  ratio: 2.5,
  flag: true,
  nothing: null,
  maybe: null,
  tags: ["x", "y"],
  map: { k: "v", n: { b: 1, a: [2] } },
  inner: { text: "in", deep: { count: 7 } },
};

/** Expressions with the values that they have for the event above; undefined where they have none. */
const CASES: readonly (readonly [expression: string, value: unknown])[] = [
  ["iri(hub.id, 'a')", "https://hub.example.edu/a"],
  ["iri('https://h.example/', 'a')", "https://h.example/a"],
  ["iri(hub.files, event.path)", "https://hub.example.edu/files/labs/Week%201/a.B.IPYNB"],
  ["iri('https://h', '/a//b/', 'c')", "https://h/a/b/c"],
  ["iri('https://h', '../..', '.')", "https://h/%2E%2E/%2E%2E/%2E"],
  ["iri('https://h', '...', '.a')", "https://h/.../.a"],
  ["iri('https://h', 'é 100%?#&', event.count)", "https://h/%C3%A9%20100%25%3F%23%26/3"],
  ["iri('https://h', event.other)", "https://h"],
  ["iri('https://h', event.any)", undefined],
  ["iri('https://h', event.flag)", "https://h/true"],
  ["iri('https://h', event.nothing)", undefined],
  ["basename(event.path)", "a.B.IPYNB"],
  ["basename('plain') + '|' + basename('a/') + '|' + basename('')", "plain||"],
  ["dirname(event.path)", "labs/Week 1"],
  ["dirname('plain')", ""],
  ["extension(event.path)", ".ipynb"],
  ["extension('a.b/c') + extension('.hidden') + extension('')", ""],
  ["extension('a/.hidden.TXT')", ".txt"],
  ["lower(event.text)", "ab c"],
  ["event.text.orElse('other')", "Ab c"],
  ["event.maybe.orElse('other')", "other"],
  ["event.any.orElse(5)", 5],
  ["event.other.orElse('other')", ""],
  ["size(event.text)", 4],
  ["size('👍é')", 2],
  ["event.tags.size()", 2],
  ["size(event.map)", 2],
  ["size(event.any)", undefined],
  ["string(event.count) + string(event.ratio) + string(event.flag)", "32.5true"],
  ["string(event.any)", undefined],
  ["has(event.text)", true],
  ["has(event.any)", false],
  ["has(event.inner.deep.count)", true],
  ["has(event.map.zzz)", false],
  ["has(event.nothing)", true],
  ["event.text.startsWith('Ab')", true],
  ["event.path.endsWith('.ipynb')", false],
  ["event.text.contains(event.other)", true],
  ["event.any.contains('a')", undefined],
  ["event.choice == 'first'", true],
  ["event.choice != 'first'", false],
  ["event.count < 4 && event.count <= 3 && event.count > 2 && event.count >= 3", true],
  ["'a' < 'b' && 'b' >= 'b'", true],
  ["event.ratio + 0.5", 3],
  ["event.count - 5", -2],
  ["-event.count", -3],
  ["-2", -2],
  ["event.text + '!'", "Ab c!"],
  ["event.tags + ['z']", ["x", "y", "z"]],
  ["!event.flag", false],
  ["event.flag || event.any", true],
  ["event.any || event.flag", true],
  ["event.any && false", false],
  ["event.any && true", undefined],
  ["event.flag ? 'yes' : 'no'", "yes"],
  ["event.any ? 'yes' : 'no'", undefined],
  ["event.choice in ['first', 'third']", true],
  ["'k' in event.map", true],
  ["'toString' in event.map", false],
  ["event.count in [1, 2]", false],
  ["event.any in ['a']", undefined],
  ["'a' in [event.any, 'a']", true],
  ["event.tags[1]", "y"],
  ["event.tags[9]", undefined],
  ["event.tags[-1]", undefined],
  ["event.map['k']", "v"],
  ["event.map.n.a[0]", 2],
  ["event.map.toString", undefined],
  ["event['text']", "Ab c"],
  ["event.inner.deep.count + 1", 8],
  ["event.any.a.b.c", undefined],
  ["event.nothing", null],
  ["event.nothing == null", true],
  ["event.any == null", undefined],
  ["event.flag", true],
  ["event.map", { k: "v", n: { b: 1, a: [2] } }],
  ["event.map.n == event.any", undefined],
  ["[event.any, event.text]", ["Ab c"]],
  ["hub", { id: "https://hub.example.edu", name: "Example Hub", files: "https://hub.example.edu/files" }],
  ["hub['name']", "Example Hub"],
  ["learner.id", "https://hub.example.edu/learner/p1"],
  ["course.id + ' ' + course.label + ' ' + course.title", "stat101 STAT 101 Statistics"],
  ["time", "2026-01-15T10:15:00.000Z"],
];

const values = await valuesOf(CASES.map(([expression]) => expression));

describe("An expression, compiled and run", () => {
  const found = values(EVENT);
  for (const [at, [expression, value]] of CASES.entries()) {
    it(`${expression} is ${value === undefined ? "absent" : JSON.stringify(value)}`, () =>
      assert.deepEqual(found[at], value));
  }

  it("has no value and never throws where the event has nothing at all", () => {
    for (const empty of [{}, Object.create(null)]) {
      for (const [at, value] of values(empty, { course: undefined }).entries()) {
        const [expression = ""] = CASES[at] ?? [];
        if (!/^[^.]*event\.\w+$|course\./.test(expression)) continue;
        assert.equal(value, undefined, expression);
      }
    }
  });

  it("never throws where a field is of a kind that its schema does not have", () => {
    for (const odd of [null, 5, "text", true, [], {}, [[]], { a: null }]) {
      values(Object.fromEntries(Object.keys(EVENT).map((key) => [key, odd])));
    }
  });

  it("does not mistake what every object inherits for a field", () => {
    const [inherited, own] = values(JSON.parse('{"map":{"toString":"mine"}}'))
      .filter((_, at) => /toString$|'toString' in/.test(CASES[at]?.[0] ?? ""))
      .reverse();
    assert.deepEqual([inherited, own], ["mine", true]);
  });

  it("does not mistake what every object inherits for a constant", () => {
    const schema = "$id: s\nversion: 1\ntype: object\nproperties: { a: { type: object } }\n";
    const mapping = mappingFile({
      let: 'constructor: "${ event.a }"',
      json: 'it: "${ constructor.name }"\nis: "${ iri(constructor.name, 1) }"\nalways: 1',
    }).replace("https://example.edu/event", "s");
    const tell = understood(schema, mapping);
    assert.ok(typeof tell === "function", JSON.stringify(tell));
    const [told] = tell("json", { a: { name: "mine\n" } });
    assert.deepEqual([told?.it, told?.is], ["mine\n", "mine\n/1"]);
  });

  it("finds objects equal whatever the order of their members", async () => {
    const equal = await valuesOf(["event.map == event.any", "[event.map] == [event.any]"]);
    const reversed = { n: { a: [2], b: 1 }, k: "v" };
    assert.deepEqual(equal({ ...EVENT, any: reversed }), [true, true]);
    assert.deepEqual(equal({ ...EVENT, any: { ...reversed, k: "w" } }), [false, false]);
    assert.deepEqual(equal({ map: [], any: {} }), [false, false]);
  });
});
