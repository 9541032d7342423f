import type { Finding } from "../../src/doctor/finding.ts";
import type { Answered } from "../../src/retell/answered.ts";
import type { Step } from "../api/steps.ts";
import type { App } from "./app.ts";

/** Something that the server was asked to do, and what came of it so far. */
export interface Run {
  /** What it is called where it is told of: "Send again: 12 for campus-lrs". */
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly progress?: { readonly done: number; readonly of: number };
  /** Absent while it goes on. */
  readonly end?: { readonly isGood: boolean; readonly told: string; readonly answered?: Answered };
}

/** What is to be done, and under which name it is kept. */
export interface Task {
  readonly key: string;
  readonly title: string;
  readonly path: string;
  readonly body: unknown;
}

/** Has the server do something, one at a time under each key. What came is kept while the page is open, in any view. */
export interface Runs {
  of(key: string): Run | undefined;
  /** Those that have keys with this beginning, the latest first. */
  all(beginning: string): readonly (readonly [key: string, run: Run])[];
  start(task: Task): Promise<void>;
  /** Shows what came of it no more. */
  forget(key: string): void;
}

const kept = new Map<string, Run>();

/** The view that is shown: what goes on is drawn there, also where it was begun in another. */
let shown: App | undefined;

export const runsFor = (app: App): Runs => {
  shown = app;
  return {
    of: (key) => kept.get(key),
    all: (beginning) => [...kept].filter(([key]) => key.startsWith(beginning)).reverse(),
    start,
    forget: (key) => {
      kept.delete(key);
      app.draw();
    },
  };
};

const start = async ({ key, title, path, body }: Task): Promise<void> => {
  const before = kept.get(key);
  if (shown === undefined || (before !== undefined && before.end === undefined)) return;
  // The last one that was begun is the last in the map.
  kept.delete(key);
  const set = (run: Run): void => {
    kept.set(key, run);
    shown?.draw();
  };
  let run: Run = { title, findings: [] };
  set(run);
  shown.say(`${title}: begun.`);
  try {
    for await (const step of shown.post(path, body)) {
      run = withStep(run, step);
      set(run);
    }
  } catch (error) {
    run = { ...run, end: { isGood: false, told: wordsOf(error) } };
  }
  run = { ...run, end: run.end ?? { isGood: false, told: "It broke off, and nobody knows why." } };
  set(run);
  shown.say(`${title}: ${run.end?.told}`);
};

const withStep = (run: Run, step: Step): Run => {
  if ("finding" in step) return { ...run, findings: [...run.findings, step.finding] };
  if ("done" in step) return { ...run, progress: step };
  const { end, told } = step;
  return {
    ...run,
    end: {
      isGood: end === "done",
      told,
      ...("answered" in step && step.answered !== undefined && { answered: step.answered }),
    },
  };
};

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : "It failed, and did not say why.";
