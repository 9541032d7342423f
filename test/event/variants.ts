import { readEnvelope } from "../../src/event/dialect/dialect.ts";
import type { Envelope } from "../../src/event/dialect/envelope.ts";
import { jupyterVariants, TIME, untimed, type Variant } from "./jupyter-variants.ts";

const detail = { eventName: "NotebookSaveEvent", eventTime: 1749800011000 };
const notebook = { sessionID: "0b5e", notebookPath: "hw1.ipynb" };
const pioneerRead = {
  schema: "https://w3id.org/jupyter-lms-translator/events/jupyterlab-pioneer",
  version: undefined,
  timestamp: 1749800011000,
  data: { eventDetail: detail, notebookState: notebook },
};

const log = { id: "7f3b", commands: [{ id: "docmanager:open", args: {}, date: "2018-01-25T19:00:00.000Z" }] };

const unordered = ["2018-01-25T19:00:00Z", "2018-01-26T00:00:02+05:00Z", "then", "2018-01-25T19:00:01Z"].map(
  (date) => ({ id: "docmanager:open", date }),
);

const capsule = {
  schema: "TestSchema",
  revision: 1,
  event: { value: "☆" },
  clientIp: "127.0.0.1",
  wiki: "en",
};
const capsuleRead = { schema: "TestSchema", version: "1", data: { value: "☆" } };

const used = { nannyml_version: "0.6.3", kind: "performance" };
const track = {
  type: "track",
  event: "plot",
  userId: "0242",
  messageId: "31ba",
  integrations: {},
  context: {},
};
const trackRead = { event: "plot", messageId: "31ba" };
const NANNYML = "https://w3id.org/jupyter-lms-translator/events/nannyml-usage";

const logged = true;

/** Every form in which events arrive. */
export const variants: readonly Variant[] = [
  ...jupyterVariants,
  {
    name: "the log of a JupyterLab session",
    dialect: "sessionLog",
    event: log,
    read: {
      schema: "https://w3id.org/jupyter-lms-translator/events/jupyterlab-session-log",
      version: undefined,
      timestamp: "2018-01-25T19:00:00.000Z",
      data: log,
    },
  },
  {
    name: "the log of a JupyterLab session, its commands in no order",
    dialect: "sessionLog",
    event: { ...log, commands: unordered },
    read: {
      schema: "https://w3id.org/jupyter-lms-translator/events/jupyterlab-session-log",
      version: undefined,
      timestamp: "2018-01-25T19:00:02.000Z",
      data: { ...log, commands: unordered },
    },
  },
  {
    name: "the log of a JupyterLab session without a date",
    dialect: "sessionLog",
    event: { id: "7f3b", commands: [{ id: "docmanager:open", date: "then" }] },
    read: {
      schema: "https://w3id.org/jupyter-lms-translator/events/jupyterlab-session-log",
      version: undefined,
      ...untimed,
      data: { id: "7f3b", commands: [{ id: "docmanager:open", date: "then" }] },
    },
  },
  {
    name: "jupyterlab-pioneer, from an exporter of a site's own",
    dialect: "pioneer",
    event: {
      eventDetail: { ...detail, eventInfo: null },
      notebookState: { ...notebook, notebookContent: null },
    },
    read: pioneerRead,
    time: ["eventDetail", "eventTime"],
  },
  {
    name: "jupyterlab-pioneer's remote exporter",
    dialect: "pioneerRemote",
    event: { data: { eventDetail: detail, notebookState: notebook }, params: null, env: [{ HOME: "/" }] },
    read: { ...pioneerRead, data: { ...pioneerRead.data, env: [{ HOME: "/" }] } },
    time: ["data", "eventDetail", "eventTime"],
  },
  {
    name: "jupyterlab-pioneer's remote exporter, told to send neither variables nor settings",
    dialect: "pioneerRemote",
    event: { data: { eventDetail: detail, notebookState: notebook } },
    read: pioneerRead,
    time: ["data", "eventDetail", "eventTime"],
  },
  {
    name: "Wikimedia's capsule, its time in milliseconds",
    dialect: "eventLogging",
    event: { ...capsule, timestamp: 1358791834912 },
    read: { ...capsuleRead, timestamp: 1358791834912 },
    version: "revision",
    logged,
  },
  {
    name: "Wikimedia's capsule, its time in seconds",
    dialect: "eventLogging",
    event: { ...capsule, timestamp: 1358791834 },
    read: { ...capsuleRead, timestamp: 1358791834 },
    version: "revision",
    logged,
  },
  {
    name: "Wikimedia's capsule, its time in dt",
    dialect: "eventLogging",
    event: { ...capsule, dt: TIME },
    read: { ...capsuleRead, timestamp: TIME },
    version: "revision",
    time: ["dt"],
    logged,
  },
  {
    name: "NannyML's call to Segment",
    dialect: "segmentTrack",
    event: { ...track, properties: used, timestamp: TIME, anonymousId: null },
    read: {
      schema: NANNYML,
      version: undefined,
      timestamp: TIME,
      data: { ...trackRead, userId: "0242", properties: used },
    },
    time: ["timestamp"],
  },
  {
    name: "another's call to Segment",
    dialect: "segmentTrack",
    event: { ...track, properties: { kind: "x" }, originalTimestamp: TIME },
    read: {
      schema: "https://w3id.org/jupyter-lms-translator/events/segment-track",
      version: undefined,
      timestamp: TIME,
      data: { ...trackRead, properties: { kind: "x" } },
    },
    time: ["originalTimestamp"],
  },
  {
    name: "the package in NannyML's documentation",
    dialect: "nannymlPackage",
    event: { event: "plot", userId: "0242", ...used },
    read: {
      schema: NANNYML,
      version: undefined,
      ...untimed,
      data: { event: "plot", userId: "0242", properties: used },
    },
  },
];

/** What an event is read to, less where its parts lie; or the reason why it is not read. */
export const readTo = (event: unknown): unknown => {
  const found = readEnvelope(event);
  if ("reason" in found) return found.reason;
  const { placesOf: _, neverStore: __, ...envelope } = found satisfies Envelope;
  return envelope;
};
