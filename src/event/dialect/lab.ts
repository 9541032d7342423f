import { isObject } from "../json.ts";
import { repairTime } from "../time.ts";
import { copyOf, type Dialect, type Envelope, type Path, schemaKey, textAt } from "./envelope.ts";

/** JupyterLab's telemetry extension named a schema for each command; here they are one, which names the command. */
const COMMANDS = "org.jupyterlab.commands.";

/** What was left out of the data, though it may be an argument's name. */
const LEFT_OUT = ["__proto__", "taskName"];

/** The schema of all commands, under which mappings know them. */
const COMMAND = "org.jupyterlab.commands";

/**
 * An event of a JupyterLab command in the form that all commands share: `command_id`, and the command's arguments,
 * which are the whole of its data, as `command_args`. Other envelopes stay as they are.
 */
export const asCommand = (envelope: Envelope): Envelope => {
  if (!envelope.schema.startsWith(COMMANDS)) return envelope;
  const { placesOf, data } = envelope;
  return {
    ...envelope,
    schema: COMMAND,
    data: { command_id: envelope.schema.slice(COMMANDS.length), command_args: data },
    placesOf: ([first, ...rest]) => {
      if (first !== "command_args") return [];
      const places = placesOf ?? ((path: Path) => [path]);
      // What the arguments are in stays, though empty: without it, nobody could read the event again.
      return rest.length > 0
        ? places(rest)
        : [...Object.keys(data), ...LEFT_OUT].flatMap((key) => places([key]));
    },
  };
};

/** The log of a JupyterLab session, 2018: its id, and each command with its arguments and date. */
export const sessionLog: Dialect = (event) => {
  const { id, commands } = event;
  if (typeof id !== "string" || !Array.isArray(commands) || schemaKey(event) !== undefined) return undefined;
  const dates = commands.filter(isObject).map((command) => repairTime(textAt(command, "date") ?? ""));
  const times = dates.filter((each) => each !== undefined);
  return {
    schema: SESSION_LOG,
    version: undefined,
    // A log is written when its last command was given, which need not be the last of its list.
    timestamp: times.sort().at(-1),
    ...(times.length === 0 && { untimed: true }),
    data: copyOf(event),
  };
};

const SESSION_LOG = "https://w3id.org/jupyter-lms-translator/events/jupyterlab-session-log";
