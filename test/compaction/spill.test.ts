import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openSpill } from "../../src/compaction/spill.ts";

/** Lines of all lengths, with characters of one to four bytes, so that they are cut anywhere. */
const line = fc
  .tuple(fc.constantFrom("a", "é", "€", "😀"), fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 300_000 })))
  .map(([character, count]) => character.repeat(count));

describe("Lines that are kept outside of memory", () => {
  it("come back as they were, in any order of their stretches", () => {
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 5 }), { maxLength: 6 }), (all) => {
        const spill = openSpill();
        try {
          const stretches = all.map((lines) => spill.write(lines));
          const readers = stretches.map((stretch) => spill.read(stretch)).reverse();
          const found: string[][] = readers.map(() => []);
          // Side by side, a line of each in turn.
          for (let open = true; open; ) {
            open = false;
            for (const [at, reader] of readers.entries()) {
              const next = reader.next();
              if (next.done === true) continue;
              open = true;
              found[at]?.push(next.value);
            }
          }
          assert.deepEqual(found.reverse(), all);
        } finally {
          spill.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  it("are in no file that anybody could find, even while they are kept", () => {
    const { TMPDIR } = process.env;
    const folder = mkdtempSync(join(tmpdir(), "spill-"));
    process.env.TMPDIR = folder;
    const spill = openSpill();
    try {
      const stretch = spill.write(["a secret"]);
      assert.deepEqual(readdirSync(folder), []);
      assert.deepEqual([...spill.read(stretch)], ["a secret"]);
    } finally {
      spill.close();
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      rmSync(folder, { recursive: true });
    }
  });
});
