import assert from "node:assert/strict";
import { setImmediate as soon } from "node:timers/promises";
import type { Clock } from "../../workbench/look-on.ts";

/** A desk of which each look ends as it is told, and how many there were. */
export const watched = () => {
  let looks = 0;
  let end: () => Promise<void> = async () => {};
  return {
    looks: () => looks,
    ends: (next: () => Promise<void>): void => {
      end = next;
    },
    desk: {
      kind: "running" as const,
      index: { version: 0 },
      depths: () => [],
      refresh: async () => {
        looks++;
        await end();
      },
    },
  };
};

/** A clock that goes on only as it is told to. */
export const handClock = () => {
  let time = 0;
  let under: { readonly length: number; end(): void } | undefined;
  const clock: Clock = {
    now: () => time,
    pause: (length, ending) =>
      new Promise((end) => {
        under = { length, end };
        ending.addEventListener("abort", () => end());
      }),
  };
  const paused = async (): Promise<number> => {
    await soon();
    assert.ok(under !== undefined, "It does not wait.");
    return under.length;
  };
  return {
    clock,
    /** The length of the pause that has begun. */
    paused,
    isPaused: () => under !== undefined,
    pass: (milliseconds: number): void => {
      time += milliseconds;
    },
    /** Lets a pause come to its end, and all come to rest that follows from it. */
    endPause: async (): Promise<void> => {
      time += await paused();
      const { end } = under ?? {};
      under = undefined;
      end?.();
      await soon();
    },
  };
};
