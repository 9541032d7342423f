import type { ArchiveLine } from "./archive/layout.ts";
import { type QuarantineRecord, rawLine } from "./archive/records.ts";
import type { ReadEvent, ValidEvent } from "./event/catalog.ts";
import { isSuspectText } from "./event/dialect/suspects.ts";
import { type EventId, eventId } from "./event/id.ts";
import type { JsonObject } from "./event/json.ts";
import { type ReceivedText, readBody } from "./event/message.ts";
import { type Refusal, refuse } from "./event/reason.ts";
import { withoutPaths } from "./event/secrets.ts";
import type { LearnerContext } from "./learner/context.ts";
import { identify, type Learner, type Naming } from "./learner/identify.ts";
import type { Attributes, ReadSender, Sender } from "./learner/sender.ts";
import type { Trust } from "./learner/trust.ts";
import { keptSender, maySpeakForNobody } from "./recovery/sender.ts";

/** A message of the events queue. */
export interface EventMessage {
  /** The queue's id of it, which stays the same however often it is received. */
  readonly id: string;
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

/** An event that cannot be accepted, and the user name of the learner whose it is, where that is known. */
export interface QuarantinedEvent extends QuarantineRecord {
  readonly username?: string | undefined;
}

/** What was in a message. A crash is what nobody foresaw: then only this message comes again. */
export interface Intake {
  readonly accepted: readonly AcceptedEvent[];
  readonly quarantined: readonly QuarantinedEvent[];
  readonly crash?: Error;
}

/** How many characters of events one batch may hold, as they are unpacked: what a function's memory has room for. */
export const BATCH_LIMIT = 16 * 1024 * 1024;

/**
 * Reads a batch's messages one after the other, until they have unpacked to as much as a batch may hold: what it gives
 * may be shorter than what it gets, but has at least the first.
 */
export const takeInAll = async (
  messages: readonly EventMessage[],
  readers: Readers,
): Promise<readonly Intake[]> => {
  const intakes: Intake[] = [];
  let size = 0;
  for (const [at, message] of messages.entries()) {
    if (size > BATCH_LIMIT) break;
    const intake = await takeIn(message, at, readers);
    for (const { line } of intake.accepted) size += line.text.length;
    const record = RECORD + senderSize(intake);
    for (const { text } of intake.quarantined) size += text.length + record;
    intakes.push(intake);
  }
  return intakes;
};

const NOTHING = { accepted: [], quarantined: [] };

/** What a record in quarantine has besides its text and its sender, in characters. */
const RECORD = 250;

/** A message has one sender. */
const senderSize = ({ quarantined }: Intake): number =>
  JSON.stringify(quarantined.find(({ sender }) => sender != null)?.sender ?? null).length;

export interface Readers {
  readonly readEvent: ReadEvent;
  readonly readSender: ReadSender;
  readonly trust: Trust;
  readonly naming?: Naming;
}

/** Reads the events of one message: their envelopes, their schemas, their learners. */
export const takeIn = async (message: EventMessage, at: number, readers: Readers): Promise<Intake> => {
  try {
    const sender = await readers.readSender(message.attributes, message.arrived);
    const accepted: AcceptedEvent[] = [];
    const quarantined: QuarantinedEvent[] = [];
    const texts = readBody(message.body, message.attributes["content-encoding"]);
    for (const [position, received] of texts.entries()) {
      const event = takeInEvent(received, sender, { ...message, at, position }, readers);
      if ("reason" in event) quarantined.push(event);
      else accepted.push(event);
    }
    return { accepted, quarantined };
  } catch (error) {
    return { ...NOTHING, crash: error instanceof Error ? error : new Error(String(error)) };
  }
};

/** Where an event was found: its message, the message's place in the batch, and the event's in the message. */
interface Place extends EventMessage {
  readonly at: number;
  readonly position: number;
}

const takeInEvent = (
  { text, read }: ReceivedText,
  sender: Sender,
  { at, position, ...message }: Place,
  { readEvent, trust, naming }: Readers,
): AcceptedEvent | QuarantinedEvent => {
  const valid = "reason" in read ? undefined : readEvent(read.value, message.arrived);
  const by = sender !== undefined && "subject" in sender ? sender : undefined;
  const id = idOf(text, valid, by ?? {}, [message.id, position]);
  const arrived = new Date(message.arrived).toISOString();
  const username = whoseOf(sender, valid, trust);
  const quarantine = ({ reason, detail }: Refusal, kept = text): QuarantinedEvent => {
    const from =
      "reason" in read || kept === "" || reason === "identity.mismatch"
        ? undefined
        : keptSender(sender, trust, valid?.schema?.anonymous === true, username);
    const nobodys =
      from === undefined || !maySpeakForNobody(from)
        ? undefined
        : idOf(text, valid, {}, [message.id, position]);
    return {
      id,
      ...(username !== undefined && { username, learner: naming?.tagOf(username) }),
      arrived,
      reason,
      detail,
      ...(from !== undefined && { sender: from }),
      ...(nobodys !== undefined && nobodys !== id && { nobodys }),
      text: kept,
    };
  };
  // What was too large to be read, or was cut off, may hold what its schema would not have kept.
  if ("reason" in read)
    return quarantine(read, read.reason === "size.exceeded" || isSuspectText(text) ? "" : text);
  if (valid === undefined) throw new Error("An event that was parsed was not read.");
  const kept = textWithout(valid.neverStore, text, read.value);
  if (typeof kept !== "string") return quarantine(kept, "");
  if ("reason" in valid) return quarantine(valid, kept);
  const learner = identify(sender, valid.data, valid.schema, trust, naming);
  if ("reason" in learner) return quarantine(learner, kept);
  return acceptedEvent(valid, learner, kept, { id, at, arrived });
};

/** An event that its schema accepts, and that is a learner's or nobody's. `kept` is its text, less what is never stored. */
export const acceptedEvent = (
  { schema: { source }, data, time }: ValidEvent,
  learner: Learner,
  kept: string,
  { id, at, arrived }: { readonly id: EventId; readonly at: number; readonly arrived: string },
): AcceptedEvent => ({
  id,
  message: at,
  arrived,
  time,
  source,
  learner,
  data,
  line: rawLine(id, arrived, source, learner, kept),
});

/** Whose an event is that cannot be accepted, as far as that is proven: who sent it, or whom a service names or means. */
const whoseOf = (
  sender: Sender,
  known: ReturnType<ReadEvent> | undefined,
  trust: Trust,
): string | undefined => {
  const named = known?.named;
  if (sender === undefined) return trust.trust === "attributes" ? named : undefined;
  const by = "reason" in sender ? sender.by : sender;
  if (by === undefined) return undefined;
  if (by.role === "learner") return by.subject;
  return named ?? (known?.schema?.anonymous === true ? undefined : by.about);
};

/**
 * The id of an event: `known` is what its envelope says, if it has one, `by` who sent it, and `place` the queue's id of
 * its message and its position there.
 */
export const idOf = (
  text: string,
  known: ReturnType<ReadEvent> | undefined,
  by: Pick<LearnerContext, "server"> & Partial<Pick<LearnerContext, "subject">>,
  place: readonly [message: string, position: number],
): EventId => {
  // The id of an event that is nobody's must not tell who sent it to those who can guess.
  const { subject, server } = known?.schema?.anonymous === true ? {} : by;
  return eventId(text, subject, server, known?.untimed === true ? place : []);
};

/** The event's text, less what its schema says is never stored. */
export const textWithout = (
  neverStore: readonly (readonly string[])[],
  text: string,
  value: unknown,
): string | Refusal => {
  if (neverStore.length === 0) return text;
  try {
    return JSON.stringify(withoutPaths(value, neverStore));
  } catch {
    // JSON.parse takes any depth; JSON.stringify throws a RangeError when the stack is full.
    return refuse("size.exceeded", "The event is nested too deeply to be written again without its secrets.");
  }
};
