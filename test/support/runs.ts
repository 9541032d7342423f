/** How often a property is tried: `RUNS=10 npm test` tries ten times as often, as CI does with more patience. */
export const runs = (count: number): number => Math.ceil(count * (Number(process.env.RUNS) || 1));

/** Some of many: one of every `every`, or more where RUNS asks for it, down to all of them. */
export const sample = <T>(all: readonly T[], every: number): readonly T[] => {
  const step = Math.max(1, Math.floor(every / (Number(process.env.RUNS) || 1)));
  return all.filter((_, at) => at % step === 0);
};
