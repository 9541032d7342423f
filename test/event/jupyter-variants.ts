import type { dialects } from "../../src/event/dialect/dialect.ts";
import type { JsonObject } from "../../src/event/json.ts";

/** One form in which events arrive: an event in it, and what it is read to. */
export interface Variant {
  readonly name: string;
  readonly dialect: keyof typeof dialects;
  readonly event: JsonObject;
  readonly read: JsonObject;
  /** The property that holds the version, where the form has one. */
  readonly version?: string;
  /** Where the form holds its time. */
  readonly time?: readonly string[];
  /** Whether Python's logging writes it, which may add a taskName beside the data. */
  readonly logged?: true;
}

export const TIME = "2026-11-22T01:09:30.062244+00:00Z";

const hub = { action: "start", username: "ada", servername: "" };
const launch = { provider: "GitHub", spec: "a/b/HEAD", status: "success" };
const file = { action: "save", path: "hw1.ipynb" };
const command = { session_id: "7f3b", command_id: "docmanager:open", command_args: { path: "hw1.ipynb" } };
const flat = { command_id: "docmanager:open", command_args: { path: "hw1.ipynb" } };

const underscored = {
  __timestamp__: TIME,
  __schema__: "s",
  __schema_version__: "1",
  __metadata_version__: 1,
};
const read = { schema: "s", version: "1", timestamp: TIME };
export const untimed = { timestamp: undefined, untimed: true };

const [v, logged] = ["__schema_version__", true] as const;

/** The forms of events that say which schema they have. */
export const jupyterVariants: readonly Variant[] = [
  {
    name: "jupyter_telemetry, and jupyter_events up to 0.10",
    dialect: "jupyterEvents",
    event: { ...underscored, __schema_version__: 1, ...hub },
    read: { ...read, data: hub },
    version: v,
    time: ["__timestamp__"],
    logged,
  },
  {
    name: "jupyter_events 0.11 and later",
    dialect: "jupyterEvents",
    event: { ...underscored, ...hub },
    read: { ...read, data: hub },
    version: v,
    time: ["__timestamp__"],
    logged,
  },
  {
    name: "JupyterHub of July 2019",
    dialect: "jupyterEvents",
    event: { __timestamp__: TIME, __schema__: "s", __version__: 1, ...hub },
    read: { ...read, data: hub },
    version: "__version__",
    time: ["__timestamp__"],
    logged,
  },
  {
    name: "JupyterHub's prototype, and BinderHub",
    dialect: "binderHub",
    event: { timestamp: TIME, schema: "s", version: 1, ...launch },
    read: { ...read, data: launch },
    version: "version",
    time: ["timestamp"],
    logged,
  },
  {
    name: "BinderHub 0.1",
    dialect: "binderHub",
    event: { timestamp: TIME, schema: "s", version: 1, event: launch },
    read: { ...read, data: launch },
    version: "version",
    time: ["timestamp"],
    logged,
  },
  {
    name: "a frame of /api/events/subscribe",
    dialect: "serverEvents",
    event: { schema_id: "s", ...file },
    read: { schema: "s", version: undefined, ...untimed, data: file },
    logged,
  },
  {
    name: "an event posted to /api/events with its time",
    dialect: "serverEvents",
    event: { schema_id: "s", version: "1", data: file, timestamp: TIME },
    read: { ...read, data: file },
    time: ["timestamp"],
    logged,
  },
  {
    name: "an event posted to /api/events without a time",
    dialect: "serverEvents",
    event: { schema_id: "s", version: "1", data: file },
    read: { schema: "s", version: "1", ...untimed, data: file },
    logged,
  },
  {
    name: "a line of the JupyterLab prototype's log",
    dialect: "binderHub",
    event: { timestamp: TIME, schema: "lab.jupyter.org/command-invocations", version: 1, ...command },
    read: { ...read, schema: "lab.jupyter.org/command-invocations", data: command },
    version: "version",
    time: ["timestamp"],
    logged,
  },
  {
    name: "the JupyterLab prototype's put",
    dialect: "putEvent",
    event: { schema: "lab.jupyter.org/command-invocations", version: 1, event: command },
    read: { schema: "lab.jupyter.org/command-invocations", version: "1", ...untimed, data: command },
    version: "version",
    logged,
  },
  {
    name: "an event recorded by JupyterLab's telemetry",
    dialect: "recordedEvent",
    event: { schema: "org.jupyter.foo", version: 1, body: { foo: "bar" }, publishTime: TIME },
    read: { ...read, schema: "org.jupyter.foo", data: { foo: "bar" } },
    version: "version",
    time: ["publishTime"],
    logged,
  },
  {
    name: "a command recorded by JupyterLab's telemetry",
    dialect: "recordedEvent",
    event: {
      schema: "org.jupyterlab.commands.docmanager:open",
      version: 1,
      body: flat.command_args,
      publishTime: TIME,
    },
    read: { ...read, schema: "org.jupyterlab.commands", data: flat },
    version: "version",
    time: ["publishTime"],
    logged,
  },
  {
    name: "a command through __schema__",
    dialect: "jupyterEvents",
    event: {
      ...underscored,
      __schema__: "org.jupyterlab.commands.docmanager:open",
      ...flat.command_args,
    },
    read: { ...read, schema: "org.jupyterlab.commands", data: flat },
    version: v,
    time: ["__timestamp__"],
    logged,
  },
];
