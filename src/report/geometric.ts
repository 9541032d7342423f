import { randomBytes } from "node:crypto";

/** Gives a whole number made of so many random bits, each of the 2^count equally likely. */
export type Bits = (count: number) => bigint;

/** A fraction of whole numbers, the lower one positive. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/**
 * Draws noise from the two-sided geometric distribution, which is also called the discrete Laplace distribution: a whole
 * number k with a probability in proportion to exp(-rate · |k|). `rate` must be above zero.
 *
 * It is Algorithm 2 of C. Canonne, G. Kamath and T. Steinke, "The Discrete Gaussian for Differential Privacy" (2020).
 * There is no rounding anywhere: noise from floating point numbers gives away what it is to hide (I. Mironov, "On
 * Significance of the Least Significant Bits for Differential Privacy", 2012).
 */
export const twoSidedGeometric = (rate: Fraction, bits: Bits): bigint => {
  const { over, under } = reduced(rate);
  for (;;) {
    // The size is geometric with exp(-1 / under), made of its remainder and its multiple of `under`…
    const remainder = uniform(under, bits);
    if (!happensExp({ over: remainder, under }, bits)) continue;
    let multiple = 0n;
    while (happensExp({ over: 1n, under: 1n }, bits)) multiple++;
    // … and so, divided by `over`, geometric with exp(-over / under).
    const size = (remainder + under * multiple) / over;
    const isNegative = bits(1) === 1n;
    // Or else there were two ways to a zero.
    if (isNegative && size === 0n) continue;
    return isNegative ? -size : size;
  }
};

/** The system's own randomness, as keys are made from. */
export const systemBits: Bits = (count) => {
  if (count === 0) return 0n;
  const bytes = randomBytes(Math.ceil(count / 8));
  return BigInt(`0x${bytes.toString("hex")}`) >> BigInt(bytes.length * 8 - count);
};

/** A whole number from 0 up to but not including `end`, each equally likely: what is too large is drawn again. */
export const uniform = (end: bigint, bits: Bits): bigint => {
  const count = end === 1n ? 0 : (end - 1n).toString(2).length;
  for (;;) {
    const drawn = bits(count);
    if (drawn < end) return drawn;
  }
};

/** True with the probability exp(-rate), for a rate from 0 to 1: Algorithm 1 of the same paper, its first part. */
export const happensExp = ({ over, under }: Fraction, bits: Bits): boolean => {
  let tries = 1n;
  while (uniform(under * tries, bits) < over) tries++;
  return tries % 2n === 1n;
};

const reduced = ({ over, under }: Fraction): Fraction => {
  let [large, small] = [over, under];
  while (small !== 0n) [large, small] = [small, large % small];
  return { over: over / large, under: under / large };
};
