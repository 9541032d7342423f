import type { Bits } from "../../src/report/geometric.ts";

/** The probabilities of what was drawn, as far as so many random bits decide it, and the rest that they do not. */
export interface Probabilities {
  readonly of: ReadonlyMap<string, number>;
  readonly rest: number;
}

/** Thrown where the bits are used up, with how many are needed; it is no error, and so has no stack. */
class More {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }
}

/** Draws with every series of at most `depth` bits. What it gives is exact: each is a sum of powers of two. */
export const probabilitiesOf = (depth: number, draw: (bits: Bits) => unknown): Probabilities => {
  const of = new Map<string, number>();
  let rest = 0;
  const open: { readonly series: bigint; readonly length: number }[] = [{ series: 0n, length: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { series, length } = next;
    const mass = 2 ** -length;
    try {
      const drawn = String(draw(from(series, length)));
      of.set(drawn, (of.get(drawn) ?? 0) + mass);
    } catch (error) {
      if (!(error instanceof More)) throw error;
      const { count } = error;
      if (length + count > depth) rest += mass;
      else
        for (let bits = 0n; bits < 1n << BigInt(count); bits++)
          open.push({ series: (series << BigInt(count)) | bits, length: length + count });
    }
  }
  return { of, rest };
};

const from = (series: bigint, length: number): Bits => {
  let left = length;
  return (count) => {
    if (count > left) throw new More(count - left);
    left -= count;
    return (series >> BigInt(left)) & ((1n << BigInt(count)) - 1n);
  };
};
