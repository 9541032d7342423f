import { setTimeout as sleep } from "node:timers/promises";

/** Waits for something, but no longer than so many milliseconds. What it throws is not told. */
export const atMost = async (milliseconds: number, done: Promise<unknown> | undefined): Promise<void> => {
  const over = new AbortController();
  const timer = sleep(milliseconds, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([done?.catch(() => undefined), timer]);
  over.abort();
};
