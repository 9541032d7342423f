/** Numbers by chance, the same for a seed. */
export interface Chance {
  /** From 0 up to but not including 1. */
  next(): number;
  /** A whole number from 0 up to but not including `count`. */
  below(count: number): number;
  /** Another sequence, which does not move with how often this one is asked. */
  part(name: string): Chance;
}

/** The seed of this run: `SEED=7 npm run test:chaos` takes up that of another. Throws where it is no whole number. */
export const seedOfRun = (): number => {
  const said = process.env.SEED;
  if (said === undefined || said === "") return Math.floor(Math.random() * 1_000_000);
  const seed = Number(said);
  if (!Number.isSafeInteger(seed)) throw new Error("SEED must be a whole number.");
  return seed;
};

/** A linear congruential generator, its bits mixed once more: good enough to choose among kinds of trouble. */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (count) => Math.floor(next() * count),
    part: (name) =>
      chanceOf([...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed)),
  };
};
