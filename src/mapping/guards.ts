import { VOCABULARY } from "../caliper/vocabulary.ts";
import { isIri } from "../document/iri.ts";
import { isLanguageTag } from "../xapi/language.ts";

/**
 * What compiled mappings call for values that a standard takes in one form only. Each gives the value, or undefined
 * where this event's is of another form: then the property is left out, or the mapping fails where it is needed.
 */

export const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const asBoolean = (value: unknown): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;

/** JSON has no number for what is too large. */
export const asNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** A whole number that every reader holds exactly. */
export const asWhole = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;

/** A whole number that is not negative. */
export const asCount = (value: unknown): number | undefined => {
  const whole = asWhole(value);
  return whole !== undefined && whole >= 0 ? whole : undefined;
};

export const asIri = (value: unknown): string | undefined =>
  typeof value === "string" && isIri(value) ? value : undefined;

/**
 * The id of a Caliper entity. That of an anonymous one says nothing else of it (Caliper 1.2, Anonymous Entities);
 * `alone` says whether that is so.
 */
export const asEntityId = (value: unknown, type: string, alone: boolean): string | undefined => {
  const id = asIri(value);
  if (id === undefined || !isAnonymous(id)) return id;
  return alone && id === VOCABULARY + type ? id : undefined;
};

/** Whether an id is the IRI of a type of Caliper's, and so of nobody and nothing in particular. */
export const isAnonymous = (id: string): boolean =>
  id.startsWith(VOCABULARY) && /^[A-Za-z]*$/.test(id.slice(VOCABULARY.length));

export const asUuid = (value: unknown): string | undefined =>
  typeof value === "string" && isUuid(value) ? value : undefined;

/** Whether a text is a UUID in its standard form (xAPI 1.0.3 Part Two, 4.4). */
export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

export const asLanguage = (value: unknown): string | undefined =>
  typeof value === "string" && isLanguageTag(value) ? value : undefined;

/** A reference to another statement (xAPI 1.0.3 Part Two, 2.4.4.3): all of it or nothing. */
export const asReference = (id: unknown): object | undefined => {
  const uuid = asUuid(id);
  return uuid === undefined ? undefined : { objectType: "StatementRef", id: uuid };
};

/**
 * A score whose numbers go together (xAPI 1.0.3 Part Two, 2.4.5.1): scaled from -1 to 1, min less than max, and raw
 * between them. The points are what was found: bounds that they contradict are left out, and so are bounds that
 * contradict each other, or a scaled score out of its range. Undefined where nothing is left.
 */
export const asScore = (
  scaled: unknown,
  raw: unknown,
  min: unknown,
  max: unknown,
): Readonly<Record<string, number>> | undefined => {
  const [all, points, least, most] = [scaled, raw, min, max].map(asNumber);
  const agree = least === undefined || most === undefined || least < most;
  const score = {
    ...(all !== undefined && Math.abs(all) <= 1 && { scaled: all }),
    ...(points !== undefined && { raw: points }),
    ...(least !== undefined && agree && !(points !== undefined && points < least) && { min: least }),
    ...(most !== undefined && agree && !(points !== undefined && points > most) && { max: most }),
  };
  return Object.keys(score).length === 0 ? undefined : score;
};
