import { ServerTrouble } from "./app.ts";

/** What is wrong at the moment, each under the task that failed. */
export interface Troubles {
  /** Keeps what a task threw, in place of what it threw before. Who only left has no trouble. */
  tell(task: object, error: unknown): void;
  /** The task went well. */
  over(task: object): void;
  /** Forgets all of them. */
  clear(): void;
  /** Each once, in sentences. */
  texts(): readonly string[];
}

/** Holds troubles; `changed` is called whenever others are to be shown. */
export const troublesFor = (changed: () => void): Troubles => {
  const troubles = new Map<object, string>();
  return {
    tell: (task, error) => {
      if (error instanceof DOMException && error.name === "AbortError") return;
      const text =
        error instanceof ServerTrouble ? error.message : `The page failed at this: ${String(error)}`;
      if (troubles.get(task) === text) return;
      troubles.set(task, text);
      changed();
    },
    over: (task) => {
      if (troubles.delete(task)) changed();
    },
    clear: () => troubles.clear(),
    texts: () => [...new Set(troubles.values())],
  };
};
