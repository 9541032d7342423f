import type { Site } from "../../src/site.ts";
import type { Shape } from "./events.ts";
import { floorSamples } from "./floor.ts";
import type { Answered, Asked } from "./instances.ts";
import { profileOf } from "./profiled.ts";
import { ownOf, stepSamples } from "./steps.ts";
import { siteOfVariant } from "./variant.ts";
import { wholeOf } from "./whole.ts";

/** The inside of a process that has one site, as an instance of the function has: measures what it is asked for. */
const ask = async (site: Site, asked: Asked): Promise<unknown> => {
  switch (asked.what) {
    case "whole":
      return whole(site)(asked);
    case "steps":
      return stepSamples(site, asked.shape, asked.rounds);
    case "own":
      return (await own(site, asked.shape))();
    case "floor":
      return floorSamples(site, asked.shape, asked.rounds, asked.isNew);
    case "profile":
      return profileOf(site, asked.shape, asked.seconds, asked.of);
  }
};

let known: ReturnType<typeof wholeOf> | undefined;
const whole = (site: Site): ReturnType<typeof wholeOf> => {
  known ??= wholeOf(site);
  return known;
};

/** Of one shape only. */
let steps: ReturnType<typeof ownOf> | undefined;
const own = (site: Site, shape: Shape): ReturnType<typeof ownOf> => {
  steps ??= ownOf(site, shape);
  return steps;
};

const answer = (answered: Answered): void => void process.send?.(answered);

const site = siteOfVariant(JSON.parse(process.argv[2] ?? "{}"));
process.on("message", async (asked: Asked) => {
  try {
    answer({ value: await ask(await site, asked) });
  } catch (error) {
    answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
