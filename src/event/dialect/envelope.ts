import type { JsonObject } from "../json.ts";

/** What a producer wraps around an event's data, whichever names it uses for it. */
export interface Envelope {
  readonly schema: string;
  /** As text: jupyter_events up to 0.10 writes the integer 1, later ones the string "1". */
  readonly version: string | undefined;
  /** A text with a date and a time, or the seconds or milliseconds since 1970. */
  readonly timestamp: string | number | undefined;
  /** Set where the form has no place for a time: then an event happened when it arrived. */
  readonly untimed?: true;
  readonly data: JsonObject;
  /** Where a path in the data lies in the event as it was received; without this, at the same path. */
  readonly placesOf?: (path: Path) => readonly Path[];
  /** Paths in the event as it was received that are nobody's to keep, such as the address of a learner's computer. */
  readonly neverStore?: readonly Path[];
}

/** The names of properties that lead to a value; `*` stands for every element of an array. */
export type Path = readonly string[];

/** One envelope form: gives undefined for what is not its own. */
export type Dialect = (event: JsonObject) => Envelope | undefined;

/** The property by which an event names its schema, if it does: forms with different ones cannot be confused. */
export const schemaKey = (event: JsonObject): (typeof SCHEMA_KEYS)[number] | undefined =>
  SCHEMA_KEYS.find((key) => textAt(event, key) !== undefined);

const SCHEMA_KEYS = ["__schema__", "schema_id", "schema"] as const;

/** An object's own text of this name, as `in` and dots would find inherited ones as well. */
export const textAt = (event: JsonObject, key: string): string | undefined => {
  const value = Object.hasOwn(event, key) ? event[key] : undefined;
  return typeof value === "string" ? value : undefined;
};

/** A timestamp of a kind that can be understood. */
export const timeAt = (event: JsonObject, key: string): string | number | undefined => {
  const value = Object.hasOwn(event, key) ? event[key] : undefined;
  return typeof value === "string" || typeof value === "number" ? value : undefined;
};

/** A version of any other kind is one that no schema has; only where none is given, it can be left open. */
export const asVersion = (value: unknown): string | undefined => {
  if (value == null) return undefined;
  // An object may have a toString of its own, which is no function, and an array may be deeper than the stack.
  return typeof value === "object" ? "" : String(value);
};

/** An event's own properties but for those of its envelope. */
export const without = (event: JsonObject, keys: ReadonlySet<string>): JsonObject => {
  const data: Record<string, unknown> = {};
  for (const key in event) {
    // Assigning `__proto__` would change the object's nature instead of adding a property.
    if (!keys.has(key) && key !== "__proto__") data[key] = event[key];
  }
  return data;
};

/** A copy of data that lies inside of an envelope. */
export const copyOf = (data: JsonObject): JsonObject => without(data, NOTHING);

const NOTHING: ReadonlySet<string> = new Set();

/** Places of data that lies inside of one of the envelope's properties. */
export const inside =
  (key: string) =>
  (path: Path): readonly Path[] => [[key, ...path]];
