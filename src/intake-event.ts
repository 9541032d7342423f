import { rawLine } from "./archive/records.ts";
import type { ReadEvent, ValidEvent } from "./event/catalog.ts";
import { isSuspectText } from "./event/dialect/suspects.ts";
import { type EventId, eventId } from "./event/id.ts";
import type { ReceivedText } from "./event/message.ts";
import { type Refusal, refuse } from "./event/reason.ts";
import { withoutPaths } from "./event/secrets.ts";
import type { AcceptedEvent, EventMessage, QuarantinedEvent, Readers } from "./intake.ts";
import type { LearnerContext } from "./learner/context.ts";
import { identify, type Learner } from "./learner/identify.ts";
import type { Sender } from "./learner/sender.ts";
import type { Trust } from "./learner/trust.ts";
import { keptSender, maySpeakForNobody } from "./recovery/sender.ts";

/** What all events of a message have in common. */
export interface Source {
  readonly message: EventMessage;
  /** The message's place in the batch. */
  readonly at: number;
  /** When it arrived, in ISO 8601. */
  readonly arrived: string;
  readonly sender: Sender;
}

/** Reads one event of a message: its envelope, its schema, its learner. It is accepted, or quarantined with its reason. */
export const takeInEvent = (
  { text, read }: ReceivedText,
  from: Source,
  position: number,
  readers: Readers,
): AcceptedEvent | QuarantinedEvent => {
  const { message, at, arrived, sender } = from;
  // What was too large to be read, or was cut off, may hold what its schema would not have kept.
  if ("reason" in read) {
    const kept = read.reason === "size.exceeded" || isSuspectText(text) ? "" : text;
    return quarantinedEvent({ text, known: undefined, kept }, read, from, position, readers);
  }
  const { readEvent, trust, naming } = readers;
  const known = readEvent(read.value, message.arrived);
  const kept = textWithout(known.neverStore, text, read.value);
  if (typeof kept !== "string")
    return quarantinedEvent({ text, known, kept: "" }, kept, from, position, readers);
  if ("reason" in known) return quarantinedEvent({ text, known, kept }, known, from, position, readers);
  const learner = identify(sender, known.data, known.schema, trust, naming);
  if ("reason" in learner) return quarantinedEvent({ text, known, kept }, learner, from, position, readers);
  const id = idOf(text, known, byOf(sender), [message.id, position]);
  return acceptedEvent(known, learner, kept, { id, at, arrived });
};

/** Who sent it, if that is believed. */
const byOf = (sender: Sender): Parameters<typeof idOf>[2] =>
  sender !== undefined && "subject" in sender ? sender : {};

/** The text of an event as it came, what is known of it, unless it could not be read, and what may be kept of it. */
interface Refused {
  readonly text: string;
  readonly known: ReturnType<ReadEvent> | undefined;
  readonly kept: string;
}

const quarantinedEvent = (
  { text, known, kept }: Refused,
  { reason, detail }: Refusal,
  { message, arrived, sender }: Source,
  position: number,
  { trust, naming }: Readers,
): QuarantinedEvent => {
  const id = idOf(text, known, byOf(sender), [message.id, position]);
  const username = whoseOf(sender, known, trust);
  const from =
    known === undefined || kept === "" || reason === "identity.mismatch"
      ? undefined
      : keptSender(sender, trust, known.schema?.anonymous === true, username);
  const nobodys =
    from === undefined || !maySpeakForNobody(from)
      ? undefined
      : idOf(text, known, {}, [message.id, position]);
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
