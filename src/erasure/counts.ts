/** How many of each there are; those of nothing are left out. */
export type Counts = Readonly<Record<string, number>>;

export const countsOf = <T>(all: ReadonlyMap<string, T>, count: (each: T) => number): Counts =>
  Object.fromEntries([...all].flatMap(([name, each]) => (count(each) === 0 ? [] : [[name, count(each)]])));

export const sum = (one: Counts, other: Counts): Counts => {
  const total = { ...one };
  for (const [name, count] of Object.entries(other)) total[name] = (total[name] ?? 0) + count;
  return total;
};

export const total = (counts: Counts): number => Object.values(counts).reduce((all, count) => all + count, 0);
