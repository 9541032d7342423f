import type { Step } from "../api/steps.ts";

/** Steps of something that goes on by itself, for whoever listens. */
export interface Steps {
  tell(step: Step): void;
  /** No more of them come. */
  end(): void;
  /** All of them, as they come: for one listener. Of how far it is, only the latest is kept for them. */
  all(): AsyncGenerator<Step>;
}

export const newSteps = (): Steps => {
  const waiting: Step[] = [];
  let isOver = false;
  let news = Promise.withResolvers<void>();
  return {
    tell: (step) => {
      const last = waiting.at(-1);
      if ("done" in step && last !== undefined && "done" in last) waiting.pop();
      waiting.push(step);
      news.resolve();
    },
    end: () => {
      isOver = true;
      news.resolve();
    },
    all: async function* () {
      for (;;) {
        const step = waiting.shift();
        if (step !== undefined) yield step;
        else if (isOver) return;
        else {
          await news.promise;
          news = Promise.withResolvers();
        }
      }
    },
  };
};

/** Milliseconds between two steps that tell how far it is. */
const PAUSE = 100;

/** Tells how far something is, given how much more of it is done each time: first at once, and then now and then. */
export const progress = (of: number, tell: Steps["tell"]): ((more?: number) => void) => {
  let done = 0;
  let last = performance.now();
  tell({ done, of });
  return (more = 1) => {
    done = Math.min(of, done + more);
    const now = performance.now();
    if (now - last < PAUSE) return;
    last = now;
    tell({ done, of });
  };
};
