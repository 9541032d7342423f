import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Fraction,
  happensExp,
  systemBits,
  twoSidedGeometric,
  uniform,
} from "../../src/report/geometric.ts";
import { spreadOf } from "../../src/report/noise.ts";
import { runs } from "../support/runs.ts";
import { probabilitiesOf } from "./enumerate.ts";

const fraction = (over: number, under: number): Fraction => ({ over: BigInt(over), under: BigInt(under) });
const quotient = ({ over, under }: Fraction): number => Number(over) / Number(under);
const written = ({ over, under }: Fraction): string => `${over}/${under}`;

/** What the two-sided geometric distribution is by its definition. */
const defined = (rate: number, k: number): number => {
  const alpha = Math.exp(-rate);
  return ((1 - alpha) / (1 + alpha)) * alpha ** Math.abs(k);
};

/** Holds sums of exact powers of two against a formula in floating point. */
const TINY = 1e-12;

describe("A whole number below another", () => {
  it("is each with the same probability, whatever is drawn again", () => {
    for (let end = 1; end <= 12; end++) {
      const { of, rest } = probabilitiesOf(14, (bits) => uniform(BigInt(end), bits));
      assert.deepEqual(
        [...of.keys()].map(Number).toSorted((a, b) => a - b),
        [...Array(end).keys()],
      );
      assert.equal(new Set(of.values()).size, 1);
      assert.ok(rest < 0.1, `${end}: ${rest}`);
    }
  });
});

describe("Something that happens with the probability exp(-rate)", () => {
  for (const rate of [
    fraction(0, 1),
    fraction(1, 1),
    fraction(1, 2),
    fraction(1, 3),
    fraction(2, 3),
    fraction(5, 8),
  ])
    it(`does so for ${written(rate)}, as far as 17 bits can tell`, () => {
      const { of, rest } = probabilitiesOf(17, (bits) => happensExp(rate, bits));
      const happens = of.get("true") ?? 0;
      const expected = Math.exp(-quotient(rate));
      assert.ok(rest < 0.06, `${rest}`);
      assert.ok(happens <= expected + TINY && expected <= happens + rest + TINY, `${happens} ${expected}`);
    });
});

describe("Noise drawn with every series of 17 bits", () => {
  for (const rate of [fraction(1, 1), fraction(2, 1), fraction(1, 2), fraction(3, 2)]) {
    const { of, rest } = probabilitiesOf(17, (bits) => twoSidedGeometric(rate, bits));
    const drawn = (k: number): number => of.get(String(k)) ?? 0;
    const expected = (k: number): number => defined(quotient(rate), k);

    it(`has the probabilities of its definition for the rate ${written(rate)}`, () => {
      assert.ok(rest < 0.31, `${rest}`);
      for (let k = -6; k <= 6; k++) {
        assert.ok(drawn(k) <= expected(k) + TINY, `${k}: ${drawn(k)} is above ${expected(k)}`);
        assert.ok(expected(k) <= drawn(k) + rest + TINY, `${k}: ${drawn(k)} is below ${expected(k)}`);
      }
    });

    it(`is as often below zero as above, to the last series, for the rate ${written(rate)}`, () => {
      assert.ok(drawn(1) > 0);
      for (let k = 1; k <= 6; k++) assert.equal(drawn(k), drawn(-k));
    });
  }
});

it("Noise is the same for the same rate, however it is written", () => {
  const [one, other] = [fraction(1, 2), fraction(3, 6)].map((rate) =>
    probabilitiesOf(12, (bits) => twoSidedGeometric(rate, bits)),
  );
  assert.deepEqual(one, other);
});

/** Chi-square of counts against expected ones. */
const chiSquare = (counts: readonly number[], expected: readonly number[]): number =>
  counts.reduce((sum, count, at) => sum + (count - (expected[at] ?? 0)) ** 2 / (expected[at] ?? 0), 0);

/** What chi-square exceeds in one of 10^9 cases (Wilson and Hilferty's approximation). */
const hardlyEver = (freedom: number): number => {
  const part = 2 / (9 * freedom);
  return freedom * (1 - part + 6 * Math.sqrt(part)) ** 3;
};

describe("Noise drawn from the system's randomness", () => {
  const DRAWN = runs(20_000);
  /** Up to here each number is counted by itself; what is beyond, together. */
  const EDGE = 15;
  const rate = fraction(2, 9);
  const drawn = Array.from({ length: DRAWN }, () => Number(twoSidedGeometric(rate, systemBits)));
  const binOf = (k: number): number => Math.max(-EDGE - 1, Math.min(EDGE + 1, k)) + EDGE + 1;
  const counts = Array.from({ length: 2 * EDGE + 3 }, () => 0);
  for (const k of drawn) counts[binOf(k)] = (counts[binOf(k)] ?? 0) + 1;
  const expectedOf = (of: number): readonly number[] => {
    const inner = Array.from({ length: 2 * EDGE + 1 }, (_, at) => DRAWN * defined(of, at - EDGE));
    const beyond = (DRAWN - inner.reduce((sum, each) => sum + each, 0)) / 2;
    return [beyond, ...inner, beyond];
  };

  it("is distributed as its definition says, and not as with a rate near by", () => {
    const limit = hardlyEver(counts.length - 1);
    const found = chiSquare(counts, expectedOf(2 / 9));
    assert.ok(found < limit, `${found}`);
    assert.ok(chiSquare(counts, expectedOf(2 / 11)) > limit);
    assert.ok(chiSquare(counts, expectedOf(2 / 7)) > limit);
  });

  it("falls by exp(rate) from each number to the next, on both sides", () => {
    for (let k = 0; k < 6; k++)
      for (const side of [1, -1]) {
        const near = counts[binOf(side * k)] ?? 0;
        const far = counts[binOf(side * (k + 1))] ?? 0;
        // Of a ratio of counts, six standard deviations; more are met once in 10^9.
        const slack = 6 * Math.sqrt(1 / near + 1 / far);
        assert.ok(Math.abs(Math.log(near / far) - 2 / 9) < slack, `${side * k}: ${near} / ${far}`);
      }
  });

  it("spreads as the report says that it does", () => {
    const { deviation, within95 } = spreadOf(9 / 2);
    const variance = drawn.reduce((sum, k) => sum + k * k, 0) / DRAWN;
    // The fourth moment of such noise is about 6 times its variance squared.
    assert.ok(Math.abs(variance / deviation ** 2 - 1) < 6 * Math.sqrt(5 / DRAWN) + 0.02);
    const inside = drawn.filter((k) => Math.abs(k) <= within95).length / DRAWN;
    assert.ok(inside > 0.95 - 6 * Math.sqrt((0.05 * 0.95) / DRAWN), `${inside}`);
  });
});

describe("The spread that a report tells", () => {
  it("is that of the distribution, and the narrowest that holds 95 of 100", () => {
    for (const scale of [0.2, 0.7, 1, 3, 50, 150]) {
      const { deviation, within95 } = spreadOf(scale);
      const inside = (most: number): number => {
        let sum = 0;
        for (let k = -most; k <= most; k++) sum += defined(1 / scale, k);
        return sum;
      };
      assert.ok(inside(within95) >= 0.95, `${scale}`);
      assert.ok(within95 === 0 || inside(within95 - 1) < 0.95, `${scale}`);
      let variance = 0;
      for (let k = -10_000; k <= 10_000; k++) variance += k * k * defined(1 / scale, k);
      assert.ok(Math.abs(Math.sqrt(variance) - deviation) <= 0.051, `${scale}`);
    }
  });
});

describe("The system's random bits", () => {
  it("are as many as were asked for, and each of them is either", () => {
    for (const count of [0, 1, 7, 8, 9, 64, 65]) {
      const many = Array.from({ length: 200 }, () => systemBits(count));
      assert.ok(many.every((each) => each >= 0n && each < 1n << BigInt(count)));
      for (let bit = 0n; bit < count; bit++)
        assert.equal(new Set(many.map((each) => (each >> bit) & 1n)).size, 2, `bit ${bit} of ${count}`);
    }
  });
});
