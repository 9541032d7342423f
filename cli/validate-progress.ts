/** How far a long run has come, on a line of the terminal that is written anew. */
export interface Progress {
  /** Tells of so many values, once the run is long. */
  tell(values: number): void;
  /** Takes the line away, for other output or the end. */
  clear(): void;
}

/** Progress after two seconds, twice a second, on standard error; nothing where that is no terminal. */
export const progressOn = (terminal: NodeJS.WriteStream, now: () => number = Date.now): Progress => {
  let next = now() + 2000;
  let shown = false;
  return {
    tell: (values) => {
      if (!terminal.isTTY || now() < next) return;
      next = now() + 500;
      shown = true;
      terminal.write(`\r\u001b[K${values.toLocaleString("en-GB")} values so far …`);
    },
    clear: () => {
      if (shown) terminal.write("\r\u001b[K");
      shown = false;
    },
  };
};
