/**
 * Jupyter's timestamps, repaired: `…+00:00Z` (jupyter_events 0.7 to 0.12), `…Z` (older ones) and `…+02:00`
 * become `YYYY-MM-DDTHH:mm:ss.SSSZ`, the form that Caliper requires (1.2, section on DateTime) and xAPI accepts.
 * A `Z` that follows an offset is dropped. Gives undefined where there is no such time: no zone, no such day.
 */
export const repairTime = (text: string): string | undefined => {
  const plain = plainTime(text);
  if (plain !== undefined) return plain;
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const [, day = "", clock = "", fraction = "", z = "", zone = z] = parts;
  const utc = zone === "Z" || zone === "+00:00" || zone === "+0000";
  const instant = Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${utc ? "Z" : zone}`);
  if (Number.isNaN(instant) || !dayExists(day)) return undefined;
  const repaired = new Date(instant).toISOString();
  // An offset can lead out of the years 0000 to 9999.
  return repaired.length === LENGTH ? repaired : undefined;
};

/**
 * A producer's time in the same form, whether it is a text or, as a number, the seconds or milliseconds since 1970:
 * seconds are below 100,000,000,000, which is in the year 5138, and as milliseconds in March 1973.
 */
export const timeOf = (timestamp: string | number): string | undefined => {
  if (typeof timestamp === "string") return repairTime(timestamp);
  const instant = new Date(Math.abs(timestamp) < SECONDS ? timestamp * 1000 : timestamp);
  if (Number.isNaN(instant.getTime())) return undefined;
  const text = instant.toISOString();
  return text.length === LENGTH ? text : undefined;
};

const SECONDS = 1e11;

/** The characters of `YYYY-MM-DDTHH:mm:ss.SSSZ`; years of other lengths have a sign and six digits. */
const LENGTH = 24;

const FORM = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(?:(Z)|([+-]\d\d:?\d\d)Z?)$/;

/**
 * A time in UTC with at least milliseconds, as nearly all are, taken apart by its places; undefined where it is anything
 * else. Days after the 28th are left to the calendar, which takes most of the time of repairing one.
 */
const plainTime = (text: string): string | undefined => {
  for (let at = 0; at < PLAIN.length; at++) {
    const code = text.charCodeAt(at);
    const least = PLAIN.charCodeAt(at);
    if (least === ZERO ? code < ZERO || code > NINE : code !== least) return undefined;
  }
  const zone = text.slice(afterDigits(text, PLAIN.length));
  if (zone !== "+00:00Z" && zone !== "Z" && zone !== "+00:00") return undefined;
  const [month, day, hour] = [twoAt(text, 5), twoAt(text, 8), twoAt(text, 11)];
  const isPlain = month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24;
  return isPlain && twoAt(text, 14) < 60 && twoAt(text, 17) < 60
    ? `${text.slice(0, PLAIN.length)}Z`
    : undefined;
};

/** What such a time begins with: 0 stands for any digit. */
const PLAIN = "0000-00-00T00:00:00.000";
const [ZERO, NINE] = [0x30, 0x39];

const afterDigits = (text: string, start: number): number => {
  let at = start;
  while (text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= NINE) at++;
  return at;
};

/** The number that two digits are. */
const twoAt = (text: string, at: number): number =>
  text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 11 * ZERO;

/** Date.parse takes 30 February for 2 March. */
const dayExists = (day: string): boolean =>
  Number(day.slice(8)) <= 28 || new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
