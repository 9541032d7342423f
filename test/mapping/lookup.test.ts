import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { understood } from "./support.ts";

const SCHEMA = `$id: https://example.edu/event
version: "1"
type: object
properties: { key: { type: string }, any: {} }
`;
const MAPPING = `event: https://example.edu/event
title: An event
lookup:
  kinds: { py: script, ipynb: notebook, "a b": spaced, toString: mine, __proto__: yours }
  points: { easy: 1, hard: 5 }
  mixed: { one: 1, yes: true, half: 0.5, text: t }
translations:
  - name: told
    json:
      kind: \${ lookup.kinds[event.key] }
      any: \${ lookup.kinds[event.any] }
      always: \${ lookup.kinds[event.key].orElse("file") }
      text: a \${ lookup.kinds[event.key] } b
      points: \${ lookup.points[event.key] + 1 }
      mixed: \${ lookup.mixed[event.key] }
      known: \${ event.key in lookup.kinds }
      script: \${ lookup.kinds.py }
`;

const tell = understood(SCHEMA, MAPPING);
const told = (event: object): Record<string, unknown> => {
  if (typeof tell !== "function") return assert.fail(tell.map(({ message }) => message).join("\n"));
  const [{ id, time, translation, learner, course, ...own } = {}] = tell("json", { ...event });
  return own;
};

describe("A table of a mapping", () => {
  it("has a value for each of its keys", () => {
    const { kind, always, text, known, script } = told({ key: "ipynb" });
    assert.deepEqual(
      [kind, always, text, known, script],
      ["notebook", "notebook", "a notebook b", true, "script"],
    );
    assert.equal(told({ key: "a b" }).kind, "spaced");
  });

  it("has values of the kinds that the file gives them", () => {
    assert.equal(told({ key: "hard" }).points, 6);
    for (const [key, value] of Object.entries({ one: 1, yes: true, half: 0.5, text: "t" }))
      assert.equal(told({ key }).mixed, value);
  });

  it("leaves a property out where it has no entry, and gives another value where one is said", () => {
    assert.deepEqual(told({ key: "zip" }), { always: "file", known: false, script: "script" });
    assert.deepEqual(told({}), { always: "file", script: "script" });
  });

  it("has no entries but its own, whatever the key", () => {
    const own = new Set(["py", "ipynb", "a b", "toString", "__proto__"]);
    const inherited = Object.getOwnPropertyNames(Object.prototype);
    const keys = fc.oneof(fc.constantFrom(...inherited, ""), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(keys, (key) => {
        const { kind, known } = told({ key });
        assert.deepEqual([kind !== undefined, known], [own.has(key), own.has(key)], key);
      }),
      { numRuns: 500 },
    );
    assert.deepEqual([told({ key: "toString" }).kind, told({ key: "__proto__" }).kind], ["mine", "yours"]);
  });

  it("has no entry for what is no text", () => {
    for (const any of [null, 0, true, ["py"], { py: 1 }])
      assert.equal(told({ key: "x", any }).any, undefined);
  });
});
