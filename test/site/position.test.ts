import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { locate, type Position, positionsIn } from "../../src/document/position.ts";
import { faultOf } from "../../src/document/position-fault.ts";

/** Indented, in one line, or with white space of every kind between any two tokens. */
const layouts: readonly ((value: unknown) => string)[] = [
  (value) => JSON.stringify(value, null, 2),
  (value) => JSON.stringify(value),
  (value) => ` \n${JSON.stringify(value, null, "\t").replaceAll("\n", "\r\n\n ")}\r\n`,
];
const layout = fc.constantFrom(...layouts);

/** Keys and texts that look like what surrounds them. */
const word = fc.oneof(
  fc.string({
    unit: fc.constantFrom("a", "/", "~", "0", "1", '"', "\\", "{", "]", ",", ":", "\n", "é", "😀"),
  }),
  fc.constantFrom("__proto__", "", "0", "a"),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(true, false, null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(word, tie("value"), { maxKeys: 4, noNullPrototype: false }),
  ),
}));

/** The pointers of all values in a value. */
const pointersIn = (inside: unknown, pointer = ""): readonly string[] => [
  pointer,
  ...(typeof inside === "object" && inside !== null
    ? Object.entries(inside).flatMap(([key, each]) => pointersIn(each, `${pointer}/${escaped(key)}`))
    : []),
];
const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

const at = (inside: unknown, pointer: string): unknown =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((here, key) => Object.entries(here ?? {}).find(([name]) => name === key)?.[1], inside);

/** What a text has from a position on. */
const from = (text: string, { line, column }: Position): string =>
  text
    .split("\n")
    .slice(line - 1)
    .join("\n")
    .slice(column - 1);

test("every pointer into a JSON text leads to where its value begins, however the text is laid out", () => {
  fc.assert(
    fc.property(value, layout, (whole, write) => {
      const text = write(whole);
      const pointers = pointersIn(JSON.parse(text));
      for (const [index, place] of locate(text, pointers).entries()) {
        const begun = from(text, place);
        const wanted = at(JSON.parse(text), pointers[index] ?? "");
        // What begins there is the value: the text up to some character is JSON for it.
        const end = [...ends(begun)].find((each) => sameJson(begun.slice(0, each), wanted));
        assert.notEqual(end, undefined, `${pointers[index]} in ${text}`);
      }
    }),
  );
});

/** The offsets at which a value that begins a text may end. */
function* ends(text: string): Generator<number> {
  const fault = faultOf(text);
  yield fault ?? text.length;
  for (let end = 1; end <= text.length; end++) yield end;
}

const sameJson = (text: string, wanted: unknown): boolean => {
  try {
    assert.deepEqual(JSON.parse(text), wanted);
    return text.trimStart() === text;
  } catch {
    return false;
  }
};

test("the places are those that an independent parser gives", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (whole) => {
      const text = JSON.stringify(whole, null, 2);
      const lines = new LineCounter();
      const expected = new Map<string, Position>();
      const document = parseDocument(text, { lineCounter: lines, schema: "json", uniqueKeys: false });
      visit(document, (key, node, path) => {
        if (!(isScalar(node) || isMap(node) || isSeq(node)) || key === "key") return;
        const pointer = path.flatMap((above, depth) => {
          if (isPair(above) && isScalar(above.key)) return [`/${escaped(String(above.key.value))}`];
          const next = path[depth + 1] ?? node;
          return isSeq(above) ? [`/${above.items.indexOf(next)}`] : [];
        });
        const { line, col } = lines.linePos(node.range?.[0] ?? -1);
        expected.set(pointer.join(""), { line, column: col });
      });
      assert.deepEqual(locate(text, [...expected.keys()]), [...expected.values()]);
    }),
  );
});

test("a pointer that leads to nothing gets the place of what is nearest around it", () => {
  const text = '{\n  "a": [1, { "b": 2 }]\n}';
  const places = locate(text, ["/a/1/c", "/a/7/b", "/x/y", "/a/1/b/deeper", "/a/1/b"]);
  assert.deepEqual(
    places.map(({ line, column }) => [line, column]),
    [
      [2, 12],
      [2, 8],
      [1, 1],
      [2, 19],
      [2, 19],
    ],
  );
});

test("of a key that is there twice the last counts, with all that is in it", () => {
  const text = '{"a": {"b": 1},\n "\\u0061": {"c": 2}}';
  assert.deepEqual(locate(text, ["/a", "/a/b", "/a/c"]), [
    { line: 2, column: 12 },
    { line: 2, column: 12 },
    { line: 2, column: 18 },
  ]);
});

test("values are passed over however deep they are", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  assert.deepEqual(locate(`{"a": ${deep},\n"b": 1}`, ["/b"]), [{ line: 2, column: 6 }]);
  assert.equal(faultOf(deep), undefined);
  assert.equal(faultOf(`${deep}]`), deep.length);
});

test("an offset is at the line that its line breaks make, and so many characters into it", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "😀") }), fc.nat(), (text, any) => {
      const offset = any % (text.length + 1);
      const before = text.slice(0, offset).split("\n");
      const expected = { line: before.length, column: (before.at(-1) ?? "").length + 1 };
      assert.deepEqual(positionsIn(text)(offset), expected);
    }),
  );
});

test("a text has a fault where JSON.parse refuses it, and nowhere else", () => {
  const token = fc.constantFrom(...'{}[],:"\\ \n-.eE+01truefalsn', "true", "null", '"a"', "\\u00e9", "1.5");
  const mutated = fc
    .tuple(value, layout, fc.nat(), fc.nat({ max: 3 }), token)
    .map(([whole, write, any, without, more]) => {
      const text = write(whole);
      const offset = any % (text.length + 1);
      return `${text.slice(0, offset)}${more}${text.slice(offset + without)}`;
    });
  const noise = fc.array(token, { maxLength: 8 }).map((tokens) => tokens.join(""));
  fc.assert(
    fc.property(fc.oneof(mutated, noise), (text) => {
      assert.equal(faultOf(text) === undefined, isJson(text), text);
    }),
    { numRuns: 2000 },
  );
});

test("the fault is where the first character stands that cannot be there", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3, stringUnit: fc.constantFrom("a", "b") }),
      fc.nat(),
      (whole, any) => {
        // No text in it has a space or a line break: each of them is between two tokens.
        const text = `\n${JSON.stringify(whole, null, 2)}\n`;
        const gaps = [...text.matchAll(/\s/g)].map(({ index }) => index);
        const gap = gaps[any % gaps.length] ?? 0;
        assert.equal(faultOf(`${text.slice(0, gap)}#${text.slice(gap)}`) ?? -1, gap);
      },
    ),
  );
});

const faults: readonly (readonly [text: string, at: number])[] = [
  ["", 0],
  ['{"a": x}', 6],
  ['{"a" 1}', 5],
  ["[1,]", 3],
  ['{"a":1,}', 7],
  ['"a\nb"', 2],
  ['"a\\x"', 2],
  ['{"a":1', 6],
  ["tru", 0],
  ["[01]", 1],
  ["[1.]", 1],
  ["{'a': 1}", 1],
  ['{"a": 1}\n{"a": 2}', 9],
];
for (const [text, offset] of faults) {
  test(`the fault in ${JSON.stringify(text)} is at ${offset}`, () => assert.equal(faultOf(text), offset));
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
