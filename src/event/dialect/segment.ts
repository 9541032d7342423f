import { isObject, type JsonObject } from "../json.ts";
import { type Dialect, type Path, schemaKey, textAt, timeAt, without } from "./envelope.ts";

/**
 * A Segment `track` call names an event and has properties, but no schema: what sent it is told by a property that
 * only it sets. Calls of others are known by a name that a site's own mapping can take.
 */
const SCHEMAS: Readonly<Record<string, string>> = {
  nannyml_version: "https://w3id.org/jupyter-lms-translator/events/nannyml-usage",
};
const ANY = "https://w3id.org/jupyter-lms-translator/events/segment-track";

const schemaOf = (properties: JsonObject): string =>
  Object.entries(SCHEMAS).find(([property]) => Object.hasOwn(properties, property))?.[1] ?? ANY;

/** What Segment's libraries add of the machine that they run on, of who sits there, and of what opens it to them. */
const MACHINE: readonly Path[] = [["context"], ["anonymousId"], ["writeKey"]];

/** NannyML's schema says what becomes of its userId; of another's, nobody knows whom it names. */
const ANYBODY: readonly Path[] = [...MACHINE, ["userId"]];

/** A `track` call as Segment's libraries send it. */
export const segmentTrack: Dialect = (event) => {
  if (event.type !== "track" || textAt(event, "event") === undefined || schemaKey(event) !== undefined)
    return undefined;
  const schema = schemaOf(isObject(event.properties) ? event.properties : {});
  return {
    schema,
    version: undefined,
    timestamp: timeAt(event, "timestamp") ?? timeAt(event, "originalTimestamp"),
    data: without(event, schema === ANY ? OF_ANYBODY : TRACK_KEYS),
    neverStore: schema === ANY ? ANYBODY : MACHINE,
  };
};

const TRACK_KEYS: ReadonlySet<string> = new Set([
  "type",
  "timestamp",
  "originalTimestamp",
  "sentAt",
  "integrations",
  "context",
  "anonymousId",
  "writeKey",
]);

const OF_ANYBODY: ReadonlySet<string> = new Set([...TRACK_KEYS, "userId"]);

/** The package that NannyML's documentation shows: the properties beside the event's name, and no time. */
export const nannymlPackage: Dialect = (event) => {
  if (textAt(event, "event") === undefined || !Object.hasOwn(event, "nannyml_version")) return undefined;
  if (event.type === "track" || schemaKey(event) !== undefined) return undefined;
  const { event: name, userId, ...rest } = event;
  return {
    schema: schemaOf(rest),
    version: undefined,
    timestamp: undefined,
    untimed: true,
    data: { event: name, ...(userId !== undefined && { userId }), properties: without(rest, MACHINE_KEYS) },
    neverStore: MACHINE,
    placesOf: (path) =>
      path[0] !== "properties"
        ? [path]
        : path.length > 1
          ? [path.slice(1)]
          : Object.keys(rest).map((key) => [key]),
  };
};

const MACHINE_KEYS: ReadonlySet<string> = new Set(["context", "anonymousId", "writeKey"]);
