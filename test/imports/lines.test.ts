import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type FileLine, LONGEST_LINE, linesIn } from "../../src/imports/lines.ts";
import { runs } from "../support/runs.ts";
import { chunksOf, collected } from "./support.ts";

const linesOf = async (bytes: Uint8Array | string, size?: number): Promise<readonly FileLine[]> =>
  (await collected(linesIn(chunksOf(bytes, size)))).flat();

const text = fc.string({
  unit: fc.constantFrom("a", " ", "é", "語", "😀", "\t", "\r", "\u2028"),
  maxLength: 6,
});

describe("A file's lines", () => {
  it("come as they are, however its bytes are cut, with their numbers, and without those that are empty", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 12 }),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (lines, end, isEnded, size) => {
          const file = lines.join(end) + (isEnded ? end : "");
          const found = await linesOf(file, size);
          const expected = lines
            .map((line, at) => ({ number: at + 1, text: line }))
            .filter(({ text }) => text.trim() !== "");
          assert.deepEqual(
            found.map((line) => ("text" in line ? { ...line, text: line.text.trim() } : line)),
            expected.map((line) => ({ ...line, text: line.text.trim() })),
          );
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it("that are too long are told, without being held, and the next one is read", async () => {
    const long = "x".repeat(1024 * 1024);
    async function* file() {
      for (let at = 0; at < LONGEST_LINE / long.length; at++) yield Buffer.from(long);
      yield Buffer.from("x\nafter\n");
    }
    const found = (await collected(linesIn(file()))).flat();
    assert.deepEqual(
      found.map((line) => ("text" in line ? line.text : line.refusal.reason)),
      ["size.exceeded", "after"],
    );
    assert.equal(found[1]?.number, 2);
  });

  it("of the longest length that may be are read", async () => {
    const found = await linesOf("x".repeat(LONGEST_LINE), 1024 * 1024);
    assert.deepEqual(
      found.map((line) => ("text" in line ? line.text.length : line.refusal.reason)),
      [LONGEST_LINE],
    );
  });

  it("that are not UTF-8 are told, and never changed into something else", async () => {
    const file = Buffer.concat([Buffer.from("a\n"), Buffer.from([0xe9, 0x0a]), Buffer.from("b")]);
    assert.deepEqual(
      (await linesOf(file)).map((line) => ("text" in line ? line.text : line.refusal.reason)),
      ["a", "encoding.invalid", "b"],
    );
  });

  it("of an empty file are none", async () => {
    assert.deepEqual([await linesOf(""), await linesOf("\n\r\n \n")], [[], []]);
  });
});
