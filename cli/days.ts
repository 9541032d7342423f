import { type Days, dayOf, isDay } from "../src/archive/days.ts";
import { Misuse } from "../src/misuse.ts";

/** Which days of the archive are meant: the options of all commands that take some. */
export const daysOptions = { from: { type: "string" }, to: { type: "string" } } as const;

export interface DaysOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The days on which events arrived, of `--from` up to `--to` (today, where absent). Throws Misuse. */
export const daysIn = ({ from, to = dayOf(Date.now()) }: DaysOptions): Days => {
  if (from === undefined) throw new Misuse("--from is missing: the first day, such as 2026-11-22.");
  for (const [name, day] of [["from", from] as const, ["to", to] as const])
    if (!isDay(day)) throw new Misuse(`--${name} takes a day, such as 2026-11-22.`);
  if (to < from) throw new Misuse(`--from ${from} is after --to ${to}.`);
  return { from, to };
};
