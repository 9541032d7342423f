/** How far noise makes a number differ from the true one: for people to read, never for drawing it. */
export interface Spread {
  /** The standard deviation of one row's noise. */
  readonly deviation: number;
  /** In at least 95 of 100 cases, a row's number is off by no more than this. */
  readonly within95: number;
}

/** The spread of the two-sided geometric distribution whose scale is `scale`, the inverse of its rate. */
export const spreadOf = (scale: number): Spread => {
  const alpha = Math.exp(-1 / scale);
  // Of 1 - alpha, rounding would leave little.
  const rest = -Math.expm1(-1 / scale);
  // P(|X| > m) = 2 alpha^(m+1) / (1 + alpha)
  const most = Math.ceil(scale * Math.log(2 / (0.05 * (1 + alpha))) - 1);
  return { deviation: tenths(Math.sqrt(2 * alpha) / rest), within95: Math.max(0, most) };
};

/** The standard deviation of a sum of so many rows, each with its own noise. */
export const sumDeviation = (scale: number, rows: number): number =>
  tenths((Math.sqrt(2 * Math.exp(-1 / scale)) / -Math.expm1(-1 / scale)) * Math.sqrt(rows));

const tenths = (number: number): number => Math.round(number * 10) / 10;
