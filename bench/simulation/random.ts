/** Chance that is the same for a seed. */
export interface Chance {
  /** From 0 up to, but not with, 1. */
  share(): number;
  /** How many of something happen where so many do on average (Poisson). */
  count(mean: number): number;
}

/** Above this mean, a normal distribution is as good as the Poisson's, and costs the same for any mean. */
const MANY = 50;

/** Makes chance from a seed (mulberry32, which is in the public domain). */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const few = (mean: number): number => {
    const least = Math.exp(-mean);
    let count = -1;
    for (let product = 1; product > least; count++) product *= share();
    return count;
  };
  const many = (mean: number): number => {
    const normal = Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  };
  return { share, count: (mean) => (mean === 0 ? 0 : mean < MANY ? few(mean) : many(mean)) };
};
