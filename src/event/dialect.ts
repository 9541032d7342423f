import { isObject, type JsonObject } from "./json.ts";
import { type Refusal, refuse } from "./reason.ts";

/** What a producer wraps around an event's data, whichever names it uses for it. */
export interface Envelope {
  readonly schema: string;
  /** As text: jupyter_events up to 0.10 writes the integer 1, later ones the string "1". */
  readonly version: string | undefined;
  readonly timestamp: string | undefined;
  readonly data: JsonObject;
}

/** One envelope form: gives undefined for what is not its own. The forms exclude each other by their keys. */
type Dialect = (event: JsonObject) => Envelope | undefined;

/**
 * jupyter_telemetry and jupyter_events: `__schema__`, `__timestamp__`, and `__schema_version__` (or `__version__`,
 * July 2019). Python's logging adds a stray `taskName`, which breaks schemas that allow no other properties.
 */
const jupyterEvents: Dialect = (event) => {
  const schema = event.__schema__;
  if (typeof schema !== "string") return undefined;
  return {
    schema,
    version: asVersion(event.__schema_version__ ?? event.__version__),
    timestamp: asText(event.__timestamp__),
    data: without(event, JUPYTER_EVENTS_KEYS),
  };
};

const JUPYTER_EVENTS_KEYS: ReadonlySet<string> = new Set([
  "__schema__",
  "__schema_version__",
  "__version__",
  "__timestamp__",
  "__metadata_version__",
  "taskName",
]);

/** BinderHub, and JupyterHub's prototype of 2019: `schema`, `timestamp` and `version`, without underscores. */
const binderHub: Dialect = (event) => {
  const { schema, timestamp } = event;
  if (typeof schema !== "string" || typeof timestamp !== "string") return undefined;
  return { schema, version: asVersion(event.version), timestamp, data: without(event, BINDERHUB_KEYS) };
};

const BINDERHUB_KEYS: ReadonlySet<string> = new Set(["schema", "timestamp", "version", "taskName"]);

const dialects: readonly Dialect[] = [jupyterEvents, binderHub];

/** Finds the dialect of an event and takes its envelope off. */
export const readEnvelope = (value: unknown): Envelope | Refusal => {
  if (!isObject(value)) return refuse("schema.unknown", "The event is not a JSON object.");
  for (const dialect of dialects) {
    const envelope = dialect(value);
    if (envelope !== undefined) return envelope;
  }
  return refuse("schema.unknown", "The event names no schema in any known form, such as __schema__.");
};

const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** A version of any other kind is one that no schema has; only where none is given, it can be left open. */
const asVersion = (value: unknown): string | undefined => (value == null ? undefined : String(value));

const without = (event: JsonObject, keys: ReadonlySet<string>): JsonObject => {
  const data: Record<string, unknown> = {};
  for (const key in event) {
    // Assigning `__proto__` would change the object's nature instead of adding a property.
    if (!keys.has(key) && key !== "__proto__") data[key] = event[key];
  }
  return data;
};
