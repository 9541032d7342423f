import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Part, splitTemplate, type Unclosed } from "../../src/mapping/template.ts";

const OPEN = "$" + "{";

/** The parts as they would be written. */
const written = (parts: readonly Part[] | Unclosed): string =>
  "unclosed" in parts
    ? assert.fail("unclosed")
    : parts
        .map((part) =>
          "text" in part ? part.text.replaceAll(OPEN, () => `$${OPEN}`) : `${OPEN}${part.expression}}`,
        )
        .join("");

describe("A text with expressions", () => {
  const cases: [what: string, text: string, parts: readonly Part[]][] = [
    ["a constant is one part", "plain", [{ text: "plain" }]],
    ["an empty text is one empty part", "", [{ text: "" }]],
    ["an expression alone is one part", `${OPEN} a }`, [{ expression: " a ", offset: 2 }]],
    [
      "several expressions stand between constants",
      `x ${OPEN}a}${OPEN}b} y`,
      [{ text: "x " }, { expression: "a", offset: 4 }, { expression: "b", offset: 8 }, { text: " y" }],
    ],
    [
      "braces of a map belong to the expression",
      `${OPEN}{'a': {}}}`,
      [{ expression: "{'a': {}}", offset: 2 }],
    ],
    [
      "a brace in a quoted text does not close",
      `${OPEN}a == "}" + '}'}!`,
      [{ expression: `a == "}" + '}'`, offset: 2 }, { text: "!" }],
    ],
    ["an escaped quote does not end a quoted text", `${OPEN}"\\"}"}`, [{ expression: '"\\"}"', offset: 2 }]],
    ["two dollars stand for a literal one", `a $${OPEN}b} c`, [{ text: `a ${OPEN}b} c` }]],
    ["a dollar without a brace is a dollar", "5 $ and $x", [{ text: "5 $ and $x" }]],
  ];
  for (const [what, text, parts] of cases) {
    it(what, () => assert.deepEqual(splitTemplate(text), parts));
  }

  it("tells where an expression begins that is never closed", () => {
    assert.deepEqual(splitTemplate(`ab ${OPEN}c`), { unclosed: 3 });
    assert.deepEqual(splitTemplate(`${OPEN}a} ${OPEN}"}`), { unclosed: 5 });
  });

  it("gives back the text that it was made of, whatever it is", () => {
    const piece = fc.constantFrom("$", "{", "}", '"', "'", "\\", " ", "a", OPEN, `$${OPEN}`, "é");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const parts = splitTemplate(text);
        if ("unclosed" in parts) assert.ok(text.startsWith(OPEN, parts.unclosed));
        else {
          assert.equal(written(parts), text);
          for (const part of parts)
            if ("expression" in part) assert.ok(text.startsWith(part.expression, part.offset));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
