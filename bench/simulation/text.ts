import { measured } from "../cost/measured.ts";
import { REGION } from "../cost/prices.ts";
import { tableText } from "../support/result.ts";
import type { Figures } from "./figures.ts";
import { rowsOf } from "./table.ts";
import { count, share, time } from "./words.ts";

/** The chart's width. */
const WIDTH = 30;

/** What a run has shown, for people. */
export const textOf = (figures: Figures): string => {
  const { scenario, hours, limits } = figures;
  return [
    `simulate: ${count(scenario.eventsPerHour)} events an hour, ${scenario.endpoints} endpoints, seed ${scenario.seed}`,
    "",
    left(rowsOf(figures)),
    "",
    "  What waits at the end of each hour: statements for the endpoint that has most",
    tableText([
      ["hour", "events", "waiting", "oldest", "translate", "deliver", ""],
      ...hours.map(({ clock, arrived, statements, oldest, busy }) => [
        String(Math.floor(clock)).padStart(2, "0"),
        count(arrived),
        count(Math.max(0, ...statements)),
        time(oldest / 1000),
        share(busy.translate),
        share(Math.max(0, ...busy.deliver)),
        bar(Math.max(0, ...statements), most(figures)),
      ]),
    ]),
    "",
    "  Limits at the worst hour, and where there is more",
    left(limits.map(({ name, used, change }) => [name, `${share(used)} – ${change}`])),
    "",
    `  Times as measured on ${measured.machine} (bench/cost/measured.ts), prices of ${REGION} (bench/cost/prices.ts).`,
    "  Nothing of it was ever measured in AWS.",
  ].join("\n");
};

const most = ({ hours }: Figures): number => Math.max(1, ...hours.flatMap(({ statements }) => statements));

const bar = (value: number, of: number): string => "#".repeat(Math.round((value / of) * WIDTH)).padEnd(WIDTH);

/** Rows of two columns, both to the left. */
const left = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
};
