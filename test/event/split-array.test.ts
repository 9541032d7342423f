import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { onOneLine, splitArray } from "../../src/event/json.ts";

const space = fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\r"), maxLength: 3 });

/** Texts of brackets, quotes and escapes: the hard ones to split. */
const knotty = fc.string({ unit: fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", ":", "\n", "é", "😀") });

const value = fc.oneof(fc.jsonValue(), knotty, fc.dictionary(knotty, fc.oneof(knotty, fc.array(knotty))));

describe("splitting a JSON array", () => {
  it("gives texts that parse to what the whole parses to, however it is indented", () => {
    fc.assert(
      fc.property(fc.array(value), fc.constantFrom(0, 1, 4, "\t"), (values, indent) => {
        const text = JSON.stringify(values, null, indent);
        assert.deepEqual(
          splitArray(text)?.map((each): unknown => JSON.parse(each)),
          JSON.parse(text),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("gives each element as it was written, whatever white space surrounds it", () => {
    const elements = fc.array(fc.tuple(space, value, space), { minLength: 1 });
    fc.assert(
      fc.property(elements, space, (written, end) => {
        const texts = written.map(([, each]) => JSON.stringify(each, null, 1));
        const whole = written.map(([before, , after], at) => before + texts[at] + after).join(",");
        assert.deepEqual(splitArray(`[${whole}]${end}`), texts);
      }),
    );
  });

  it("gives no text for an empty array", () => {
    assert.deepEqual(splitArray("[ \n]"), []);
  });

  it("gives an array either whole or not at all: a text cut off anywhere is refused", () => {
    fc.assert(
      fc.property(fc.array(value), fc.nat(), (values, cut) => {
        const text = JSON.stringify(values);
        assert.equal(splitArray(text.slice(0, cut % text.length)), undefined);
      }),
    );
  });

  it("agrees with JSON.parse on every text: where all elements are JSON, so is the whole", () => {
    const texts = fc.string({ unit: fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", ":", "1", " ") });
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(texts, (inside) => {
        const text = `[${inside}`;
        const elements = splitArray(text);
        assert.equal(elements?.every(isJson) === true, isJson(text), text);
      }),
      { numRuns: 2000 },
    );
  });

  it("splits however long a text of backslashes, or of escaped quotes", () => {
    assert.equal(splitArray(`["${"\\\\".repeat(400_000)}"]`)?.length, 1);
    assert.equal(splitArray(`["${'\\"'.repeat(400_000)}"]`)?.length, 1);
  });
});

describe("putting JSON on one line", () => {
  it("changes no value and leaves no line break", () => {
    fc.assert(
      fc.property(value, fc.constantFrom(1, "\t", "\r\n"), (each, indent) => {
        const line = onOneLine(JSON.stringify(each, null, indent).replaceAll("\n", "\r\n"));
        assert.ok(!/[\r\n]/.test(line));
        assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(each)));
      }),
    );
  });
});
