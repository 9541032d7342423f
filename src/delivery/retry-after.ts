import type { IncomingHttpHeaders } from "node:http";

/**
 * How long a server asks us to wait (RFC 9110, 10.2.3), in milliseconds from `now`: 0 where that is over. Nothing
 * where it does not say, or says what cannot be read.
 */
export const retryAfterOf = (headers: IncomingHttpHeaders, now: number): number | undefined => {
  const text = headers["retry-after"]?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  const until = readHttpDate(text, now);
  return until === undefined ? undefined : Math.max(0, until - now);
};

/** Reads a date in any of its three forms (RFC 9110, 5.6.7). */
const readHttpDate = (text: string, now: number): number | undefined => {
  for (const form of FORMS) {
    const found = form.exec(text)?.groups;
    if (found !== undefined) return timeOf(found, now);
  }
  return undefined;
};

const timeOf = (found: Readonly<Record<string, string | undefined>>, now: number): number | undefined => {
  const { year = "", day, hour, minute, second } = found;
  const month = MONTHS.indexOf(found.month ?? "");
  const at = (full: number): number =>
    Date.UTC(full, month, Number(day), Number(hour), Number(minute), Number(second));
  const time = at(year.length === 2 ? fullYear(Number(year), at, now) : Number(year));
  // There is no 30 February: it would be read as a day in March.
  return new Date(time).getUTCDate() === Number(day) || second === "60" ? time : undefined;
};

/** The year that two digits mean: the last that is not more than 50 years ahead. */
const fullYear = (digits: number, at: (year: number) => number, now: number): number => {
  const horizon = new Date(now);
  horizon.setUTCFullYear(horizon.getUTCFullYear() + 50);
  const year = Math.floor(horizon.getUTCFullYear() / 100) * 100 + digits;
  return at(year) > horizon.getTime() ? year - 100 : year;
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = "(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)";

const FORMS: readonly RegExp[] = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^${DAY}, (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^${LONG_DAY}, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT$`),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^${DAY} ${MONTH} (?<day>\\d{2}| \\d) ${TIME} (?<year>\\d{4})$`),
];
