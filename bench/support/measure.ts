/** Work to be timed: does it `times` times, and gives something that depends on all of it, so that none is left out. */
export type Work = (times: number) => number;

/** Nanoseconds for one piece of work: the median of all rounds, and the least and the most. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** How long a round of one subject takes, in milliseconds: long enough for the clock, short enough to interleave. */
const ROUND = 20;

/**
 * Times several subjects in one run. Rounds are interleaved, each time in another order, so that a machine that slows
 * down slows all of them; ratios are to be trusted more than times.
 */
export const measure = <Name extends string>(
  subjects: Readonly<Record<Name, Work>>,
  rounds: number,
): Readonly<Record<Name, Timing>> => {
  const names = Object.keys(subjects) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, enough(subjects[name])])) as Record<
    Name,
    number
  >;
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const [at] of names.entries()) {
      const name = names[(at + round) % names.length];
      if (name === undefined) continue;
      samples[name].push(time(subjects[name], times[name]));
    }
  }
  return Object.fromEntries(names.map((name) => [name, timingOf(samples[name])])) as Record<Name, Timing>;
};

let sink = 0;

/** Nanoseconds for one piece of work, as a mean over `times`. */
const time = (work: Work, times: number): number => {
  const started = process.hrtime.bigint();
  sink += work(times);
  return Number(process.hrtime.bigint() - started) / times;
};

/** How often a subject must work to fill a round; warms it up as well. */
const enough = (work: Work): number => {
  let times = 100;
  for (;;) {
    const spent = (time(work, times) * times) / 1e6;
    if (spent >= ROUND) return times;
    times = Math.ceil(times * Math.min(10, (ROUND / Math.max(spent, 0.01)) * 1.1));
  }
};

const timingOf = (samples: readonly number[]): Timing => {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
  };
};

/** That the sum of all work was looked at. */
export const worked = (): boolean => Number.isFinite(sink);
