/** How times are spread: each with a weight, and known to one in a hundred. */
export interface Spread {
  add(value: number, weight: number): void;
  /** The value below which a share of the whole weight is; NaN where there is none. */
  quantile(share: number): number;
  most(): number;
  weight(): number;
}

/** Each class is so much wider than the one before it. */
const STEP = Math.log(1.01);

export const spread = (): Spread => {
  const classes: number[] = [];
  let [total, most] = [0, 0];
  return {
    add: (value, weight) => {
      const at = Math.ceil(Math.log(Math.max(1, value)) / STEP);
      classes[at] = (classes[at] ?? 0) + weight;
      total += weight;
      most = Math.max(most, value);
    },
    quantile: (share) => {
      let below = 0;
      for (let at = 0; at < classes.length; at++) {
        below += classes[at] ?? 0;
        if (below > 0 && below >= share * total) return Math.min(most, Math.exp(at * STEP));
      }
      return Number.NaN;
    },
    most: () => most,
    weight: () => total,
  };
};
