/** How much a number has grown in the last minute, as far as it was watched; `at` in milliseconds. */
export type Pace = (name: string, number: number, at: number) => number;

interface Seen {
  readonly at: number;
  readonly number: number;
}

const MINUTE = 60_000;

/** Watches numbers under names. */
export const watchPace = (): Pace => {
  const seen = new Map<string, readonly Seen[]>();
  return (name, number, at) => {
    const before = seen.get(name) ?? [];
    // What gets less was counted anew.
    const kept = before.some((each) => each.number > number) ? [] : before;
    const begin = kept.findLastIndex((each) => each.at <= at - MINUTE);
    const now = [...kept.slice(Math.max(0, begin)), { at, number }];
    seen.set(name, now);
    return number - (now[0]?.number ?? number);
  };
};
