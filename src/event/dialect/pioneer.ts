import { isObject, type JsonObject } from "../json.ts";
import { copyOf, type Dialect, type Envelope, type Path, schemaKey, textAt, timeAt } from "./envelope.ts";

/** jupyterlab-pioneer publishes no schema, so its events are known under a name of this project's. */
const SCHEMA = "https://w3id.org/jupyter-lms-translator/events/jupyterlab-pioneer";

/** jupyterlab-pioneer, from an exporter of a site's own or into a file: `eventDetail` and `notebookState`. */
export const pioneer: Dialect = (event) =>
  isDetailed(event) && !Object.hasOwn(event, "data") ? read(event) : undefined;

/** jupyterlab-pioneer's remote exporter: the same inside of `data`, with the variables and settings of the server. */
export const pioneerRemote: Dialect = (event) => {
  const { data, env, params } = event;
  if (!isObject(data) || !isDetailed(data) || schemaKey(event) !== undefined) return undefined;
  // With details beside those in `data`, it is neither form, and nobody could say which are meant.
  if (looksLikePioneer(event)) return undefined;
  const around = { ...(env != null && { env }), ...(params != null && { params }) };
  return {
    ...read({ ...data, ...around }),
    placesOf: remotePlaces,
  };
};

/** What is beside the data hides what has the same name in it. */
const remotePlaces = (path: Path): readonly Path[] => [
  ...(AROUND.has(path[0] ?? "") ? [path] : []),
  ["data", ...path],
];

const AROUND: ReadonlySet<string> = new Set(["env", "params"]);

/** Whether an object has what only jupyterlab-pioneer's events have, of whatever kind it is. */
export const looksLikePioneer = (event: JsonObject): boolean =>
  Object.hasOwn(event, "eventDetail") || Object.hasOwn(event, "notebookState");

const isDetailed = (event: JsonObject): boolean =>
  isObject(event.eventDetail) &&
  textAt(event.eventDetail, "eventName") !== undefined &&
  schemaKey(event) === undefined;

const read = (data: JsonObject): Envelope => ({
  schema: SCHEMA,
  version: undefined,
  timestamp: isObject(data.eventDetail) ? timeAt(data.eventDetail, "eventTime") : undefined,
  data: withoutNothing(copyOf(data)),
});

/** Where pioneer writes null, there is nothing: most events have no information, no content and no error. */
const withoutNothing = (data: JsonObject): JsonObject => {
  const { eventDetail, notebookState } = data;
  const detail = withoutNull(eventDetail, "eventInfo");
  const info = isObject(detail) ? withoutNull(detail.eventInfo, "kernelError") : undefined;
  return {
    ...data,
    eventDetail: isObject(detail) && info !== undefined ? { ...detail, eventInfo: info } : detail,
    ...(notebookState != null && { notebookState: withoutNull(notebookState, "notebookContent") }),
  };
};

const withoutNull = (value: unknown, key: string): unknown => {
  if (!isObject(value) || value[key] !== null) return value;
  const { [key]: _, ...others } = value;
  return others;
};
