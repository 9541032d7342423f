import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { epsilonOver, epsilonSum, epsilonText, readEpsilon } from "../../src/report/epsilon.ts";
import { runs } from "../support/runs.ts";
import { epsilon } from "./support.ts";

describe("An amount of ε", () => {
  it("is read exactly as it is written, and written as it was read", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (millionths) => {
        const text = `${Math.floor(millionths / 1e6)}.${String(millionths % 1e6).padStart(6, "0")}`;
        const amount = readEpsilon(text);
        assert.equal(amount, BigInt(millionths));
        assert.equal(readEpsilon(epsilonText(BigInt(millionths))), amount);
      }),
      { numRuns: runs(300) },
    );
    assert.deepEqual(["1", "0.50", "10", "0.000001"].map(epsilon).map(epsilonText), [
      "1",
      "0.5",
      "10",
      "0.000001",
    ]);
  });

  it("adds up without rounding, as floating point numbers would not", () => {
    assert.notEqual(0.1 + 0.2, 0.3);
    assert.equal(epsilonSum([epsilon("0.1"), epsilon("0.2")]), epsilon("0.3"));
    assert.equal(epsilonText(epsilon("0.3") - epsilon("1")), "-0.7");
  });

  it("is shared among tables and events as a fraction", () => {
    assert.deepEqual(epsilonOver(epsilon("0.5"), 150), { over: 500_000n, under: 150_000_000n });
  });

  it("is a plain number above zero, and nothing else", () => {
    for (const text of [
      "0",
      "0.000000",
      "-1",
      "+1",
      "1e3",
      ".5",
      "1.",
      "1,5",
      "0.0000001",
      "1000",
      "",
      " 1",
      "∞",
    ])
      assert.equal(readEpsilon(text), undefined, text);
  });
});
