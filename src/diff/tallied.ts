import type { FieldChange } from "./fields.ts";
import type { Why } from "./findings.ts";

/** What was found of all events, in numbers. */
export interface Tallied {
  readonly events: number;
  /** Lines among them that are no JSON, or not all of it. */
  readonly damaged: number;
  /** Whether anything that is sent, or read, would not be the same. */
  readonly differs: boolean;
  readonly endpoints: readonly EndpointTally[];
  /** Events that one version cannot read, or neither, by their mapping. */
  readonly unreadable: readonly UnreadableTally[];
}

export interface EndpointTally extends Counts {
  readonly endpoint: string;
  /** The only version that has it, where one has it not. */
  readonly only?: "before" | "after";
  readonly translations: readonly TranslationTally[];
  readonly mappings: readonly MappingTally[];
}

/** How many statements are the same, are another, are told after only, and before only. */
export interface Counts {
  readonly same: number;
  readonly changed: number;
  readonly new: number;
  readonly gone: number;
}

export interface TranslationTally extends Counts {
  /** With its mapping. */
  readonly translation: string;
  /** In how many of the changed statements each field is another. */
  readonly fields: Readonly<Record<string, number>>;
  /** Why the new ones are not told before, and those that are gone not after. */
  readonly newFrom: Readonly<Partial<Record<Why, number>>>;
  readonly goneTo: Readonly<Partial<Record<Why, number>>>;
  readonly shown: readonly Shown[];
}

/** A statement that is not the same, for those who want to see some. */
export interface Shown {
  readonly event: string;
  readonly id: string;
  readonly changes?: readonly FieldChange[];
  /** JSON text. */
  readonly before?: string;
  readonly after?: string;
}

/** What becomes of events of a mapping of which nothing is told. */
export interface MappingTally {
  readonly mapping: string;
  /** Events at which it fails after only, and before only, and where. */
  readonly failing: number;
  readonly mended: number;
  readonly details: readonly string[];
  /** Events of which nothing is told in both, for another reason: `where → selection`. */
  readonly moved: Readonly<Record<string, number>>;
}

export interface UnreadableTally {
  readonly mapping: string;
  /** Readable after only, and before only, and why not in the other version. */
  readonly before: number;
  readonly after: number;
  readonly details: readonly string[];
  /** Readable in neither, by reason. */
  readonly both: Readonly<Record<string, number>>;
}
