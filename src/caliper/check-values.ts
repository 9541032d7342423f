import { isIri as isIriText } from "../document/iri.ts";
import {
  aOrAn,
  at,
  type CaliperRule,
  complain,
  hint,
  inside,
  isObject,
  member,
  type Place,
} from "./problems.ts";
import { identifierTypes, metrics, roleTerms, statusTerms } from "./vocabulary.ts";

/** Whether a value is an IRI with its scheme (RFC 3987, section 2.2); one of the web names a host. */
export const isIri = (value: unknown): value is string => typeof value === "string" && isIriText(value);

/** Whether a text is the label of a blank node, which may stand for an IRI (Caliper 1.2, Entity). */
export const isBlank = (value: unknown): value is string =>
  typeof value === "string" && /^_:[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(value);

/** Whether a text is a time in UTC with milliseconds, of a day that the calendar has. */
export const isTime = (value: unknown): boolean => {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value;
};

/** Whether a value is of a kind that is no entity, structure or list. */
export const isPlainKind = (kind: string): boolean =>
  Object.hasOwn(KINDS, kind) || Object.hasOwn(WORDS, kind);

/** Complains of a value that is not of its kind (see the entity types). */
export const checkPlain = (value: unknown, kind: string, name: string, place: Place): void => {
  const words = WORDS[kind];
  if (words !== undefined) {
    if (typeof value === "string" && words.has(value)) return;
    const which = words.size > 15 ? "a word of Caliper's list" : `one of ${[...words].join(", ")}`;
    complain(place, "wrong-term", `"${name}" holds ${which}${hint(place, value, words)}`);
  } else {
    const known = KINDS[kind];
    if (known !== undefined && !known.holds(value))
      complain(place, known.rule, `"${name}" is ${known.what}.`);
  }
};

/** Complains of extensions that a reader of JSON-LD would lose: keys that are no IRIs, nor defined by the context. */
export const checkExtensions = (value: unknown, place: Place): void => {
  if (!isObject(value)) {
    complain(place, "wrong-value", '"extensions" is an object.');
    return;
  }
  if (inside(place, value) === undefined) return;
  for (const key of Object.keys(value)) {
    if (isIri(key) || place.scope.inline.has(key)) continue;
    const why = "the key of an extension is an IRI, or a word that the document's own context defines";
    complain(at(place, key), "wrong-extension-key", `Readers would lose this: ${why}.`);
  }
};

/** Complains of required properties that are missing. */
export const checkRequired = (
  value: Readonly<Record<string, unknown>>,
  required: Iterable<string>,
  what: string,
  place: Place,
): void => {
  for (const key of required) {
    if (member(value, key) !== undefined) continue;
    complain(place, "missing-property", `${capital(aOrAn(what))} needs "${key}".`);
  }
};

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface Kind {
  readonly rule: CaliperRule;
  readonly what: string;
  holds(value: unknown): boolean;
}

const kind = (what: string, holds: (value: unknown) => boolean, rule: CaliperRule = "wrong-value"): Kind => ({
  rule,
  what,
  holds,
});

const DURATION =
  /^P(?=[\dT])(\d+(\.\d+)?Y)?(\d+(\.\d+)?M)?(\d+(\.\d+)?W)?(\d+(\.\d+)?D)?(T(?=\d)(\d+(\.\d+)?H)?(\d+(\.\d+)?M)?(\d+(\.\d+)?S)?)?$/;

const KINDS: Readonly<Record<string, Kind>> = {
  string: kind("a text", (value) => typeof value === "string"),
  boolean: kind("true or false", (value) => typeof value === "boolean"),
  integer: kind("a whole number", (value) => Number.isSafeInteger(value)),
  count: kind(
    "a whole number that is not negative",
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  ),
  number: kind("a number", (value) => Number.isFinite(value)),
  object: kind("an object", isObject),
  iri: kind("an IRI", isIri, "wrong-iri"),
  time: kind("a time such as 2026-01-31T09:30:00.000Z: in UTC, with milliseconds", isTime, "wrong-time"),
  duration: kind(
    "a duration of ISO 8601, such as PT1H30M",
    (value) => typeof value === "string" && DURATION.test(value),
  ),
};

const WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  role: roleTerms,
  status: statusTerms,
  metric: metrics,
  identifierType: identifierTypes,
};
