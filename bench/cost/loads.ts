import { monthOf } from "../simulation/month.ts";
import { scenarioOf } from "../simulation/options.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { simulate } from "../simulation/simulate.ts";
import { type Cost, costOf } from "./cost.ts";
import type { Traffic } from "./traffic.ts";

/** How many events there are, and how they are sent. */
export interface Load {
  readonly eventsPerHour: number;
  readonly perMessage: number;
}

export const EVENTS_PER_HOUR = [1000, 10_000, 100_000, 1_000_000] as const;
export const PER_MESSAGE = [1, 10, 100] as const;

/** The load whose price is told first: that of a university, as docs/scale.md has it. */
export const TYPICAL: Load = { eventsPerHour: 100_000, perMessage: 10 };

/** From so many events an hour on, the shipped two functions of an endpoint fall behind in the afternoon: then there are more. */
export const MANY = { eventsPerHour: 1_000_000, concurrency: 8 };

/** A month of a load, and what it costs; always the same for the same load. */
export const monthUnder = (load: Load): { readonly traffic: Traffic; readonly cost: Cost } => {
  const scenario = scenarioUnder(load);
  const traffic = monthOf(scenario, simulate(scenario));
  return { traffic, cost: costOf(traffic) };
};

/** What a month costs in which no event comes. */
export const idleCost = (load: Load): Cost => {
  const scenario: Scenario = { ...scenarioUnder(load), eventsPerHour: 0, hours: 1 };
  return costOf(monthOf(scenario, simulate(scenario)));
};

const scenarioUnder = ({ eventsPerHour, perMessage }: Load): Scenario =>
  scenarioOf(
    [
      `--events-per-hour ${eventsPerHour} --per-message ${perMessage}`,
      ...(eventsPerHour >= MANY.eventsPerHour ? [`--concurrency ${MANY.concurrency}`] : []),
    ].join(" "),
  );
