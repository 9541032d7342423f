import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { CutOff, unpacked } from "../../src/imports/unpack.ts";
import { runs } from "../support/runs.ts";
import { chunksOf } from "./support.ts";

/** What came of a file, and why no more did. */
const read = async (file: Uint8Array | string, size?: number) => {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of unpacked(chunksOf(file, size))) parts.push(part);
    return { text: Buffer.concat(parts).toString(), cut: undefined };
  } catch (error) {
    assert.ok(error instanceof CutOff);
    return { text: Buffer.concat(parts).toString(), cut: error.message };
  }
};

const LINES = Array.from({ length: 2000 }, (_, at) => `line ${at} ${randomBytes(8).toString("hex")}\n`).join(
  "",
);

describe("Reading a file", () => {
  it("gives what is in it: plain, or all members of gzip, however its bytes are cut", async () => {
    const texts = fc.array(fc.string({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 50 }), async (members, size) => {
        const packed = Buffer.concat(members.map((each) => gzipSync(each)));
        assert.deepEqual(await read(packed, size), { text: members.join(""), cut: undefined });
        assert.deepEqual(await read(members.join(""), size), { text: members.join(""), cut: undefined });
      }),
      { numRuns: runs(50) },
    );
    assert.deepEqual(await read(gzipSync(LINES), 100_000), { text: LINES, cut: undefined });
    assert.deepEqual(await read(""), { text: "", cut: undefined });
    assert.deepEqual(await read("\u001f"), { text: "\u001f", cut: undefined });
  });

  it("gives everything before the place where gzip is cut off, and then says so", async () => {
    const packed = gzipSync(LINES);
    for (const end of [packed.length - 1, packed.length - 9, Math.floor(packed.length / 2), 12, 3]) {
      const { text, cut } = await read(packed.subarray(0, end), 500);
      assert.match(cut ?? "", /cut off/);
      assert.ok(LINES.startsWith(text));
      // All that zlib can know by these bytes.
      if (end >= packed.length - 9) assert.equal(text, LINES);
      assert.equal(text.length > LINES.length / 4, end > 100);
    }
  });

  it("gives nearly everything before damage, and then says so", async () => {
    const packed = gzipSync(LINES);
    const middle = Math.floor(packed.length / 2);
    packed.fill(0xff, middle, middle + 50);
    const { text, cut } = await read(packed, 5000);
    assert.match(cut ?? "", /damaged/);
    assert.ok(text.length > LINES.length / 3);
    assert.ok(LINES.startsWith(text.slice(0, LINES.length / 3)));
  });

  it("says that something else is behind the end, and takes zeros for padding", async () => {
    const padded = Buffer.concat([gzipSync("one"), Buffer.alloc(3000)]);
    const behind = Buffer.concat([padded, gzipSync("two")]);
    for (const size of [7, 1000, 100_000]) {
      assert.deepEqual(await read(padded, size), { text: "one", cut: undefined });
      const { text, cut } = await read(behind, size);
      assert.equal(text, "one");
      assert.match(cut ?? "", /something else/);
      assert.ok((await read(Buffer.concat([gzipSync(LINES), Buffer.from("plain")]), size)).cut);
    }
  });
});
