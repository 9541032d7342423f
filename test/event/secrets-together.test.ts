import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isObject } from "../../src/event/json.ts";
import { forMany, withoutPaths, withoutRedacted } from "../../src/event/secrets.ts";
import { runs } from "../support/runs.ts";
import { type Path, pathsInTurn, redactedInTurn, type Without } from "./secrets-in-turn.ts";

const FORMS: readonly (readonly [what: string, atOnce: Without, inTurn: Without])[] = [
  ["what is never stored", withoutPaths, pathsInTurn],
  ["what was redacted", withoutRedacted, redactedInTurn],
];

/** Few names, so that paths often lead somewhere; some of them stand elsewhere in a copy, or are no names elsewhere. */
const name = fc.constantFrom("a", "b", "c", "*", "0", "10", "2", "", "__proto__", "constructor", "length");

const { value, array, object } = fc.letrec<{ value: unknown; array: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, null, null, 1, "s", true, ""),
    tie("array"),
    { weight: 2, arbitrary: tie("object") },
  ),
  array: fc.array(tie("value"), { maxLength: 4 }),
  // Object.fromEntries takes `__proto__` for a name like any other, as JSON.parse does.
  object: fc.array(fc.tuple(name, tie("value")), { maxLength: 6 }).map(Object.fromEntries),
}));

/** Most events are objects; sometimes it is anything. */
const anEvent = fc.oneof({ weight: 8, arbitrary: object }, array, value);

const path = fc.array(fc.oneof(name, fc.constant("*")), { minLength: 1, maxLength: 6 });
const paths = fc.array(path, { maxLength: 8 });

/** An event with paths to what it has, and some to anywhere, seldom to the whole of it. */
const withPaths = fc
  .tuple(anEvent, fc.array(fc.array(fc.nat(20), { minLength: 6, maxLength: 6 }), { maxLength: 6 }), paths)
  .map(([event, ways, more]) => ({
    event: frozen(event),
    paths: [...ways.map((way) => pathInto(event, way)), ...more],
  }));

/** Where a way leads: its numbers say which of the keys, or that it ends; it may end behind what there is. */
const pathInto = (value: unknown, [turn = 0, ...way]: readonly number[], depth = 0): Path => {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) return depth === 0 || turn % 3 === 0 ? ["a"] : [];
  if (way.length === 0 || (turn % 5 === 0 && depth > 0) || (turn === 20 && way.at(-1) === 0)) return [];
  const [key, inner] = entries[turn % entries.length] ?? ["", undefined];
  return [Array.isArray(value) ? "*" : key, ...pathInto(inner, way, depth + 1)];
};

const frozen = (value: unknown): unknown => {
  if (typeof value === "object" && value !== null) for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
};

/** Whether a copy has no object or array of its own that says the same as the original's at its place. */
const isShared = (copy: unknown, original: unknown): boolean => {
  if (copy === original) return true;
  if (JSON.stringify(copy) === JSON.stringify(original)) return false;
  if (!isObject(copy) || !isObject(original)) return true;
  return Object.keys(copy).every((key) => isShared(copy[key], original[key]));
};

for (const [what, atOnce, inTurn] of FORMS)
  describe(`taking ${what} out at all paths at once`, () => {
    it("comes to the same text as one path after the other, and changes nothing of the event", () => {
      fc.assert(
        fc.property(withPaths, ({ event, paths }) => {
          const text = JSON.stringify(event);
          const [kept, expected] = [atOnce(event, paths), inTurn(event, paths)];
          assert.equal(JSON.stringify(kept), JSON.stringify(expected));
          assert.deepEqual(kept, expected);
          assert.equal(JSON.stringify(event), text);
        }),
        { numRuns: runs(3000) },
      );
    });

    it("gives the event itself back where it has none of it, and shares what it keeps as it is", () => {
      fc.assert(
        fc.property(withPaths, ({ event, paths }) => {
          assert.ok(isShared(atOnce(event, paths), event));
          const kept = atOnce(event, paths);
          assert.equal(atOnce(kept, paths), kept);
        }),
        { numRuns: runs(1000) },
      );
    });

    it("is the same in any order of the paths, and with some of them twice", () => {
      const some = withPaths.chain(({ event, paths }) =>
        fc.record({
          event: fc.constant(event),
          paths: fc.constant(paths),
          other: fc.shuffledSubarray([...paths, ...paths], { minLength: paths.length * 2 }),
        }),
      );
      fc.assert(
        fc.property(some, ({ event, paths, other }) =>
          assert.equal(JSON.stringify(atOnce(event, other)), JSON.stringify(atOnce(event, paths))),
        ),
        { numRuns: runs(500) },
      );
    });

    it("is of each event its own, however many a list of paths is used for", () => {
      fc.assert(
        fc.property(fc.array(anEvent, { maxLength: 6 }), paths, (events, paths) => {
          assert.equal(forMany(paths), paths);
          for (const event of [...events, ...events])
            assert.equal(JSON.stringify(atOnce(event, paths)), JSON.stringify(inTurn(event, paths)));
        }),
        { numRuns: runs(500) },
      );
    });

    it("is the same of objects with more names than most have", () => {
      const names = Array.from({ length: 500 }, (_, at) => `n${(at * 7919) % 500}`);
      const event = { of: Object.fromEntries(names.map((each, at) => [each, at % 3 === 0 ? null : at])) };
      const some = names.filter((_, at) => at % 5 === 0).map((each) => ["of", each]);
      assert.equal(JSON.stringify(atOnce(event, some)), JSON.stringify(inTurn(event, some)));
    });

    it("goes no deeper into an event than its paths do", () => {
      const deep = JSON.parse(`${'{"a":[null,'.repeat(100_000)}null${"]}".repeat(100_000)}`);
      const event = { a: null, b: deep, c: { deep, a: null }, d: [deep, null] };
      const shallow = [
        ["a"],
        ["c", "a"],
        ["d", "*", "a", "*", "b"],
        ["b", "a", "*", "b"],
        ["c", "deep", "x"],
      ];
      const [kept, expected] = [atOnce(event, shallow), inTurn(event, shallow)];
      assert.ok(isObject(kept) && isObject(expected));
      assert.deepEqual(Object.keys(kept), Object.keys(expected));
      assert.equal(isObject(kept.c) && kept.c.deep, deep);
    });

    it("follows paths far deeper than a schema may be", () => {
      for (const step of ["a", "*"]) {
        let event: unknown = { a: null, b: 1 };
        for (let depth = 0; depth < 500; depth++) event = step === "*" ? [event, 1] : { a: event, b: null };
        const path = Array.from({ length: 500 }, () => step);
        const deepest = [[...path, "a"], [...path, "b"], path.slice(1), ["b"]];
        for (const paths of [deepest, deepest.slice(0, 2)])
          assert.equal(
            JSON.stringify(
              atOnce(
                { x: event },
                paths.map((each) => ["x", ...each]),
              ),
            ),
            JSON.stringify(
              inTurn(
                { x: event },
                paths.map((each) => ["x", ...each]),
              ),
            ),
          );
      }
    });
  });

describe("paths that meet", () => {
  const cases: readonly (readonly [what: string, event: string, paths: readonly Path[], kept: string])[] = [
    ["one ends where another goes on", '{"a":{"b":1,"c":2}}', [["a", "b"], ["a"]], "{}"],
    ["one ends where another goes on, later", '{"a":{"b":1,"c":2}}', [["a"], ["a", "b"]], "{}"],
    [
      "the same twice",
      '{"a":{"b":1,"c":2}}',
      [
        ["a", "b"],
        ["a", "b"],
      ],
      '{"a":{"c":2}}',
    ],
    [
      "through elements and to a name, in an array",
      '{"a":[{"b":1}],"c":1}',
      [
        ["a", "*", "b"],
        ["a", "b"],
      ],
      '{"c":1}',
    ],
    [
      "through elements and to a name, in an object",
      '{"a":{"b":1},"c":1}',
      [
        ["a", "b"],
        ["a", "*", "b"],
      ],
      '{"c":1}',
    ],
    [
      "through elements and to a name, of null",
      '{"a":null}',
      [
        ["a", "b"],
        ["a", "*"],
      ],
      '{"a":null}',
    ],
    ["* in the event itself", '{"*":{"b":1,"c":2},"b":1}', [["*", "b"], ["b"]], '{"*":{"c":2}}'],
    ["* in an event that is an array", '[{"b":1},2,null]', [["*", "b"]], "[{},null]"],
    ["* and a name in an event that is an array", '[{"b":1}]', [["*", "b"], ["b"]], "null"],
    ["the event itself", '{"a":1}', [["b"], []], "null"],
    [
      "__proto__",
      '{"z":1,"__proto__":{"a":1,"b":2},"y":1,"a":3}',
      [["__proto__", "a"], ["a"]],
      '{"z":1,"__proto__":{"b":2},"y":1}',
    ],
    ["__proto__ as a whole", '{"z":1,"__proto__":{"a":1}}', [["__proto__"]], '{"z":1}'],
    ["beside __proto__", '{"z":1,"__proto__":{"a":1},"a":3}', [["a"], ["z"]], '{"__proto__":{"a":1}}'],
  ];
  for (const [what, text, paths, kept] of cases)
    it(`take out what each would: ${what}`, () => {
      const event = JSON.parse(text);
      const result = withoutPaths(event, paths);
      assert.equal(JSON.stringify(result), kept);
      assert.equal(JSON.stringify(pathsInTurn(event, paths)), kept);
      if (isObject(result)) assert.equal(Object.getPrototypeOf(result), Object.prototype);
      assert.equal(JSON.stringify(event), text);
    });
});
