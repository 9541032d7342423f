import { type Topic, told } from "./sections.ts";

export type XapiVersion = "1.0.3" | "2.0.0";

/** What may be wrong with a statement, a batch or a request's headers. A closed list: tell them apart by it. */
export type XapiRule =
  | "wrong-kind"
  | "null-value"
  | "unknown-property"
  | "missing-property"
  | "not-in-version"
  | "text"
  | "number"
  | "uuid"
  | "iri"
  | "uri"
  | "mailto"
  | "sha1"
  | "sha2"
  | "language-tag"
  | "timestamp"
  | "duration"
  | "media-type"
  | "version"
  | "object-type"
  | "identifier-count"
  | "group-members"
  | "authority-members"
  | "voiding-object"
  | "nested-sub-statement"
  | "interaction-type"
  | "interaction-components"
  | "component-ids"
  | "response-pattern"
  | "score-range"
  | "activity-only"
  | "context-activities"
  | "relevant-types"
  | "extension-key"
  | "signature-type"
  | "duplicate-id"
  | "missing-header"
  | "repeated-header"
  | "version-header"
  | "content-type-header";

export interface XapiProblem {
  /** Where it is: a JSON pointer (RFC 6901); what is missing is told at the object that lacks it. */
  readonly pointer: string;
  readonly rule: XapiRule;
  /** Such as "xAPI 1.0.3 Part Two, 2.4.2.3". */
  readonly section: string;
  /** Never has a value of the statement in it. */
  readonly message: string;
}

/** A place in what is being checked, and the problems found so far. */
export interface Place {
  readonly pointer: string;
  readonly version: XapiVersion;
  readonly found: XapiProblem[];
}

/** A check adds to a place's problems what is wrong with the value there. */
export type Check = (value: unknown, place: Place) => void;

/** Where a check starts. */
export const start = (version: XapiVersion): Place => ({ pointer: "", version, found: [] });

/** The place of a member or an item. */
export const within = (place: Place, key: string | number): Place => ({
  ...place,
  pointer: `${place.pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`,
});

/** Adds a problem at a place. */
export const complain = (place: Place, rule: XapiRule, topic: Topic, message: string): void => {
  place.found.push({ pointer: place.pointer, rule, section: told(topic, place.version), message });
};
