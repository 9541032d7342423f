import { setTimeout as sleep } from "node:timers/promises";
import { atMost } from "./at-most.ts";
import type { Desk } from "./desk.ts";

/** Keeps a desk fresh while somebody looks on: a service that nobody looks at is asked nothing. */
export interface LookingOn {
  /** Somebody has just asked for something. */
  seen(): void;
  /** Throws what kept the last look from being a whole one. */
  check(): void;
  /** Ends it. A look that takes long is not waited for. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks: on this machine they cost nothing, in AWS each lists the archive's latest days. */
const PAUSE = { running: 1000, left: 5000, deployed: 15_000 } as const;

/** For so long after the last question somebody is still there, in milliseconds. */
const ATTENTION = 60_000;

/** For so long a look may go on when it is to end, in milliseconds. */
const PATIENCE = 1000;

export const lookOn = (desk: Pick<Desk, "kind" | "refresh">): LookingOn => {
  const stopping = new AbortController();
  const { signal } = stopping;
  let last = Date.now();
  let failed: { readonly by: unknown } | undefined;
  let round: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    while (!signal.aborted && Date.now() - last < ATTENTION) {
      try {
        await desk.refresh();
        failed = undefined;
      } catch (by) {
        failed = { by };
      }
      await sleep(PAUSE[desk.kind], undefined, { signal }).catch(() => undefined);
    }
  };
  const seen = (): void => {
    last = Date.now();
    if (signal.aborted) return;
    round ??= look().finally(() => {
      round = undefined;
    });
  };
  seen();
  return {
    seen,
    check: () => {
      if (failed !== undefined) throw failed.by;
    },
    stop: async () => {
      stopping.abort();
      await atMost(PATIENCE, round);
    },
  };
};
