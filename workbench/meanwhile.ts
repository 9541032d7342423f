import { atMost } from "./at-most.ts";

/** Milliseconds between two runs. */
const PAUSE = 5000;

/**
 * Runs something again and again for as long as something else lasts, and gives what comes of that: the last run is not
 * waited for. What a run throws is left: whoever runs it afterwards is told.
 */
export const meanwhile = <T>(lasting: Promise<T>, run: () => Promise<void>): Promise<T> => {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  const over = lasting.then(end, end);
  const goOn = async (): Promise<void> => {
    while (!isOver) {
      await run().catch(() => undefined);
      await atMost(PAUSE, over);
    }
  };
  void goOn();
  return lasting;
};
