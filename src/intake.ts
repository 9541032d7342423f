import type { ArchiveLine } from "./archive/layout.ts";
import type { QuarantineRecord } from "./archive/records.ts";
import type { ReadEvent } from "./event/catalog.ts";
import type { EventId } from "./event/id.ts";
import type { JsonObject } from "./event/json.ts";
import { readBody } from "./event/message.ts";
import { takeInEvent } from "./intake-event.ts";
import type { Learner, Naming } from "./learner/identify.ts";
import type { Attributes, ReadSender } from "./learner/sender.ts";
import type { Trust } from "./learner/trust.ts";

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

/** The ids of all events of a message. */
export const idsOf = ({ accepted, quarantined }: Intake): readonly string[] =>
  [...accepted, ...quarantined].map(({ id }) => id);

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
    if (intake.quarantined.length > 0) {
      const record = RECORD + senderSize(intake);
      for (const { text } of intake.quarantined) size += text.length + record;
    }
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
    const from = { message, at, arrived: new Date(message.arrived).toISOString(), sender };
    for (const [position, received] of texts.entries()) {
      const event = takeInEvent(received, from, position, readers);
      if ("reason" in event) quarantined.push(event);
      else accepted.push(event);
    }
    return { accepted, quarantined };
  } catch (error) {
    return { ...NOTHING, crash: error instanceof Error ? error : new Error(String(error)) };
  }
};
