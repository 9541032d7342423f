/** How often a property is tried: `RUNS=10 npm test` tries ten times as often, as CI does with more patience. */
export const runs = (count: number): number => Math.ceil(count * (Number(process.env.RUNS) || 1));
