import type { Bar, Timeline } from "../api/flow.ts";

/** Counts of what happened, minute by minute. */
export interface Minutes {
  /** Counts something at a time, in ISO 8601, or takes it back. `delivered`: by the endpoint's position. */
  add(what: "accepted" | "setAside" | number, time: string, by?: 1 | -1): void;
  /**
   * What happened in the last whole minute before a time, in milliseconds, or in the minute since, whichever is more: so
   * that what has only just begun is seen at once. `delivered` in the order of the endpoints.
   */
  last(now: number): { readonly accepted: number; readonly delivered: readonly number[] };
  /**
   * At most so many bars, with what was put into quarantine at these times besides. They end with a time, in milliseconds,
   * or with what happened last.
   */
  timeline(most: number, quarantined: Iterable<string>, until?: number): Timeline;
}

interface Minute {
  accepted: number;
  setAside: number;
  readonly delivered: number[];
}

const MINUTE = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;

/** How many minutes a bar may stand for; beyond the last, so many days as it takes. */
const STEPS = [1, 2, 5, 10, 15, 30, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY];

export const minutesOf = (endpoints: number): Minutes => {
  const minutes = new Map<number, Minute>();
  const minuteAt = (at: number): Minute => {
    const known = minutes.get(at);
    if (known !== undefined) return known;
    const made = { accepted: 0, setAside: 0, delivered: new Array<number>(endpoints).fill(0) };
    minutes.set(at, made);
    return made;
  };
  return {
    add: (what, time, by = 1) => {
      const at = minuteOf(time);
      if (at === undefined) return;
      const minute = minuteAt(at);
      if (typeof what === "number") minute.delivered[what] = (minute.delivered[what] ?? 0) + by;
      else minute[what] += by;
    },
    last: (now) => {
      const at = Math.floor(now / MINUTE);
      const [before, since] = [minutes.get(at - 1), minutes.get(at)];
      const more = (of: (minute: Minute) => number | undefined): number =>
        Math.max((before && of(before)) ?? 0, (since && of(since)) ?? 0);
      return {
        accepted: more(({ accepted }) => accepted),
        delivered: Array.from({ length: endpoints }, (_, each) => more(({ delivered }) => delivered[each])),
      };
    },
    timeline: (most, quarantined, until) => {
      const bars = new Map<number, Bar>();
      for (const [at, { accepted, setAside, delivered }] of minutes) {
        const bar = { accepted, setAside, quarantined: 0, delivered: delivered.reduce((a, b) => a + b, 0) };
        if (bar.accepted + bar.setAside + bar.delivered > 0) bars.set(at, bar);
      }
      for (const time of quarantined) {
        const at = minuteOf(time);
        if (at === undefined) continue;
        const before = bars.get(at) ?? NOTHING;
        bars.set(at, { ...before, quarantined: before.quarantined + 1 });
      }
      return inBars(bars, most, until);
    },
  };
};

const NOTHING: Bar = { accepted: 0, quarantined: 0, delivered: 0, setAside: 0 };

/** The minute of a time, since 1970; undefined where it is none. */
const minuteOf = (time: string): number | undefined => {
  const at = Date.parse(time);
  return Number.isNaN(at) ? undefined : Math.floor(at / MINUTE);
};

const inBars = (
  minutes: ReadonlyMap<number, Bar>,
  most: number,
  until = Number.NEGATIVE_INFINITY,
): Timeline => {
  let first = Number.POSITIVE_INFINITY;
  let last = Math.floor(until / MINUTE);
  for (const at of minutes.keys()) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  if (minutes.size === 0) return { from: new Date(0).toISOString(), step: MINUTE, bars: [] };
  const step = stepFor(first, last, Math.max(1, most));
  const begin = Math.floor(first / step);
  const bars = Array.from({ length: Math.floor(last / step) - begin + 1 }, () => NOTHING);
  for (const [at, minute] of minutes) {
    const index = Math.floor(at / step) - begin;
    bars[index] = sumOf(bars[index] ?? NOTHING, minute);
  }
  return { from: new Date(begin * step * MINUTE).toISOString(), step: step * MINUTE, bars };
};

/** The shortest step by which there are no more bars than that. */
const stepFor = (first: number, last: number, most: number): number => {
  const fits = (step: number): boolean => Math.floor(last / step) - Math.floor(first / step) < most;
  const usual = STEPS.find(fits);
  if (usual !== undefined) return usual;
  let days = 2;
  // Where only one bar may be, its step must reach from 1970 to the last.
  while (!fits(days * DAY)) days++;
  return days * DAY;
};

const sumOf = (one: Bar, other: Bar): Bar => ({
  accepted: one.accepted + other.accepted,
  quarantined: one.quarantined + other.quarantined,
  delivered: one.delivered + other.delivered,
  setAside: one.setAside + other.setAside,
});
