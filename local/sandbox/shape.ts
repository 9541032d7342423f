import { Refusal } from "./refusal.ts";

/** What JSON text can hold between braces, before anybody has looked inside. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Deeper than any real event or statement; keeps the recursive checks away from the end of the stack. */
const MAX_DEPTH = 100;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An absolute IRI (RFC 3987): a scheme, a colon, and none of the characters that an IRI may not hold. */
export const isIri = (value: unknown): value is string =>
  typeof value === "string" && /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`\p{Cc}]+$/iu.test(value);

/** A UUID in its text form (RFC 9562 §4), of any version and variant. */
export const isUuid = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value);

/** The pointer to a member of what `at` points to (RFC 6901 §3: `~` and `/` are escaped). */
export const into = (at: string, key: string | number): string =>
  `${at}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** True where two JSON values say the same, whatever the order of their keys. */
export const sameJson = (one: unknown, other: unknown): boolean => {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameJson(item, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
    );
  }
  return one === other;
};

/** Reads a request's body as JSON. Refuses with 400: what is not UTF-8, not JSON, or nested beyond reason. */
export const parseJson = (body: Buffer): unknown => parseText(textOf(body), "The body");

/** The text of a request's body. Refuses with 400 what is not UTF-8. */
export const textOf = (body: Buffer): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new Refusal(400, "The body is not in UTF-8.");
  }
};

/** Reads a body, or a line of one, as JSON. Refuses with 400 what is not JSON, or nested beyond reason. */
export const parseText = (text: string, what: string, at = ""): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, `${what} is not JSON.`, at);
  }
  if (isTooDeep(value)) throw new Refusal(400, `${what} is nested deeper than ${MAX_DEPTH} levels.`, at);
  return value;
};

// Level by level and not by recursion: this is the check that makes recursion safe elsewhere.
const isTooDeep = (value: unknown): boolean => {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
};

export const requireObject = (value: unknown, at: string, what: string): JsonObject => {
  if (!isObject(value)) throw new Refusal(400, `${what} must be a JSON object.`, at);
  return value;
};

export const requireArray = (value: unknown, at: string, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Refusal(400, `${what} must be an array.`, at);
  return value;
};

export const requireText = (value: unknown, at: string, what: string): string => {
  if (typeof value !== "string") throw new Refusal(400, `${what} must be a string.`, at);
  return value;
};

export const requireIri = (value: unknown, at: string, what: string): string => {
  if (!isIri(value)) throw new Refusal(400, `${what} must be an absolute IRI.`, at);
  return value;
};

export const requireUuid = (value: unknown, at: string, what: string): string => {
  if (!isUuid(value)) throw new Refusal(400, `${what} must be a UUID.`, at);
  return value;
};

export const requireBoolean = (value: unknown, at: string, what: string): void => {
  if (typeof value !== "boolean") throw new Refusal(400, `${what} must be true or false.`, at);
};

/** Refuses a property that the standard does not name for this kind of object. */
export const requireKnown = (
  object: JsonObject,
  known: ReadonlySet<string>,
  at: string,
  what: string,
): void => {
  for (const key of Object.keys(object)) {
    if (!known.has(key))
      throw new Refusal(400, `${what} has a property that the standard does not know.`, into(at, key));
  }
};
