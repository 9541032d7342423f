import type { Site } from "../../src/site.ts";
import { translating } from "../steps/batches.ts";
import { byTurns, type Spent, warmUp } from "../support/turns.ts";
import { eventsOf, type Shape } from "./events.ts";
import { follow, nobodyChose, pipelineOf, stepsOf } from "./pipeline.ts";

type Step = keyof ReturnType<typeof stepsOf>;

/** Milliseconds for a batch, in each round: of each step by itself, and of the whole function. */
export type StepSamples = Readonly<Record<Step | "whole", readonly Spent[]>>;

/** Times each step of a batch by itself, and the whole function, by turns. */
export const stepSamples = async (site: Site, shape: Shape, rounds: number): Promise<StepSamples> => {
  const { translate } = translating(site, site.endpoints.length, {
    choices: nobodyChose(site),
    keeps: false,
  });
  const { batch, steps } = await prepare(site, shape);
  return byTurns({ ...steps, whole: () => translate(batch) }, rounds);
};

/**
 * Milliseconds for a batch: the steps that are an endpoint's own; and what the ledger takes where there is none, to be
 * taken off.
 */
export type Own = Readonly<Record<"translate" | "translateAndPack" | "ledger" | "ledgerOfNone", Spent>>;

/** Gives what times a round of these steps. */
export const ownOf = async (site: Site, shape: Shape): Promise<() => Promise<Own>> => {
  const { translate, translateAndPack, ledger, ledgerOfNone } = (await prepare(site, shape)).steps;
  return warmUp({ translate, translateAndPack, ledger, ledgerOfNone });
};

const prepare = async (site: Site, shape: Shape) => {
  const batch = await eventsOf(site, shape);
  const pipeline = pipelineOf(site);
  return { batch, steps: stepsOf(pipeline, batch, await follow(pipeline, batch)) };
};
