import { setTimeout as sleep } from "node:timers/promises";

/** Lets so many events pass in a second at the most; all, where absent. What comes first passes at once. */
export const paceOf = (
  rate: number | undefined,
  clock: { readonly now: () => number; readonly wait: (time: number) => Promise<unknown> } = {
    now: Date.now,
    wait: sleep,
  },
): ((events: number) => Promise<void>) => {
  let next = Number.NEGATIVE_INFINITY;
  return async (events) => {
    if (rate === undefined) return;
    const pause = next - clock.now();
    if (pause > 0) await clock.wait(pause);
    next = Math.max(next, clock.now()) + (events * 1000) / rate;
  };
};
