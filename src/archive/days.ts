/** Days of the archive, `YYYY-MM-DD` in UTC, from one to another, both with them. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

const DAY = 86_400_000;

export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The day so many days after a day, or before it. */
export const daysAfter = (day: string, count: number): string => dayOf(Date.parse(day) + count * DAY);

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(Date.parse(text)) === text;

export const isWithin = (day: string, { from, to }: Days): boolean => from <= day && day <= to;

/** The day in an object's key; undefined where it has none. */
export const dayIn = (key: string): string | undefined => /(?:^|\/)dt=(\d{4}-\d{2}-\d{2})\//.exec(key)?.[1];

/** Up to so many days are looked up one by one; more by their months, as each look-up is a request. */
const ONE_BY_ONE = 20;

/** What the keys of these days begin with, below their part of the archive; the keys of other days may do so too. */
export const prefixesOf = ({ from, to }: Days): readonly string[] => {
  const prefixes = new Set<string>();
  const isShort = daysAfter(from, ONE_BY_ONE) > to;
  for (let day = from; day <= to; day = daysAfter(day, 1))
    prefixes.add(isShort ? `dt=${day}/` : `dt=${day.slice(0, 7)}-`);
  return [...prefixes];
};
