const HOUR = 3_600_000;

/** When most happens: at two in the afternoon. */
const PEAK = 14;

/**
 * How much more, or less, than on average happens at a time, in milliseconds since midnight: `peak` times as much at two
 * in the afternoon, on average once as much, and the less the farther from it (von Mises' curve on the clock).
 */
export const dayOf = (peak: number): ((time: number) => number) => {
  const narrowness = narrownessOf(peak);
  return (time) => peak * curve(narrowness, time / HOUR);
};

/** The hour of the clock at which a run begins: a whole day at midnight, a part of it around the peak. */
export const beginningOf = (hours: number): number => (hours >= 24 ? 0 : PEAK - hours / 2);

/** 1 at the peak. */
const curve = (narrowness: number, hour: number): number =>
  Math.exp(-narrowness * (1 - Math.cos(((hour - PEAK) * Math.PI) / 12)));

/** How narrow the curve must be for the day's mean to be `1 / peak` of what its peak is. */
const narrownessOf = (peak: number): number => {
  let [least, most] = [0, 1000];
  for (let time = 0; time < 60; time++) {
    const middle = (least + most) / 2;
    if (meanOf(middle) > 1 / peak) least = middle;
    else most = middle;
  }
  return peak === 1 ? 0 : least;
};

const MINUTES = 1440;

const meanOf = (narrowness: number): number => {
  let sum = 0;
  for (let minute = 0; minute < MINUTES; minute++) sum += curve(narrowness, (minute + 0.5) / 60);
  return sum / MINUTES;
};
