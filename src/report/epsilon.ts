import type { Fraction } from "./geometric.ts";

declare const branded: unique symbol;
/** An amount of ε, the loss of privacy, in millionths: exact, so that sums are exact as well. */
export type Epsilon = bigint & { readonly [branded]: "Epsilon" };

const ONE = 1_000_000n;

/** Up to a thousand: beyond it, nothing is hidden and nothing is worth an account. */
const WRITTEN = /^(\d{1,3})(?:\.(\d{1,6}))?$/;

/** Reads an amount above zero as people write it, such as `0.5`; undefined where it is none. */
export const readEpsilon = (text: string): Epsilon | undefined => {
  const [, whole, part = ""] = WRITTEN.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const amount = BigInt(whole) * ONE + BigInt(part.padEnd(6, "0"));
  return amount > 0n ? (amount as Epsilon) : undefined;
};

/** As people write it: `0.5`. */
export const epsilonText = (amount: bigint): string => {
  const size = amount < 0n ? -amount : amount;
  const part = (size % ONE).toString().padStart(6, "0").replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${size / ONE}${part === "" ? "" : `.${part}`}`;
};

export const epsilonSum = (amounts: readonly Epsilon[]): Epsilon =>
  amounts.reduce((sum, amount) => sum + amount, 0n) as Epsilon;

/** The same as a fraction, divided by a whole number. */
export const epsilonOver = (amount: Epsilon, by: number): Fraction => ({
  over: amount,
  under: ONE * BigInt(by),
});
