import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compare } from "../../workbench/page/editor/compare.ts";
import { linesOf, pathKey } from "../../workbench/page/lines.ts";

const told = (before: unknown, now: unknown): readonly string[] =>
  compare(before, now).told.map(({ path, how, was }) => [path, how, was ?? []].flat().join(" "));

test("what is new, changed and gone is told by its path", () => {
  const before = { type: "A", object: { name: "x", old: 1 }, list: [1, 2] };
  const now = { type: "B", object: { name: "x", fresh: { deep: true } }, list: [1, 2, 3] };
  assert.deepEqual(told(before, now), [
    'type changed "A"',
    "object.fresh new",
    "object.old gone 1",
    "list[2] new",
  ]);
});

test("all that is within something new is marked as new", () => {
  const { lines } = compare({}, { object: { a: [1] } });
  const expected = [["object"], ["object", "a"], ["object", "a", "0"]].map((path) => [pathKey(path), "new"]);
  assert.deepEqual([...lines], expected);
});

test("a value of another kind is changed as a whole", () => {
  assert.deepEqual(told({ a: [1] }, { a: { 0: 1 } }), ["a changed [1]"]);
  assert.deepEqual(told({ a: null }, { a: {} }), ["a changed null"]);
});

test("the id of a statement, which is made up, is not compared", () => {
  assert.deepEqual(told({ id: "1", object: { id: "a" } }, { id: "2", object: { id: "b" } }), [
    'object.id changed "a"',
  ]);
});

const object = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 3 }));

test("nothing differs from itself, and what differs is told", () => {
  fc.assert(
    fc.property(object, object, (one, other) => {
      assert.deepEqual(told(one, structuredClone(one)), []);
      const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
      assert.equal(told(one, other).length === 0, isSame);
    }),
  );
});

test("every line that is marked is one that is shown", () => {
  fc.assert(
    fc.property(object, object, (one, other) => {
      const shown = new Set(linesOf(other).lines.map(({ path }) => pathKey(path)));
      for (const path of compare(one, other).lines.keys()) assert.ok(shown.has(path), path);
    }),
  );
});

test("however deep it is, it can be compared", () => {
  const deep = (of: unknown): unknown => {
    let value = of;
    for (let depth = 0; depth < 5000; depth++) value = { in: value };
    return value;
  };
  assert.deepEqual(told(deep(1), deep(1)), []);
  assert.deepEqual(told({}, { new: deep(1) }), ["new new"]);
});

const sorted = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
};
