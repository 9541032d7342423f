import { setTimeout as sleep } from "node:timers/promises";
import type { Limits } from "../endpoint/endpoint.ts";

/** How long one function waits between the beginnings of two requests, in milliseconds. */
export const intervalOf = ({ requestsPerSecond, concurrency }: Limits): number =>
  // Functions do not know of each other: each of those that may run at once has its share.
  requestsPerSecond === undefined ? 0 : (concurrency * 1000) / requestsPerSecond;

/**
 * Keeps a function to its share of the endpoint's pace: resolves when the next request may begin, and tells how long
 * that will be beforehand.
 */
export interface Pacing {
  /** Milliseconds until the next request may begin. */
  left(): number;
  turn(): Promise<void>;
}

export const pacingOf = (limits: Limits, now: () => number): Pacing => {
  const interval = intervalOf(limits);
  let next = 0;
  // A clock may be set back.
  const left = (): number => Math.min(interval, Math.max(0, next - now()));
  return {
    left,
    turn: async () => {
      const wait = left();
      next = now() + wait + interval;
      if (wait > 0) await sleep(wait);
    },
  };
};
