/** The value below which a share of all lies; the nearest that there is. */
export const quantile = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;

export const median = (all: readonly number[]): number => quantile(all, 0.5);

/** A number with so many digits after the point. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
