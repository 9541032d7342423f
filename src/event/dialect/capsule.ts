import { isObject, type JsonObject } from "../json.ts";
import {
  asVersion,
  copyOf,
  type Dialect,
  inside,
  type Path,
  schemaKey,
  textAt,
  timeAt,
  without,
} from "./envelope.ts";

/**
 * BinderHub, and JupyterHub's prototype of 2019: `schema`, `timestamp` and `version` beside the data; BinderHub 0.1 has
 * the data in `event`.
 */
export const binderHub: Dialect = (event) => {
  const schema = schemaAt(event);
  const timestamp = textAt(event, "timestamp");
  if (schema === undefined || timestamp === undefined || isCapsule(event)) return undefined;
  const told = { schema, version: asVersion(event.version), timestamp };
  const data = without(event, BINDERHUB_KEYS);
  const [only, ...others] = Object.keys(data);
  return only === "event" && others.length === 0 && isObject(data.event)
    ? { ...told, data: copyOf(data.event), placesOf: IN_EVENT }
    : { ...told, data };
};

const IN_EVENT = inside("event");

const BINDERHUB_KEYS: ReadonlySet<string> = new Set(["schema", "timestamp", "version", "taskName"]);

/**
 * Wikimedia's EventLogging: `schema`, `revision` and the data in `event`; the time is `dt`, or in older ones
 * `timestamp`, a number. Its capsule tells the address and the browser of whoever sent it, which nobody here needs.
 */
export const eventLogging: Dialect = (event) => {
  const schema = schemaAt(event);
  if (schema === undefined || !isCapsule(event)) return undefined;
  return {
    schema,
    version: asVersion(event.revision),
    timestamp: textAt(event, "dt") ?? timeAt(event, "timestamp"),
    data: copyOf(event.event),
    placesOf: IN_EVENT,
    neverStore: SENDER,
  };
};

/** The names that the capsule's versions have for who sent it. */
const SENDER: readonly Path[] = [["clientIp"], ["client_ip"], ["ip"], ["http"], ["userAgent"]];

const schemaAt = (event: JsonObject): string | undefined =>
  schemaKey(event) === "schema" ? textAt(event, "schema") : undefined;

type Capsule = JsonObject & { readonly event: JsonObject };

const isCapsule = (event: JsonObject): event is Capsule =>
  Object.hasOwn(event, "revision") && Object.hasOwn(event, "event") && isObject(event.event);

/** The JupyterLab prototype of 2019, as it was put to the server: `schema`, `version`, the data in `event`, no time. */
export const putEvent: Dialect = (event) => {
  const schema = schemaAt(event);
  if (schema === undefined || !isObject(event.event) || isCapsule(event)) return undefined;
  if (Object.hasOwn(event, "timestamp")) return undefined;
  return {
    schema,
    version: asVersion(event.version),
    timestamp: undefined,
    untimed: true,
    data: copyOf(event.event),
    placesOf: IN_EVENT,
  };
};

/** JupyterLab's telemetry extension, 1.0: `schema`, `version`, `publishTime`, and the data in `body`. */
export const recordedEvent: Dialect = (event) => {
  const schema = schemaAt(event);
  const timestamp = textAt(event, "publishTime");
  if (schema === undefined || timestamp === undefined || !isObject(event.body)) return undefined;
  if (Object.hasOwn(event, "timestamp") || Object.hasOwn(event, "event")) return undefined;
  return {
    schema,
    version: asVersion(event.version),
    timestamp,
    data: copyOf(event.body),
    placesOf: IN_BODY,
  };
};

const IN_BODY = inside("body");
