/** How far a long run has come, on a line of the terminal that is written anew. */
export interface Progress {
  /** One more of what is counted. */
  step(): void;
  /** Takes the line away, for other output or the end. */
  clear(): void;
}

const DELAY = 2000;
const AGAIN = 500;

/**
 * Progress after two seconds, twice a second, on standard error; nothing where that is no terminal. `text` says what so
 * many steps are; of a known number in all, a bar says how far it is.
 */
export const progressOn = (
  terminal: NodeJS.WriteStream,
  text: (steps: string) => string,
  all?: number,
  now: () => number = Date.now,
): Progress => {
  let next = now() + DELAY;
  let steps = 0;
  let shown = false;
  return {
    step: () => {
      steps++;
      if (!terminal.isTTY || now() < next) return;
      next = now() + AGAIN;
      shown = true;
      const bar = all === undefined || all === 0 ? "" : `${barOf(steps / all)} `;
      terminal.write(`\r\u001b[K${bar}${text(steps.toLocaleString("en-GB"))}`);
    },
    clear: () => {
      if (shown) terminal.write("\r\u001b[K");
      shown = false;
    },
  };
};

const WIDTH = 24;

const barOf = (part: number): string => {
  const full = Math.min(WIDTH, Math.round(part * WIDTH));
  return `${"█".repeat(full)}${"░".repeat(WIDTH - full)}`;
};
