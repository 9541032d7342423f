/**
 * Runs something one at a time. Whoever asks while it runs gets the next run, together with all others who do: what runs
 * may have begun too early to see what they know of.
 */
export const inTurn = (run: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    const now = run().finally(() => {
      running = undefined;
    });
    running = now;
    return now;
  };
  return () => {
    if (next !== undefined) return next;
    if (running === undefined) return start();
    next = running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
};
