import { isObject } from "../json.ts";
import { type Refusal, refuse } from "../reason.ts";
import { binderHub, eventLogging, putEvent, recordedEvent } from "./capsule.ts";
import type { Dialect, Envelope } from "./envelope.ts";
import { jupyterEvents, serverEvents } from "./jupyter.ts";
import { asCommand, sessionLog } from "./lab.ts";
import { pioneer, pioneerRemote } from "./pioneer.ts";
import { nannymlPackage, segmentTrack } from "./segment.ts";

/**
 * Every envelope form in the order in which they are tried. The property that names the schema parts them into
 * families; within one, each asks for what the others have not.
 */
export const dialects: Readonly<Record<string, Dialect>> = {
  jupyterEvents,
  serverEvents,
  binderHub,
  pioneer,
  pioneerRemote,
  eventLogging,
  putEvent,
  recordedEvent,
  sessionLog,
  segmentTrack,
  nannymlPackage,
};

const all: readonly Dialect[] = Object.values(dialects);

/** Finds the dialect of an event and takes its envelope off. */
export const readEnvelope = (value: unknown): Envelope | Refusal => {
  if (!isObject(value)) return refuse("schema.unknown", "The event is not a JSON object.");
  for (const dialect of all) {
    const envelope = dialect(value);
    if (envelope !== undefined) return asCommand(envelope);
  }
  return refuse("schema.unknown", "The event names no schema in any known form, such as __schema__.");
};
