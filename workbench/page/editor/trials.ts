import type { Sample } from "../../api/mappings.ts";
import type { Tried, TriedMapping } from "../compiled.ts";

/** What the worker is asked: to check a text, and to try it on a sample. */
export interface Task {
  readonly detail: TriedMapping;
  readonly text: string;
  /** A text to try as well, so that one sees what is new. */
  readonly saved: string | undefined;
  readonly sample: Sample | undefined;
}

export interface Trial {
  readonly tried: Tried;
  /** Of the saved text, where that was asked for. */
  readonly before?: Tried;
}

/** What a worker says: that it is there, what came of a task, or that it failed at it. */
export type ThreadSays = { readonly isReady: true } | { readonly trial: Trial } | { readonly isBroken: true };

/** A worker that was started; what it says, and that it cannot go on, is told to whoever started it. */
export interface Thread {
  post(task: Task): void;
  end(): void;
}

export type StartThread = (hear: (said: ThreadSays) => void, fail: () => void) => Thread;

/** What came of the last task: `slow`, it was ended; `broken`, it failed for a reason that nobody foresaw. */
export type Came = { readonly trial: Trial; readonly task: Task } | { readonly trouble: "slow" | "broken" };

export interface Trials {
  /** Asks for a task after a pause, or at once; what was asked before does not count any more. */
  ask(task: Task, when: "soon" | "now"): void;
  end(): void;
}

/** So long a pause is made before a text is tried, in milliseconds: whoever types on is not done yet. */
const PAUSE = 150;

/** A worker that takes longer is ended. */
const MOST = 3000;

/** Has tasks done by a worker, one at a time; what came of the last one is told. */
export const trialsBy = (start: StartThread, tell: (came: Came) => void): Trials => {
  let thread: Thread;
  let isReady = false;
  let running: Task | undefined;
  let waiting: Task | undefined;
  let isDue = false;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let watch: ReturnType<typeof setTimeout> | undefined;

  const begin = (): void => {
    isReady = false;
    const own = start(
      (said) => {
        // One that was ended may have said something before.
        if (own !== thread) return;
        if ("isReady" in said) isReady = true;
        else came("trial" in said ? said.trial : "broken");
        next();
      },
      () => came("broken"),
    );
    thread = own;
  };
  const came = (what: Trial | "slow" | "broken"): void => {
    const task = running;
    clearTimeout(watch);
    running = undefined;
    if (waiting !== undefined) return;
    if (typeof what === "string") tell({ trouble: what });
    else if (task !== undefined) tell({ trial: what, task });
  };
  const next = (): void => {
    if (!isReady || !isDue || running !== undefined || waiting === undefined) return;
    running = waiting;
    waiting = undefined;
    watch = setTimeout(() => {
      thread.end();
      begin();
      came("slow");
    }, MOST);
    thread.post(running);
  };

  begin();
  return {
    ask: (task, when) => {
      waiting = task;
      isDue = when === "now";
      clearTimeout(pause);
      if (isDue) next();
      else
        pause = setTimeout(() => {
          isDue = true;
          next();
        }, PAUSE);
    },
    end: () => {
      clearTimeout(pause);
      clearTimeout(watch);
      waiting = undefined;
      thread.end();
    },
  };
};
