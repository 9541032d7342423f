import { isObject, type JsonObject } from "../json.ts";
import { asVersion, copyOf, type Dialect, inside, schemaKey, textAt, without } from "./envelope.ts";

/**
 * jupyter_telemetry and jupyter_events: `__schema__`, `__timestamp__`, and `__schema_version__` (or `__version__`,
 * July 2019). Python's logging adds a stray `taskName`, which breaks schemas that allow no other properties.
 */
export const jupyterEvents: Dialect = (event) => {
  const schema = textAt(event, "__schema__");
  if (schema === undefined) return undefined;
  return {
    schema,
    version: asVersion(event.__schema_version__ ?? event.__version__),
    timestamp: textAt(event, "__timestamp__"),
    data: without(event, EVENTS_KEYS),
  };
};

const EVENTS_KEYS: ReadonlySet<string> = new Set([
  "__schema__",
  "__schema_version__",
  "__version__",
  "__timestamp__",
  "__metadata_version__",
  "taskName",
]);

/**
 * Jupyter Server's `/api/events`: what is posted to it has the data inside, with its schema, version and, if the
 * sender knows it, time; a frame of `/api/events/subscribe` has nothing but `schema_id` beside its data.
 */
export const serverEvents: Dialect = (event) => {
  const schema = textAt(event, "schema_id");
  if (schema === undefined || schemaKey(event) !== "schema_id") return undefined;
  if (!isPosted(event)) {
    return { schema, version: undefined, timestamp: undefined, untimed: true, data: without(event, FRAME) };
  }
  const timestamp = textAt(event, "timestamp");
  return {
    schema,
    version: asVersion(event.version),
    timestamp,
    ...(event.timestamp == null && { untimed: true }),
    data: copyOf(event.data),
    placesOf: IN_DATA,
  };
};

const IN_DATA = inside("data");

type Posted = JsonObject & { readonly data: JsonObject };

/** Jupyter Server takes a post only with a version and with data; it has no other keys of its own. */
const isPosted = (event: JsonObject): event is Posted =>
  Object.hasOwn(event, "version") &&
  isObject(event.data) &&
  Object.keys(event).every((key) => POSTED.has(key));

const FRAME: ReadonlySet<string> = new Set(["schema_id", "taskName"]);

const POSTED: ReadonlySet<string> = new Set([
  "schema_id",
  "version",
  "data",
  "timestamp",
  "taskName",
  "__proto__",
]);
