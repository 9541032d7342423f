import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { takes } from "../../src/endpoint/select.ts";

const NAME = "jupyter-server/contents:saved";
const taken = (pattern: string, name = NAME, optional = false): boolean =>
  takes({ translations: [pattern] }, { name, optional });

describe("A selection", () => {
  for (const pattern of [
    NAME,
    "*",
    "**",
    "jupyter-server/*",
    "*:saved",
    "*/contents:*",
    "jupyter*contents*saved",
    "jupyter-server/contents:saved*",
    "+jupyter-server/*",
  ])
    it(`${pattern} takes ${NAME}`, () => assert.ok(taken(pattern)));

  for (const pattern of [
    "",
    "+",
    "jupyter-server/contents",
    "jupyter-server/contents:save",
    "contents:saved",
    "*:save",
    "saved*",
    "jupyter-server/contents:saved*d",
    "*contents*contents*",
    "jupyter.server/*",
    "++*",
    "JUPYTER-SERVER/*",
  ])
    it(`${pattern === "" ? "an empty pattern" : pattern} does not take ${NAME}`, () =>
      assert.ok(!taken(pattern)));

  it("takes an optional translation only with a plus", () => {
    for (const pattern of [NAME, "*", "jupyter-server/*"]) {
      assert.ok(!taken(pattern, NAME, true), pattern);
      assert.ok(taken(`+${pattern}`, NAME, true), pattern);
    }
  });

  it("takes what any of its patterns takes", () => {
    const selection = { translations: ["a:b", "+*:saved"] };
    assert.ok(takes(selection, { name: NAME, optional: true }));
    assert.ok(takes(selection, { name: "a:b", optional: false }));
    assert.ok(!takes(selection, { name: "a:b", optional: true }));
  });

  it("reads a star as any text, as a regular expression would", () => {
    const part = fc.constantFrom("a", "b", "ab", "*", "/", ":");
    const text = (size: number) => fc.array(part, { maxLength: size }).map((all) => all.join(""));
    fc.assert(
      fc.property(text(6), text(8), (pattern, raw) => {
        const name = raw.replaceAll("*", "a");
        const expected = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name);
        assert.equal(taken(pattern, name), expected, `${pattern} on ${name}`);
      }),
      { numRuns: 1000 },
    );
  });
});
