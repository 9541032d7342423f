import { parseArgs } from "node:util";
import { translatePace } from "../../infra/pace.ts";
import { milliseconds } from "../../src/document/quantity.ts";
import type { Scenario } from "./scenario.ts";

export const HELP = `npm run simulate -- [OPTION…]

Lets events go their way through queues, functions and endpoints by a clock of its own, and tells how long they take,
what waits, which limit comes first, and what a month would cost. Nothing is deployed, and nothing is asked.

  --events-per-hour N   events on average over a day (100000)
  --peak N              so many times as many at two in the afternoon; 1: evenly (4)
  --per-message N       events of a message (10)
  --learners N          learners at work at the same time (a hundredth of the events per hour)
  --posted N%           messages that are posted over HTTPS, and not sent to the queue itself (0%)
  --endpoints N         endpoints, all alike (2)
  --statements N        statements that each endpoint gets for an event, on average (1)
  --endpoint-time TIME  how long an endpoint takes for a request, on average (300ms)
  --failures N%         requests that it does not take at once (0%)
  --batch N             batch.events of its file (50)
  --wait TIME           batch.wait of its file (20s)
  --concurrency N       limits.concurrency of its file (2)
  --rate N              limits.requestsPerSecond of its file (no limit)
  --translate-concurrency N   translatePace.concurrency of infra/pace.ts (${translatePace.concurrency})
  --outage TIME         for so long the first endpoint takes nothing, from a quarter of the run on (none)
  --hours N             how long the run is: 24 for a day, fewer for those around its peak (24)
  --seed N              which chance; the same seed gives the same figures (1)
  --json                figures for machines
  --markdown            the table that docs/scale.md quotes

  npm run simulate -- --events-per-hour 100000 --peak 4 --outage 6h`;

/** Thrown for options that are not as the help says. Its message is for whoever gave them. */
export class WrongOption extends Error {
  override readonly name = "WrongOption";
}

export interface Options {
  readonly scenario: Scenario;
  readonly form: "text" | "json" | "markdown" | "help";
}

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** Reads the command's options. Throws WrongOption. */
export const readOptions = (args: readonly string[]): Options => {
  const values = parsed(args);
  const number = (name: keyof typeof values, otherwise: number, range: Range): number => {
    const value = values[name];
    return typeof value === "string" ? within(name, value, Number(value), range) : otherwise;
  };
  const share = (name: "failures" | "posted"): number => {
    const value = values[name];
    if (value === undefined) return 0;
    const percent = /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1];
    return within(name, value, percent === undefined ? Number.NaN : Number(percent) / 100, SHARE);
  };
  const time = (name: "endpoint-time" | "wait" | "outage", otherwise: number, range: Range): number => {
    const value = values[name];
    return value === undefined ? otherwise : within(name, value, milliseconds(value), range);
  };
  const eventsPerHour = number("events-per-hour", 100_000, { from: 1, to: 1e8, of: "events" });
  const hours = number("hours", 24, { from: 1, to: 336, isWhole: true, of: "hours" });
  const form = values.help ? "help" : values.json ? "json" : values.markdown ? "markdown" : "text";
  return {
    form,
    scenario: {
      eventsPerHour,
      hours,
      peak: number("peak", 4, { from: 1, to: 20, of: "times" }),
      perMessage: number("per-message", 10, { from: 1, to: 3500, isWhole: true, of: "events" }),
      learners: number("learners", Math.max(1, Math.round(eventsPerHour / 100)), WHOLE),
      posted: share("posted"),
      endpoints: number("endpoints", 2, { from: 0, to: 50, isWhole: true, of: "endpoints" }),
      statements: number("statements", 1, { from: 0.01, to: 20, of: "statements" }),
      endpointTime: time("endpoint-time", 300, { from: 1, to: 300_000, of: "time" }),
      failures: share("failures"),
      batch: number("batch", 50, { from: 1, to: 1000, isWhole: true, of: "statements" }),
      wait: time("wait", 20_000, { from: 1, to: 300_000, of: "time" }),
      concurrency: number("concurrency", 2, { from: 2, to: 1000, isWhole: true, of: "requests" }),
      ...(values.rate !== undefined && {
        rate: number("rate", 1, { from: 0.001, to: 1000, of: "requests" }),
      }),
      translateConcurrency: number("translate-concurrency", translatePace.concurrency, {
        from: 2,
        to: 1000,
        isWhole: true,
        of: "invocations",
      }),
      outage: time("outage", 0, { from: 1, to: hours * 3_600_000, of: "time" }),
      seed: number("seed", 1, { from: 0, to: 2 ** 32 - 1, isWhole: true, of: "numbers" }),
    },
  };
};

/** What the command would simulate for a line of options, as pages quote it. Throws WrongOption. */
export const scenarioOf = (line: string): Scenario =>
  readOptions(line.split(" ").filter((each) => each !== "")).scenario;

const parsed = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        "events-per-hour": text,
        peak: text,
        "per-message": text,
        learners: text,
        posted: text,
        endpoints: text,
        statements: text,
        "endpoint-time": text,
        failures: text,
        batch: text,
        wait: text,
        concurrency: text,
        rate: text,
        "translate-concurrency": text,
        outage: text,
        hours: text,
        seed: text,
        json: flag,
        markdown: flag,
        help: flag,
      },
    });
    return values;
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : "The options cannot be read.");
  }
};

interface Range {
  readonly from: number;
  readonly to: number;
  readonly isWhole?: boolean;
  /** What is counted. */
  readonly of: string;
}

const SHARE: Range = { from: 0, to: 1, of: "share" };
const WHOLE: Range = { from: 1, to: 1e8, isWhole: true, of: "learners" };

const within = (name: string, written: string, value: number, { from, to, isWhole, of }: Range): number => {
  if (value >= from && value <= to && (isWhole !== true || Number.isInteger(value))) return value;
  const wanted =
    of === "share"
      ? "a share such as 2%, up to 100%"
      : of === "time"
        ? `a time such as 300ms, 20s or 6h, up to ${to / 1000} seconds`
        : `a${isWhole === true ? " whole" : ""} number from ${from} to ${to}`;
  throw new WrongOption(`--${name} ${written}: it must be ${wanted}.`);
};
