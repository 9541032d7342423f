/**
 * What compiled mappings call: the expression language's operators and functions, and the writing of JSON text.
 * All of it is total. A value that an event does not have is `undefined`; whatever needs it has no value either,
 * and a property whose value is `undefined` is left out.
 */

export {
  asBoolean,
  asCount,
  asEntityId,
  asIri,
  asLanguage,
  asNumber,
  asReference,
  asScore,
  asText,
  asUuid,
  asWhole,
} from "./guards.ts";
export { protect } from "./protect.ts";
export { ROOM, spend, TooMuch } from "./room.ts";

/** Thrown where a value that a statement needs is absent; `place` is the mapping's file, line and column. */
export class MappingError extends Error {
  override readonly name = "MappingError";

  constructor(place: string) {
    super(`${place} has no value for this event.`);
  }
}

// The language's operators

export const get = (value: unknown, key: unknown): unknown => {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return typeof key === "number" ? value[key] : undefined;
  return typeof key === "string" && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
};

export const equal = (a: unknown, b: unknown): boolean | undefined => {
  if (a === undefined || b === undefined) return undefined;
  return same(a, b);
};

/** Whether two JSON values are the same; the order of an object's members does not count. */
const same = (a: unknown, b: unknown): boolean => {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size && left.every(([key, value]) => right.has(key) && same(value, right.get(key)))
  );
};

/** A list of the elements that are there, as an array in a mapping has them. */
export const list = (...elements: readonly unknown[]): readonly unknown[] =>
  elements.filter((each) => each !== undefined);

export const and = (a: unknown, b: unknown): boolean | undefined => {
  if (a === false || b === false) return false;
  return a === true && b === true ? true : undefined;
};

export const or = (a: unknown, b: unknown): boolean | undefined => {
  if (a === true || b === true) return true;
  return a === false && b === false ? false : undefined;
};

export const not = (a: unknown): boolean | undefined => (typeof a === "boolean" ? !a : undefined);

export const choose = (condition: unknown, yes: unknown, no: unknown): unknown => {
  if (condition === true) return yes;
  return condition === false ? no : undefined;
};

export const within = (value: unknown, list: unknown): boolean | undefined => {
  if (value === undefined) return undefined;
  if (Array.isArray(list)) return list.some((each) => equal(value, each) === true);
  if (typeof list !== "object" || list === null) return undefined;
  return typeof value === "string" && Object.hasOwn(list, value);
};

/** Numbers have an order among numbers, texts among texts, and false is less than true; nothing else has an order. */
export const less = (a: unknown, b: unknown): boolean | undefined => {
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (typeof a === "boolean" && typeof b === "boolean") return a < b;
  return typeof a === "string" && typeof b === "string" ? a < b : undefined;
};

export const lessOrEqual = (a: unknown, b: unknown): boolean | undefined => {
  if (typeof a === "number" && typeof b === "number") return a <= b;
  if (typeof a === "boolean" && typeof b === "boolean") return a <= b;
  return typeof a === "string" && typeof b === "string" ? a <= b : undefined;
};

export const add = (a: unknown, b: unknown): unknown => {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a === "string" && typeof b === "string") return a + b;
  return Array.isArray(a) && Array.isArray(b) ? [...a, ...b] : undefined;
};

export const subtract = (a: unknown, b: unknown): number | undefined =>
  typeof a === "number" && typeof b === "number" ? a - b : undefined;

/** The elements of a list with their positions; none where it is no list. */
export const elements = (list: unknown): Iterable<readonly [number, unknown]> =>
  Array.isArray(list) ? list.entries() : [];

/** A time that is there and not later than another, or else that other: both as `YYYY-MM-DDTHH:mm:ss.SSSZ`. */
export const earlier = (time: unknown, other: string): string =>
  typeof time === "string" && time < other ? time : other;

/** Values that events have in common, as text; undefined where one of them is absent. */
export const key = (...values: readonly unknown[]): string | undefined =>
  values.includes(undefined) ? undefined : JSON.stringify(values);

// Writing JSON

/**
 * A value as JSON text, or undefined where it is absent or a number that JSON has not. Half of a character, which UTF-8
 * cannot say, becomes U+FFFD.
 */
export const json = (value: unknown): string | undefined =>
  typeof value === "string" && value.length <= SHORT && needsNoEscape(value) ? `"${value}"` : write(value);

/** Apart, so that the engine can put the short way where it is called. */
const write = (value: unknown): string | undefined => {
  if (typeof value === "string") return JSON.stringify(value.toWellFormed());
  if (typeof value === "number" && !Number.isFinite(value)) return undefined;
  const text: string | undefined = JSON.stringify(value);
  return text !== undefined && HALF.test(text) ? JSON.stringify(wellFormed(value)) : text;
};

/** How JSON writes half of a character, and how it may write other things besides. */
const HALF = /\\u[dD][89a-fA-F]/;

/** A JSON value in which every text and every key is whole. */
const wellFormed = (value: unknown): unknown => {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.toWellFormed(), wellFormed(each)]),
  );
};

/** To look at the characters of a text as short as most names are takes less time than a call into the engine. */
const SHORT = 40;

/** Whether a text is printable ASCII without quotes and backslashes (RFC 8259, section 7). */
const needsNoEscape = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false;
  }
  return true;
};

/** A text that JSON writes as it is, in its quotes. */
export const quote = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : `"${text}"`;

/** The parts of a text, joined; undefined where one of them is absent or is no text, number or boolean. */
export const concat = (...parts: readonly unknown[]): string | undefined => {
  let whole = "";
  for (const part of parts) {
    if (part === undefined || part === null || typeof part === "object") return undefined;
    whole += part;
  }
  return whole;
};

export const text = (...parts: readonly unknown[]): string | undefined => json(concat(...parts));

/** `,"key":value`, or nothing where the value is absent. `key` comes with its comma, quotes and colon. */
export const member = (key: string, value: string | undefined): string =>
  value === undefined ? "" : key + value;

/** An object of members that may all be absent, and then is absent itself. */
export const object = (members: string): string | undefined =>
  members === "" ? undefined : `{${members.slice(1)}}`;

export const array = (...elements: readonly (string | undefined)[]): string | undefined => {
  const present = elements.filter((each) => each !== undefined);
  return present.length === 0 && elements.length > 0 ? undefined : `[${present.join(",")}]`;
};

export const need = (value: string | undefined, place: string): string => {
  if (value === undefined || value === "null") throw new MappingError(place);
  return value;
};
