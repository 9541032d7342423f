import type { Result } from "../support/result.ts";

/** A part of what the bench found. */
export type Part = Pick<Result, "tables" | "notes" | "figures">;

/** Says what is just measured, where somebody looks. */
export const say = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

/** Microseconds, with two digits after the point. */
export const micro = (value: number): string => `${value.toFixed(2)} µs`;

export const times = (value: number): string => `${value.toFixed(2)} ×`;

export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
