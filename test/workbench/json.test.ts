import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { harmless, linesOf, MOST_OF_TEXT, pathKey, pathText } from "../../workbench/page/lines.ts";

/** What the lines say, put together again. */
const joined = (value: unknown): string =>
  linesOf(value, Number.POSITIVE_INFINITY)
    .lines.map(({ key, text }) => (key === undefined ? text : `${key}:${text}`))
    .join("");

const shown = (value: unknown): readonly string[] =>
  linesOf(value).lines.map(
    ({ depth, key, text }) => `${depth} ${key === undefined ? "" : `${key}: `}${text}`,
  );

describe("JSON as lines", () => {
  test("has a line for each value, with brackets, names and commas where JSON has them", () => {
    assert.deepEqual(shown({ a: [1, "b", {}], "c d": { e: null } }), [
      "0 {",
      '1 "a": [',
      "2 1,",
      '2 "b",',
      "2 {}",
      "1 ],",
      '1 "c d": {',
      '2 "e": null',
      "1 }",
      "0 }",
    ]);
  });

  test("says the same as the value, whatever it is", () => {
    const text = fc.string({ unit: "binary", maxLength: MOST_OF_TEXT });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 5 }),
        fc.dictionary(text, tie("value"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(value, (each) => {
        assert.deepEqual(JSON.parse(joined(each)), JSON.parse(JSON.stringify(each)));
      }),
    );
  });

  test("gives each line the path that leads to its value", () => {
    const value: unknown = { a: { b: [{ c: "here" }] } };
    const line = linesOf(value).lines.find(({ text }) => text === '"here"');
    assert.deepEqual(line?.path, ["a", "b", "0", "c"]);
    assert.equal(pathText(line?.path ?? []), "a.b[0].c");
    assert.notEqual(pathKey(["a", "b"]), pathKey(["a.b"]));
    assert.equal(pathText(["https://example.org/x y", "z"]), '["https://example.org/x y"].z');
    assert.equal(pathText([]), "the whole");
  });

  test("shows the beginning of a long text, and says how long it is", () => {
    const [line] = linesOf("x".repeat(MOST_OF_TEXT + 1)).lines;
    assert.equal(line?.text, `"${"x".repeat(MOST_OF_TEXT)}…"`);
    assert.equal(line?.cut, MOST_OF_TEXT + 1);
    assert.equal(linesOf("x".repeat(MOST_OF_TEXT)).lines[0]?.cut, undefined);
  });

  test("never parts a character that takes two places", () => {
    const [line] = linesOf(`${"x".repeat(MOST_OF_TEXT - 1)}😀😀`).lines;
    assert.equal(line?.text, `"${"x".repeat(MOST_OF_TEXT - 1)}…"`);
  });

  test("shows so many lines at most, and says how many more there are", () => {
    const { lines, more } = linesOf(
      Array.from({ length: 100 }, (_, at) => at),
      10,
    );
    assert.equal(lines.length, 10);
    assert.equal(more, 92);
  });

  test("bears what is nested deeper than the stack", () => {
    const depth = 100_000;
    const { lines, more } = linesOf(JSON.parse("[".repeat(depth) + "]".repeat(depth)));
    assert.equal(lines.length + more, 2 * depth - 1);
  });

  test("writes out what is not seen, and what turns the order of what is around it", () => {
    assert.equal(harmless("ipynb.\u202efdp"), "ipynb.\\u202efdp");
    for (const hidden of [
      "\u200b",
      "\u2066",
      "\u00ad",
      "\u2028",
      "\u0085",
      "\u007f",
      "\ufeff",
      "\u3164",
      "\u034f",
    ])
      assert.match(linesOf(`a${hidden}b`).lines[0]?.text ?? "", /^"a\\u[0-9a-f]{4}b"$/);
    assert.equal(harmless("\u{e0041}"), "\\udb40\\udc41");
    assert.equal(linesOf({ "k\u202ey": 1 }).lines[1]?.key, '"k\\u202ey"');
  });

  test("leaves every letter that is seen as it is, in whichever script", () => {
    for (const text of ["Übung 4", "دفتر", "数学", "नमस्ते", "😀", "<script>alert(1)</script>"])
      assert.equal(linesOf(text).lines[0]?.text, JSON.stringify(text));
  });
});
