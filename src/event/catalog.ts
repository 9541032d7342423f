import { readEnvelope } from "./dialect/dialect.ts";
import type { Envelope, Path } from "./dialect/envelope.ts";
import { suspects } from "./dialect/suspects.ts";
import type { JsonObject } from "./json.ts";
import { type Refusal, refuse } from "./reason.ts";
import { forMany, withoutPaths, withoutRedacted } from "./secrets.ts";
import { timeOf } from "./time.ts";

/** One version of one event's schema, compiled: what the translator knows of an event that Jupyter emits. */
export interface EventSchema {
  /** The folder under mappings/, such as `jupyter-server/contents`. */
  readonly source: string;
  /** The schema's `$id`, and the other ids under which the same schema is emitted. */
  readonly ids: readonly string[];
  readonly version: string;
  readonly validate: Validate;
  /** The property that names the learner (`learner: true` in the schema). */
  readonly learner?: string;
  /** Paths of properties that are removed before anything is kept (`never-store: true` in the schema). */
  readonly neverStore: readonly Path[];
  /** Paths of properties that may be null, because their producer kept their values back. */
  readonly redactable: readonly Path[];
  /** Whether the event is nobody's (`anonymous: true` in the schema). */
  readonly anonymous: boolean;
  /** Paths of properties that hold files' paths (`path: true` in the schema). */
  readonly paths: readonly Path[];
}

/** An ajv validation function, as far as it is used here. */
export interface Validate {
  (data: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

export interface ValidationError {
  readonly schemaPath: string;
  readonly keyword: string;
  readonly message?: string;
}

/** What is known of an event as soon as its envelope is. */
interface Known {
  readonly schema?: EventSchema;
  /** Paths in the event as it was received of what is not kept. */
  readonly neverStore: readonly Path[];
  /** The learner whom the event names, by what its schema, or another version of it, says. */
  readonly named?: string | undefined;
  /** Whether the event says nothing of when it happened, as its form has no place for it. */
  readonly untimed: boolean;
}

/** An event that its schema accepts. */
export interface ValidEvent extends Known {
  readonly schema: EventSchema;
  /** Less what is not kept: no mapping can send that, either. */
  readonly data: JsonObject;
  /** When it happened: `YYYY-MM-DDTHH:mm:ss.SSSZ`. */
  readonly time: string;
}

/** An event that cannot be accepted. */
export interface RefusedEvent extends Refusal, Known {}

/** Reads the JSON value of an event that arrived at `arrived` (milliseconds). */
export type ReadEvent = (value: unknown, arrived: number) => ValidEvent | RefusedEvent;

/** How far an event's clock may be ahead of the queue's, in milliseconds. */
const CLOCK_SKEW = 10 * 60 * 1000;

/** Reads events by their schemas: envelope, version, time, and the schema's own rules. */
export const eventReader = (schemas: readonly EventSchema[]): ReadEvent => {
  const versions = new Map<string, Map<string, EventSchema>>();
  for (const schema of schemas) {
    for (const paths of [schema.neverStore, schema.redactable]) forMany(paths);
    for (const id of schema.ids) {
      if (!versions.has(id)) versions.set(id, new Map());
      versions.get(id)?.set(schema.version, schema);
    }
  }
  const latestFor = latestTimes();
  const neverStoredIn = neverStoredPlaces();
  let last:
    | { readonly id: string; readonly version: string | undefined; readonly schema: EventSchema }
    | undefined;
  /** Most events are of the same schema as the one before. */
  const schemaOf = (envelope: Envelope): EventSchema | Refusal => {
    const { schema: id, version } = envelope;
    if (last?.id === id && last.version === version) return last.schema;
    const found = findSchema(versions, envelope);
    if (!("reason" in found)) last = { id, version, schema: found };
    return found;
  };
  return (value, arrived) => {
    const envelope = readEnvelope(value);
    if ("reason" in envelope) return { ...envelope, neverStore: suspects(value), untimed: false };
    const { untimed = false, neverStore } = envelope;
    const schema = schemaOf(envelope);
    if ("reason" in schema) {
      // Of an unknown version of a known schema, what is a secret in any version is not kept.
      const known = [...(versions.get(envelope.schema)?.values() ?? [])].flatMap((each) => each.neverStore);
      const places = [...(neverStore ?? []), ...placesIn(envelope, known), ...suspects(value)];
      const fields = [...(versions.get(envelope.schema)?.values() ?? [])].map((each) => each.learner);
      return { ...schema, neverStore: places, untimed, named: namedIn(envelope.data, fields) };
    }
    const known: Known & { readonly schema: EventSchema } = {
      schema,
      neverStore: neverStoredIn(envelope, schema),
      named: schema.learner === undefined ? undefined : namedIn(envelope.data, [schema.learner]),
      untimed,
    };
    const time = timeOfEvent(envelope, arrived, latestFor);
    if (typeof time !== "string") return { ...known, ...time };
    if (!isValid(schema, envelope.data)) return { ...known, ...refuse("schema.invalid", explain(schema)) };
    return { ...known, data: readable(schema, envelope.data), time };
  };
};

/** The learner whom an event names, in the first of these properties that has a name. */
const namedIn = (data: JsonObject, fields: readonly (string | undefined)[]): string | undefined => {
  for (const field of fields) {
    const value = field === undefined || !Object.hasOwn(data, field) ? undefined : data[field];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
};

/** Where what a schema names lies in the event as it was received. */
const placesIn = ({ placesOf }: Envelope, paths: readonly Path[]): readonly Path[] =>
  placesOf === undefined ? paths : paths.flatMap(placesOf);

/** What is never stored of an event of a schema, as the form in which the last one came has it. */
interface NeverStored {
  readonly placesOf: Envelope["placesOf"] | undefined;
  readonly around: Envelope["neverStore"] | undefined;
  readonly places: readonly Path[];
}

/**
 * Where what is never stored lies in the event as it was received. Nearly all events of a schema come in the same form, and
 * get the same list; where places depend on the event itself, they get it as long as it says the same.
 */
const neverStoredPlaces = (): ((envelope: Envelope, schema: EventSchema) => readonly Path[]) => {
  const lasts = new Map<EventSchema, NeverStored>();
  return (envelope, schema) => {
    const { placesOf, neverStore: around } = envelope;
    if (placesOf === undefined && around === undefined) return schema.neverStore;
    const last = lasts.get(schema);
    if (last !== undefined && last.placesOf === placesOf && last.around === around)
      return forMany(last.places);
    const places = [...(around ?? []), ...placesIn(envelope, schema.neverStore)];
    if (last !== undefined && isSame(places, last.places)) return forMany(last.places);
    lasts.set(schema, { placesOf, around, places });
    return places;
  };
};

const isSame = (some: readonly Path[], others: readonly Path[]): boolean =>
  some.length === others.length &&
  some.every((path, at) => {
    const other = others[at];
    return path.length === other?.length && path.every((step, depth) => step === other[depth]);
  });

const timeOfEvent = (
  { timestamp, untimed }: Envelope,
  arrived: number,
  latestFor: (arrived: number) => string,
): string | Refusal => {
  if (untimed === true) return new Date(arrived).toISOString();
  const time = timestamp === undefined ? undefined : timeOf(timestamp);
  if (time === undefined)
    return refuse("time.invalid", "The timestamp is missing, or is not a date and time with a zone.");
  return time > latestFor(arrived)
    ? refuse("time.invalid", "The timestamp is more than ten minutes after the event's arrival.")
    : time;
};

/**
 * The latest time that an event may have, by its arrival: texts of this form are in the order of their times. The events
 * of a message have all arrived at once.
 */
const latestTimes = (): ((arrived: number) => string) => {
  let last: { readonly arrived: number; readonly latest: string } | undefined;
  return (arrived) => {
    if (last?.arrived !== arrived) last = { arrived, latest: new Date(arrived + CLOCK_SKEW).toISOString() };
    return last.latest;
  };
};

/** What mappings may read of an event. */
const readable = ({ neverStore, redactable }: EventSchema, data: JsonObject): JsonObject =>
  neverStore.length === 0 && redactable.length === 0
    ? data
    : (withoutPaths(withoutRedacted(data, redactable), neverStore) as JsonObject);

/** A schema that refers to itself follows an event as deep as it goes, which may be deeper than the stack. */
const isValid = ({ validate }: EventSchema, data: JsonObject): boolean => {
  try {
    return validate(data);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

const findSchema = (
  versions: ReadonlyMap<string, ReadonlyMap<string, EventSchema>>,
  { schema: id, version }: Envelope,
): EventSchema | Refusal => {
  const known = versions.get(id);
  if (known === undefined)
    return refuse("schema.unknown", "No folder under mappings/ has a schema with this id.");
  const found = version === undefined ? latest(known) : known.get(version);
  if (found !== undefined) return found;
  const list = [...known.keys()].join(", ");
  return refuse("schema.unknown", `The schema is known, but not in this version. Known: ${list}.`);
};

/** An envelope without a version can only mean the schema as it is now. */
const latest = (known: ReadonlyMap<string, EventSchema>): EventSchema | undefined =>
  [...known.values()].sort((a, b) => Number(b.version) - Number(a.version))[0];

/** The first complaint, told by the schema's own words: the path in the schema, which holds no value of the event. */
const explain = (schema: EventSchema): string => {
  const error = schema.validate.errors?.[0];
  if (error === undefined) return `The event does not fit ${schema.source}, or is nested too deeply.`;
  const path = error.schemaPath.replace(/^#\//, "").replaceAll("properties/", "");
  return `${schema.source}, ${path}: ${error.message ?? error.keyword}.`;
};
