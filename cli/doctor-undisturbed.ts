/** By which somebody ends a command. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Runs something to its end: whoever ends the command meanwhile ends it after that. */
export const undisturbed = async <T>(run: () => Promise<T>): Promise<T> => {
  const before = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  let asked: NodeJS.Signals | undefined;
  const later = (signal: NodeJS.Signals): void => {
    if (asked === undefined) console.error("What was sent is taken back first.");
    asked = signal;
  };
  for (const signal of SIGNALS) process.removeAllListeners(signal).on(signal, later);
  try {
    return await run();
  } finally {
    for (const [signal, listeners] of before) {
      process.off(signal, later);
      for (const listener of listeners) process.once(signal, listener);
    }
    if (asked !== undefined) process.kill(process.pid, asked);
  }
};
