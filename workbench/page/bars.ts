import type { Bar, Timeline } from "../api/flow.ts";
import { clock, count, counted, when } from "./words.ts";

/** A bar of the time line, with the time that it stands for. */
export interface TimeBar extends Bar {
  readonly from: string;
  /** When the next one begins. */
  readonly to: string;
}

/** The bars of a time line, each with its time. Where they are few, empty ones before them fill the line. */
export const timeBars = ({ from, step, bars }: Timeline): readonly TimeBar[] => {
  const before = bars.length === 0 ? 0 : Math.max(0, LEAST_BARS - bars.length);
  const begin = Date.parse(from) - before * step;
  const at = (bar: number): string => new Date(begin + bar * step).toISOString();
  const all = [...Array.from({ length: before }, () => EMPTY), ...bars];
  return all.map((bar, index) => ({ ...bar, from: at(index), to: at(index + 1) }));
};

const LEAST_BARS = 30;
const EMPTY: Bar = { accepted: 0, quarantined: 0, delivered: 0, setAside: 0 };

export const isEmptyBar = ({ accepted, quarantined, delivered, setAside }: Bar): boolean =>
  accepted + quarantined + delivered + setAside === 0;

/** What a bar says: `16 Nov 2026, 09:05:00 to 09:10:00: 12 events accepted, …`. */
export const barWords = (bar: TimeBar): string => `${barTime(bar)}: ${barCounts(bar)}`;

export const barTime = ({ from, to }: TimeBar): string => {
  const [begin, end] = [when(from), when(to)];
  return `${begin} to ${dayIn(begin) === dayIn(end) ? clock(to) : end}`;
};

const dayIn = (time: string): string => time.split(",")[0] ?? "";

const barCounts = ({ accepted, quarantined, delivered, setAside }: Bar): string =>
  [
    `${counted(accepted, "event")} accepted`,
    ...(quarantined > 0 ? [`${count(quarantined)} into quarantine`] : []),
    `${counted(delivered, "statement")} delivered`,
    ...(setAside > 0 ? [`${count(setAside)} set aside`] : []),
  ].join(", ");

/** The most of what came in, and of what was told, in any bar. */
export const highest = (bars: readonly Bar[]): { readonly events: number; readonly statements: number } => ({
  events: Math.max(0, ...bars.map(({ accepted, quarantined }) => accepted + quarantined)),
  statements: Math.max(0, ...bars.map(({ delivered, setAside }) => delivered + setAside)),
});

/** How high something is drawn where the most is 100: what is there at all is seen. */
export const heightOf = (number: number, most: number): number =>
  number === 0 || most === 0 ? 0 : Math.max(LEAST, (100 * number) / most);

const LEAST = 3;

/** How long a bar is: `5 minutes`, `1 hour`. */
export const stepWords = (step: number): string => {
  const unit = UNITS.find(([each]) => step >= each && step % each === 0);
  return unit === undefined ? counted(step / 1000, "second") : counted(step / unit[0], unit[1]);
};

const UNITS = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
] as const;
