import { readEnvelope } from "./dialect/dialect.ts";
import type { Envelope, Path } from "./dialect/envelope.ts";
import { suspects } from "./dialect/suspects.ts";
import type { JsonObject } from "./json.ts";
import { type Refusal, refuse } from "./reason.ts";
import { withoutPaths, withoutRedacted } from "./secrets.ts";
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
  readonly named?: string;
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
    for (const id of schema.ids) {
      if (!versions.has(id)) versions.set(id, new Map());
      versions.get(id)?.set(schema.version, schema);
    }
  }
  return (value, arrived) => {
    const envelope = readEnvelope(value);
    if ("reason" in envelope) return { ...envelope, neverStore: suspects(value), untimed: false };
    const { untimed = false, neverStore = [] } = envelope;
    const schema = findSchema(versions, envelope);
    if ("reason" in schema) {
      // Of an unknown version of a known schema, what is a secret in any version is not kept.
      const known = [...(versions.get(envelope.schema)?.values() ?? [])].flatMap((each) => each.neverStore);
      const places = [...neverStore, ...placesIn(envelope, known), ...suspects(value)];
      const fields = [...(versions.get(envelope.schema)?.values() ?? [])].map((each) => each.learner);
      return { ...schema, neverStore: places, untimed, ...namedIn(envelope.data, fields) };
    }
    const named = namedIn(envelope.data, [schema.learner]);
    const known = {
      ...named,
      schema,
      neverStore: [...neverStore, ...placesIn(envelope, schema.neverStore)],
      untimed,
    };
    const time = timeOfEvent(envelope, arrived);
    if (typeof time !== "string") return { ...known, ...time };
    if (!isValid(schema, envelope.data)) return { ...known, ...refuse("schema.invalid", explain(schema)) };
    return { ...known, data: readable(schema, envelope.data), time };
  };
};

/** The learner whom an event names, in the first of these properties that has a name. */
const namedIn = (data: JsonObject, fields: readonly (string | undefined)[]): Pick<Known, "named"> => {
  for (const field of fields) {
    const value = field === undefined || !Object.hasOwn(data, field) ? undefined : data[field];
    if (typeof value === "string" && value !== "") return { named: value };
  }
  return {};
};

/** Where what a schema names lies in the event as it was received. */
const placesIn = ({ placesOf }: Envelope, paths: readonly Path[]): readonly Path[] =>
  placesOf === undefined ? paths : paths.flatMap(placesOf);

const timeOfEvent = ({ timestamp, untimed }: Envelope, arrived: number): string | Refusal => {
  if (untimed === true) return new Date(arrived).toISOString();
  const time = timestamp === undefined ? undefined : timeOf(timestamp);
  if (time === undefined)
    return refuse("time.invalid", "The timestamp is missing, or is not a date and time with a zone.");
  return Date.parse(time) > arrived + CLOCK_SKEW
    ? refuse("time.invalid", "The timestamp is more than ten minutes after the event's arrival.")
    : time;
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
  const list = [...known.keys()].join(", ");
  return found ?? refuse("schema.unknown", `The schema is known, but not in this version. Known: ${list}.`);
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
