/** Something that was measured: how much there was of each part, and what all of it took. */
export interface Sample {
  readonly amounts: readonly number[];
  readonly took: number;
}

/** So many passes over all parts: after far fewer, nothing moves any more. */
const PASSES = 20_000;

/**
 * What one of each part takes, none below nothing, so that the sums are as near as can be to what was measured, each by
 * its own share: least squares of relative errors, one part after the other.
 */
export const fitted = (samples: readonly Sample[], parts: number): readonly number[] => {
  const rows = samples.map(({ amounts, took }) => amounts.map((amount) => amount / took));
  const found = Array.from({ length: parts }, () => 0);
  const left = rows.map(() => 1);
  for (let pass = 0; pass < PASSES; pass++)
    for (const part of found.keys()) {
      let [along, square] = [0, 0];
      for (const [at, row] of rows.entries()) {
        along += (row[part] ?? 0) * (left[at] ?? 0);
        square += (row[part] ?? 0) ** 2;
      }
      const before = found[part] ?? 0;
      const after = square === 0 ? 0 : Math.max(0, before + along / square);
      for (const [at, row] of rows.entries())
        left[at] = (left[at] ?? 0) - (row[part] ?? 0) * (after - before);
      found[part] = after;
    }
  return found;
};

/** How far what is found is off, as a share of what was measured. */
export const errorOf = ({ amounts, took }: Sample, found: readonly number[]): number =>
  amounts.reduce((sum, amount, part) => sum + amount * (found[part] ?? 0), 0) / took - 1;
