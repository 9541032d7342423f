import type { XapiVersion } from "./problem.ts";

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Whether a text is a time that exists, to the second at least and with its zone, as both ISO 8601 and RFC 3339 write
 * it. 2.0.0 goes by RFC 3339, which also allows a space for the T and small letters (RFC 3339, 5.6). The offset
 * "-00:00" is refused, as ISO 8601 has it not; so is a leap second, which stores cannot hold.
 */
export const isTimestamp = (text: string, version: XapiVersion): boolean => {
  const parts = MOMENT.exec(
    version === "1.0.3" ? text : text.replace(/^(.{10})[t ]/, "$1T").replace(/z$/, "Z"),
  );
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    isZone(parts[7] ?? "")
  );
};

const daysIn = (year: number, month: number): number => {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
};

const isZone = (zone: string): boolean =>
  zone === "Z" || (zone !== "-00:00" && /^.(?:[01]\d|2[0-3]):[0-5]\d$/.test(zone));

/** A number, which may have a fraction only where nothing follows. */
const part = (letter: string): string => `(?:\\d+(?:[.,]\\d+(?=${letter}$))?${letter})?`;
const DURATION = new RegExp(
  `^P(?:\\d+(?:[.,]\\d+)?W|(?=\\d|T\\d)${part("Y")}${part("M")}${part("D")}` +
    `(?:T(?=\\d)${part("H")}${part("M")}${part("S")})?)$`,
);

/** Whether a text is a duration of the form PnnW or PnnYnnMnnDTnnHnnMnnS (ISO 8601:2004, 4.4.3.2). */
export const isDuration = (text: string): boolean => DURATION.test(text);
