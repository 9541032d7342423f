import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { changedFields, fieldName } from "../../src/diff/fields.ts";
import { runs } from "../support/runs.ts";
import { naiveFields } from "./support.ts";

/** JSON as JSON.parse gives it, with few names, so that two values have much in common. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, 0, 1, "a", "b", "", {}, []),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "0", "c d", "[*]", "__proto__", "x.y"), tie("value"), {
      maxKeys: 4,
    }),
  ),
}));

const json = value.map((each): unknown => JSON.parse(JSON.stringify(each)));

/** A value, and the same with something else in some places of it. */
const pairs = fc.oneof(
  fc.tuple(json, json),
  fc
    .tuple(json, json, fc.array(fc.nat({ max: 5 }), { maxLength: 4 }))
    .map(([whole, part, way]) => [whole, put(whole, part, way)]),
);

const put = (whole: unknown, part: unknown, [step, ...rest]: readonly number[]): unknown => {
  if (step === undefined || typeof whole !== "object" || whole === null) return part;
  const keys = Object.keys(whole);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return part;
  const entries = Object.entries(whole).map(([name, each]) => [
    name,
    name === key ? put(each, part, rest) : each,
  ]);
  return Array.isArray(whole) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
};

const namesOf = (before: unknown, after: unknown): readonly string[] =>
  [...new Set(changedFields(before, after).map(({ path }) => fieldName(path)))].sort();

describe("The fields in which two JSON values differ", () => {
  it("are those that looking up every path finds", () => {
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        assert.deepEqual(namesOf(before, after), naiveFields(before, after));
      }),
      { numRuns: runs(2000) },
    );
  });

  it("lead to what is there before and after, and are none where the two are equal", () => {
    const at = (root: unknown, path: readonly (string | number)[]): unknown =>
      path.reduce<unknown>((inside, step) => Object.getOwnPropertyDescriptor(inside, step)?.value, root);
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        for (const change of changedFields(before, after)) {
          assert.deepEqual(change.before, at(before, change.path));
          assert.deepEqual(change.after, at(after, change.path));
          assert.notDeepEqual(change.before, change.after);
        }
        assert.deepEqual(changedFields(before, JSON.parse(JSON.stringify(before))), []);
      }),
      { numRuns: runs(500) },
    );
  });

  it("are told for whichever element of a list, and with names that need quotes in them", () => {
    const before = { a: [{ b: 1 }, { b: 2 }], e: { "https://x.example/y": 1 } };
    const after = { a: [{ b: 2 }, { b: 3 }, { b: 4 }], e: { "https://x.example/y": 2 } };
    assert.deepEqual(namesOf(before, after), ["a[*]", "a[*].b", 'e["https://x.example/y"]']);
  });

  it("are the whole where values are nested too deeply to be compared", () => {
    const deep = (inside: string): unknown =>
      JSON.parse(`${"[".repeat(50_000)}${inside}${"]".repeat(50_000)}`);
    assert.deepEqual(namesOf(deep("1"), deep("2")), ["(all of it)"]);
  });
});
