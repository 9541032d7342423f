import type { ArchiveLine } from "./archive/layout.ts";
import { type QuarantineRecord, rawLine } from "./archive/records.ts";
import type { ReadEvent, ValidEvent } from "./event/catalog.ts";
import { type EventId, eventId } from "./event/id.ts";
import type { JsonObject } from "./event/json.ts";
import { type ReceivedText, readBody } from "./event/message.ts";
import { type Refusal, refuse } from "./event/reason.ts";
import { withoutPaths } from "./event/secrets.ts";
import { identify, type Learner } from "./learner/identify.ts";
import type { Attributes, ReadSender, Sender, Trust } from "./learner/sender.ts";

/** A message of the events queue. */
export interface EventMessage {
  readonly body: string;
  readonly attributes: Attributes;
  /** When the queue got it, in milliseconds. */
  readonly arrived: number;
}

/** An event that is known, valid, and somebody's. */
export interface AcceptedEvent {
  readonly id: EventId;
  /** The position of its message in the batch. */
  readonly message: number;
  readonly arrived: string;
  readonly time: string;
  /** The mapping's folder. */
  readonly source: string;
  readonly learner: Learner;
  readonly data: JsonObject;
  /** What the archive keeps of it. */
  readonly line: ArchiveLine;
}

/** What was in a message. A crash is what nobody foresaw: then only this message comes again. */
export interface Intake {
  readonly accepted: readonly AcceptedEvent[];
  readonly quarantined: readonly QuarantineRecord[];
  readonly crash?: Error;
}

export interface Readers {
  readonly readEvent: ReadEvent;
  readonly readSender: ReadSender;
  readonly trust: Trust;
}

/** Reads the events of one message: their envelopes, their schemas, their learners. */
export const takeIn = async (message: EventMessage, at: number, readers: Readers): Promise<Intake> => {
  try {
    const sender = await readers.readSender(message.attributes, message.arrived);
    const accepted: AcceptedEvent[] = [];
    const quarantined: QuarantineRecord[] = [];
    for (const received of readBody(message.body, message.attributes["content-encoding"])) {
      const event = takeInEvent(received, sender, message, at, readers);
      if ("reason" in event) quarantined.push(event);
      else accepted.push(event);
    }
    return { accepted, quarantined };
  } catch (error) {
    return {
      accepted: [],
      quarantined: [],
      crash: error instanceof Error ? error : new Error(String(error)),
    };
  }
};

const takeInEvent = (
  { text, read }: ReceivedText,
  sender: Sender,
  message: EventMessage,
  at: number,
  { readEvent, trust }: Readers,
): AcceptedEvent | QuarantineRecord => {
  const { subject, server } = sender !== undefined && "subject" in sender ? sender : {};
  const id = eventId(text, subject, server);
  const arrived = new Date(message.arrived).toISOString();
  const quarantine = ({ reason, detail }: Refusal): QuarantineRecord => ({
    id,
    arrived,
    reason,
    detail,
    text,
  });
  if ("reason" in read) return quarantine(read);
  const valid = readEvent(read.value, message.arrived);
  if ("reason" in valid) return quarantine(valid);
  const { source, learner: field } = valid.schema;
  const learner = identify(sender, valid.data, field, trust);
  if ("reason" in learner) return quarantine(learner);
  const event = withoutSecrets(valid, text, read.value);
  if ("reason" in event) return quarantine(event);
  const line = rawLine(id, arrived, source, learner, event.text);
  return { id, message: at, arrived, time: valid.time, source, learner, data: event.data, line };
};

/** The event's data and its text, less what its schema says is never stored: no mapping can send it either. */
const withoutSecrets = (
  { schema: { neverStore }, data }: ValidEvent,
  text: string,
  value: unknown,
): { readonly data: JsonObject; readonly text: string } | Refusal => {
  if (neverStore.length === 0) return { data, text };
  try {
    return {
      data: withoutPaths(data, neverStore) as JsonObject,
      text: JSON.stringify(withoutPaths(value, neverStore)),
    };
  } catch {
    // JSON.parse takes any depth; JSON.stringify throws a RangeError when the stack is full.
    return refuse("size.exceeded", "The event is nested too deeply to be written again without its secrets.");
  }
};
