import { didYouMean } from "../document/problem.ts";

export type CaliperVersion = "1.1" | "1.2";

export type CaliperRule =
  | "not-caliper"
  | "not-an-object"
  | "not-a-list"
  | "empty-list"
  | "missing-property"
  | "unknown-property"
  | "not-in-version"
  | "wrong-context"
  | "not-in-context"
  | "wrong-data-version"
  | "wrong-id"
  | "wrong-type"
  | "wrong-action"
  | "wrong-profile"
  | "wrong-part"
  | "wrong-value"
  | "wrong-term"
  | "wrong-iri"
  | "wrong-time"
  | "wrong-extension-key"
  | "anonymous-with-properties"
  | "too-deep"
  | "unreadable";

/** Something that Caliper does not allow: where (RFC 6901), which rule, where the standard says so, and what to do. */
export interface CaliperProblem {
  readonly pointer: string;
  readonly rule: CaliperRule;
  /** Such as `Caliper 1.2, Event`. */
  readonly section: string;
  /** Never holds a value of what was checked, only words of the standard. */
  readonly message: string;
}

/** Which words the contexts in force define. */
export interface Scope {
  /** Whether Caliper's own context is among them. */
  readonly caliper: boolean;
  /** The profile extensions of Caliper 1.1 among them; undefined where that is not to be looked at. */
  readonly extensions: ReadonlySet<string> | undefined;
  /** The words that contexts written out in the document define. */
  readonly inline: ReadonlySet<string>;
}

/** Where a check stands in the value, and what it knows there. */
export interface Place {
  readonly version: CaliperVersion;
  readonly section: string;
  readonly pointer: string;
  readonly scope: Scope;
  /** The objects and lists around this place. */
  readonly above: readonly object[];
  readonly problems: CaliperProblem[];
}

/** How many objects and lists may stand in one another: far more than any event has, and safe for any stack. */
const DEPTH = 64;

/** All problems that a check finds in a value. Whatever the value is, it throws nothing. */
export const problemsOf = (
  version: CaliperVersion,
  check: (place: Place) => void,
): readonly CaliperProblem[] => {
  const scope = { caliper: true, extensions: undefined, inline: new Set<string>() };
  const place: Place = { version, section: "Envelope", pointer: "", scope, above: [], problems: [] };
  try {
    check(place);
  } catch {
    complain(place, "unreadable", "This cannot be read: it is not a value that JSON has.");
  }
  return place.problems;
};

export const complain = (place: Place, rule: CaliperRule, message: string): void => {
  const { version, section, pointer } = place;
  place.problems.push({ pointer, rule, section: `Caliper ${version}, ${section}`, message });
};

/** The place of a member or item. */
export const at = (place: Place, key: string | number): Place => ({
  ...place,
  pointer: `${place.pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`,
});

/** The place inside an object or list, or undefined where that would go too deep: which is then complained of. */
export const inside = (place: Place, value: object): Place | undefined => {
  if (place.above.length < DEPTH && !place.above.includes(value))
    return { ...place, above: [...place.above, value] };
  complain(place, "too-deep", `Nothing is checked from here on: it is nested deeper than ${DEPTH} levels.`);
  return undefined;
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A member of an object's own, or undefined. */
export const member = (value: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;

/**
 * The end of a sentence: which of the words was meant, if any. None is meant by a word longer than any of them; and
 * where so much is wrong already, nobody reads which was meant, and looking for it would take seconds.
 */
export const hint = ({ problems }: Place, word: unknown, candidates: Iterable<string>): string =>
  typeof word === "string" && word.length <= LONGEST && problems.length < HINTS
    ? didYouMean(word, candidates)
    : ".";

const LONGEST = 64;
const HINTS = 250;

export const aOrAn = (type: string): string => `${/^[AEIOU]/.test(type) ? "an" : "a"} ${type}`;
