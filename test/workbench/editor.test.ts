import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMap, isScalar, isSeq, type Node, parseDocument, stringify } from "yaml";
import { project } from "../../build/bundle.ts";
import { imaginedSettings } from "../../build/imagined.ts";
import { readMappings, type Source } from "../../build/site.ts";
import type { Path } from "../../src/document/document.ts";
import type { Expression } from "../../src/mapping/expression.ts";
import { expressionsIn as expressionsOf } from "../../src/mapping/tree.ts";
import { namesBefore, tokensOf } from "../../workbench/page/editor/cel.ts";
import { expressionsIn } from "../../workbench/page/editor/expressions.ts";
import { outlineOf, type Slot } from "../../workbench/page/editor/outline.ts";
import { scalarOf } from "../../workbench/page/editor/scalar.ts";
import { runs } from "../support/runs.ts";

const { files, sources } = await readMappings(project, imaginedSettings().hub);

const mappings = [...files].filter(([path]) => path.endsWith("/mapping.yml"));

interface Leaf {
  readonly path: Path;
  readonly text: string;
}

/** What a parser finds in a text: its values that hold no others. */
const leavesOf = (node: unknown, path: Path = []): readonly Leaf[] => {
  if (isMap(node))
    return node.items.flatMap(({ key, value }) =>
      leavesOf(value, [...path, String(isScalar(key) ? key.value : key)]),
    );
  if (isSeq(node)) return node.items.flatMap((item, at) => leavesOf(item, [...path, at]));
  return isScalar(node) && node.value !== null
    ? [
        {
          path,
          text:
            typeof node.value === "string" ? node.value : String((node as Node & { source?: string }).source),
        },
      ]
    : [];
};

const writtenIn = (text: string, slots: readonly Slot[]): readonly Leaf[] =>
  slots
    .filter(({ kind, style }) => kind !== "key" && style !== "flow" && style !== "empty")
    .map((slot) => ({ path: slot.path, text: scalarOf(text, slot).text }));

test("an outline finds the values of every shipped file where a parser finds them", () => {
  assert.ok(mappings.length > 10);
  for (const [path, text] of files) {
    if (path.includes("examples")) continue;
    const expected = leavesOf(parseDocument(text).contents);
    const folded = ({ path: at, text: value }: Leaf): Leaf => ({
      path: at,
      text: value.replace(/\s+/g, " ").trim(),
    });
    assert.deepEqual(writtenIn(text, outlineOf(text)).map(folded), expected.map(folded), path);
  }
});

const word = fc.string({
  unit: fc.constantFrom(..."abz059 .-_:#{}[],'\"\\$/é"),
  minLength: 1,
  maxLength: 12,
});

const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: "small" }, word, fc.integer(), fc.boolean(), tie("map"), tie("list")),
  map: fc.dictionary(word, tie("any"), { minKeys: 1, maxKeys: 4 }),
  list: fc.array(tie("any"), { minLength: 1, maxLength: 4 }),
})).map;

test("an outline finds the values of any YAML, in lines or in braces, quoted or not", () => {
  fc.assert(
    fc.property(
      value,
      fc.constantFrom("block", "flow"),
      fc.constantFrom("PLAIN", "QUOTE_SINGLE", "QUOTE_DOUBLE"),
      (it, collectionStyle, defaultStringType) => {
        const text = stringify(it, { collectionStyle, defaultStringType, lineWidth: 0 });
        assert.deepEqual(writtenIn(text, outlineOf(text)), leavesOf(parseDocument(text).contents), text);
      },
    ),
    { numRuns: runs(200) },
  );
});

test("an outline can be made of anything, and only tells of places in the text", () => {
  const piece = fc.constantFrom(
    "a",
    ": ",
    "- ",
    "\n",
    "  ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    ",",
    "${",
    "|",
    ">",
    "#",
    " #",
    "\\",
    "\r\n",
    "---",
    "?",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      for (const { from, to } of outlineOf(text))
        assert.ok(0 <= from && from <= to && to <= text.length, text);
      for (const { at, source } of expressionsIn(text, outlineOf(text)))
        assert.equal(at.length, source.length + 1);
    }),
  );
});

test("a mapping that is written so far has the outline of what is written of it", () => {
  const [, text = ""] = mappings.find(([path]) => path.includes("notebook")) ?? [];
  const whole = writtenIn(text, outlineOf(text));
  for (let end = text.indexOf("translations:\n") + 13; end >= 0; end = text.indexOf("\n", end + 1)) {
    const begun = text.slice(0, end + 1);
    const found = writtenIn(begun, outlineOf(begun));
    assert.deepEqual(found, whole.slice(0, found.length));
  }
});

test("what is left open ends with its line", () => {
  const text =
    'translations:\n  - name: "sa\n    when: event.action == "save\n    xapi: { verb: save, object: {\n    json: { event: x }\n';
  const found = writtenIn(text, outlineOf(text)).map(({ path, text: said }) => `${path.join(".")}=${said}`);
  assert.deepEqual(found, [
    "translations.0.name=sa",
    'translations.0.when=event.action == "save',
    "translations.0.xapi.verb=save",
    "translations.0.json.event=x",
  ]);
});

/** All expressions of a mapping, as the compiler reads them. */
const compiledOf = ({ mapping }: Source): readonly Expression[] => [
  ...mapping.lets.flatMap(({ tree }) => expressionsOf(tree)),
  ...mapping.translations.flatMap(({ each, when, time, sides }) => [
    ...[each?.list, when, time].flatMap((one) => one ?? []),
    ...Object.values(sides).flatMap(expressionsOf),
  ]),
];

test("the expressions of every shipped mapping are those that the compiler reads, and so are their variables", () => {
  for (const source of sources) {
    const text = files.get(`mappings/${source.name}/mapping.yml`) ?? "";
    const written = expressionsIn(text, outlineOf(text));
    const found = new Set(written.map((each) => each.source.trim()));
    for (const { source: expected } of compiledOf(source)) assert.ok(found.has(expected), expected);
    for (const { source: said, at } of written)
      assert.equal(text.slice(at[0], at.at(-1)).replaceAll('\\"', '"'), said, "is where it is said to be");
    for (const { source: said, fields } of compiledOf(source)) {
      const tokens = tokensOf(said);
      const paths = tokens.map(({ from, to }, at) =>
        [...namesBefore(said, tokens, at), said.slice(from, to)].join("."),
      );
      for (const field of fields) assert.ok(paths.includes(field), `${field} in ${said}`);
    }
  }
});

test("tokens are all of an expression but its spaces, also where it is not finished", () => {
  const piece = fc.constantFrom(
    "event",
    ".",
    "path",
    " ",
    "==",
    '"',
    "'",
    "a b",
    "(",
    ")",
    "1.5",
    "in",
    "\\",
    "&&",
    "ü",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const source = pieces.join("");
      let end = 0;
      for (const { from, to } of tokensOf(source)) {
        assert.match(source.slice(end, from), /^\s*$/);
        assert.ok(to > from);
        end = to;
      }
      assert.match(source.slice(end), /^\s*$/);
    }),
  );
});

test("words of an expression are told apart", () => {
  const source = 'has(event.a) && lookup.t[event.k].orElse("x") in [1.5, null]';
  const kinds = tokensOf(source).map(({ kind, from, to }) => `${source.slice(from, to)} ${kind}`);
  assert.deepEqual(
    kinds.filter((each) => !each.endsWith(" sign")),
    [
      "has function",
      "event variable",
      "a field",
      "lookup variable",
      "t field",
      "event variable",
      "k field",
      "orElse function",
      '"x" text',
      "in word",
      "1.5 number",
      "null word",
    ],
  );
});
