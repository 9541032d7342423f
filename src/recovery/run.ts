import { JobOvertaken } from "../archive/job.ts";
import { CannotRun } from "../cannot-run.ts";
import { choicesAsker } from "../consent/ask.ts";
import type { ChoiceStore } from "../consent/store.ts";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";
import {
  isRecoveryLeft,
  type Recovered,
  type RecoverParts,
  recoverQuarantine,
  rehearseRecovery,
} from "./recover.ts";
import type { OpenEvent } from "./survey.ts";

export interface RunParts extends Omit<RecoverParts, "keys" | "choices"> {
  /** What is known of learners by the service's secrets: asked for where there is something to do. */
  readonly learners: () => Promise<{ readonly keys: PseudonymKeys; readonly store: ChoiceStore }>;
}

/** What was found, and how much there is to do with it. */
export interface ToRecover {
  readonly found: readonly OpenEvent[];
  /** Events that would be taken in. */
  readonly open: number;
  /** Whether an earlier run was cut off, and has left something to do. */
  readonly isLeft: boolean;
}

export const toRecover = async (
  { bucket }: Pick<RecoverParts, "bucket">,
  found: readonly OpenEvent[],
): Promise<ToRecover> => ({
  found,
  open: found.filter(({ stays }) => stays === undefined).length,
  isLeft: await isRecoveryLeft(bucket),
});

/**
 * Takes in what was found, for an administrator; or tells what that would come to. Throws CannotRun where another run does
 * the same, and what `send` throws where an endpoint has no queue: then nothing is kept.
 */
export const runRecovery = async (
  parts: RunParts,
  { found, open, isLeft }: ToRecover,
  isRehearsal = false,
): Promise<Recovered> => {
  if (open === 0 && (isRehearsal || !isLeft)) return NOTHING;
  const { site, send } = parts;
  const { keys, store } = await parts.learners();
  const whole: RecoverParts = { ...parts, keys, choices: choicesAsker(store, site.settings.consent) };
  if (isRehearsal) return rehearseRecovery(whole, found);
  // Each must have its queue before anything is kept.
  for (const { name } of site.endpoints) await send(name, []);
  try {
    return await recoverQuarantine(whole, found);
  } catch (error) {
    throw error instanceof JobOvertaken ? new CannotRun(error.message) : error;
  }
};

const NOTHING: Recovered = { events: 0, known: 0, withheld: 0, unreadable: 0, untaken: 0, told: {} };
