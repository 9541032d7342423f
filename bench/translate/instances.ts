import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Shape } from "./events.ts";
import type { FloorSamples } from "./floor.ts";
import type { Profile, Profiled } from "./profiled.ts";
import type { Own, StepSamples } from "./steps.ts";
import type { Variant } from "./variant.ts";
import type { Whole } from "./whole.ts";

/** What an instance is asked for. */
export type Asked =
  | { readonly what: "whole"; readonly shape: Shape; readonly mappings?: number }
  | { readonly what: "steps"; readonly shape: Shape; readonly rounds: number }
  | { readonly what: "own"; readonly shape: Shape }
  | { readonly what: "floor"; readonly shape: Shape; readonly rounds: number; readonly isNew?: boolean }
  | { readonly what: "profile"; readonly shape: Shape; readonly seconds: number; readonly of: Profiled };

export type Answered = { readonly value: unknown } | { readonly error: string };

/** What it answers. */
interface Answers {
  readonly whole: Whole;
  readonly steps: StepSamples;
  readonly own: Own;
  readonly floor: FloorSamples;
  readonly profile: Profile;
}

/** A process of its own that has one site, and measures: what one site has warmed up changes nothing of another. */
export interface Instance extends AsyncDisposable {
  /** Throws where it could not be measured. */
  ask<What extends Asked["what"]>(asked: Asked & { readonly what: What }): Promise<Answers[What]>;
}

export const startInstance = (variant: Variant): Instance => {
  const child = fork(fileURLToPath(new URL("./instance.ts", import.meta.url)), [JSON.stringify(variant)], {
    execArgv: ["--disable-warning=ExperimentalWarning", "--expose-gc"],
    // A profile of ten thousand functions is told, too.
    serialization: "advanced",
  });
  return {
    ask: async <What extends Asked["what"]>(asked: Asked & { readonly what: What }) => {
      child.send(asked);
      const answered = await answerOf(child);
      if ("error" in answered) throw new Error(answered.error);
      return answered.value as Answers[What];
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
};

const answerOf = async (child: ChildProcess): Promise<Answered> => {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message),
      once(child, "exit", { signal }).then(([code]) => ({
        error: `The process that measures ended with ${code}.`,
      })),
    ]);
  } finally {
    answered.abort();
  }
};
