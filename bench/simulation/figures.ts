import { type Cost, costOf } from "../cost/cost.ts";
import { type Limit, limitsOf } from "./limits.ts";
import { monthOf } from "./month.ts";
import type { Scenario } from "./scenario.ts";
import type { Hour, Run } from "./simulate.ts";

/** What a run has shown, as numbers. Times in seconds. */
export interface Figures {
  readonly scenario: Scenario;
  readonly arrived: number;
  /** Events that are not translated at the end, and for each endpoint, statements that it has not got. */
  readonly untranslated: number;
  readonly undelivered: readonly number[];
  /** From arrival to the answer of a store; of the slowest endpoint. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** The oldest that has waited at the end of an hour. */
  readonly oldest: number;
  /** After the outage, until no more waits than before; null where there was none, or it did not come to that. */
  readonly drained: number | null;
  readonly translate: Stage;
  /** Each endpoint's. */
  readonly deliver: readonly (Stage & { readonly requests: number; readonly failed: number })[];
  readonly limits: readonly Limit[];
  readonly cost: Cost;
  readonly hours: readonly Hour[];
}

export interface Stage {
  readonly invocations: number;
  /** Of an invocation, on average. */
  readonly seconds: number;
  /** The most at once that there were, and that there may be. */
  readonly atOnce: number;
  readonly concurrency: number;
  /** Share of that in the busiest hour. */
  readonly busy: number;
}

export const figuresOf = (scenario: Scenario, run: Run): Figures => {
  const { translate, deliver, hours } = run;
  const worst = (share: number): number =>
    Math.max(0, ...deliver.map(({ latency }) => latency.quantile(share) / 1000).filter((each) => each >= 0));
  const busiest = (of: (hour: Hour) => number | undefined): number =>
    Math.max(0, ...hours.map((each) => of(each) ?? 0));
  const stage = ({ source, pace }: Run["translate"] | Run["deliver"][number], busy: number): Stage => ({
    invocations: source.counts.invocations,
    seconds: source.counts.busy / 1000 / Math.max(1, source.counts.invocations),
    atOnce: source.counts.mostAtOnce,
    concurrency: pace.concurrency,
    busy,
  });
  return {
    scenario,
    arrived: run.arrived,
    untranslated: run.untranslated,
    undelivered: run.undelivered,
    latency: { p50: worst(0.5), p95: worst(0.95), p99: worst(0.99) },
    oldest: busiest(({ oldest }) => oldest / 1000),
    drained: run.drained === undefined ? null : run.drained / 1000,
    translate: stage(
      translate,
      busiest(({ busy }) => busy.translate),
    ),
    deliver: deliver.map((one, at) => ({
      ...stage(
        one,
        busiest(({ busy }) => busy.deliver[at]),
      ),
      requests: one.counts.requests,
      failed: one.counts.failed,
    })),
    limits: limitsOf(scenario, run),
    cost: costOf(monthOf(scenario, run)),
    hours,
  };
};
