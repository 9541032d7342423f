import type { ReadEvent } from "../event/catalog.ts";
import type { EventId } from "../event/id.ts";
import { type ReceivedText, readBody } from "../event/message.ts";
import { type Refusal, refuse } from "../event/reason.ts";
import { withoutPaths } from "../event/secrets.ts";
import { idOf } from "../intake-event.ts";
import { identify } from "../learner/identify.ts";
import type { Sender } from "../learner/sender.ts";
import type { Trust } from "../learner/trust.ts";
import { faultIn } from "./fault.ts";

/** What would become of an event of a line, if it came now. */
export type Judged = Fit | Unfit;

/** It would be accepted, as an event of this source. */
export interface Fit {
  readonly text: string;
  readonly source: string;
  /** When it happened. */
  readonly time: string;
  /** Whether it says nothing of when it happened. */
  readonly untimed: boolean;
  /** Absent where it is another one each time that it is sent. */
  readonly id?: EventId;
}

/** It would end in quarantine. */
export interface Unfit {
  readonly refusal: Refusal;
  /** Where the line stops being JSON, from 1. */
  readonly column?: number;
}

export interface JudgeParts {
  readonly readEvent: ReadEvent;
  readonly trust: Trust;
  /** Who will send it. */
  readonly sender: Sender;
}

/** Judges a line's events, one or an array's, by the same steps as a message's when it is translated. */
export type Judge = (line: string, now: number) => readonly Judged[];

export const judgeWith = (parts: JudgeParts): Judge => {
  return (line, now) => {
    // An array's brackets belong to the line, and its elements are read alone; they stand in it one behind the other.
    let behind = 0;
    return readBody(line).map((received) => {
      const at = line.indexOf(received.text, behind);
      if (at >= 0) behind = at + received.text.length;
      return judgeOne(received, Math.max(0, at), now, parts);
    });
  };
};

const judgeOne = (
  { text, read }: ReceivedText,
  at: number,
  now: number,
  { readEvent, trust, sender }: JudgeParts,
): Judged => {
  if ("reason" in read)
    return { refusal: read, ...(read.reason === "json.malformed" && { column: at + faultIn(text) + 1 }) };
  const event = readEvent(read.value, now);
  if ("reason" in event) return { refusal: { reason: event.reason, detail: event.detail } };
  if (!canBeWritten(read.value, event.neverStore)) return { refusal: TOO_DEEP };
  const learner = identify(sender, event.data, event.schema, trust);
  if ("reason" in learner) return { refusal: { reason: learner.reason, detail: learner.detail } };
  const { time, untimed } = event;
  const by = sender !== undefined && "subject" in sender ? sender : {};
  const id = untimed ? {} : { id: idOf(text, event, by, NO_PLACE) };
  return { text, source: event.schema.source, time, untimed, ...id };
};

/** An event with secrets is written again without them, which goes as deep as the stack. */
const canBeWritten = (value: unknown, neverStore: readonly (readonly string[])[]): boolean => {
  if (neverStore.length === 0) return true;
  try {
    return JSON.stringify(withoutPaths(value, neverStore)) !== undefined;
  } catch {
    return false;
  }
};

const TOO_DEEP = refuse("size.exceeded", "The event is nested too deeply.");

/** Only of events without a time, the id depends on where they were found. */
const NO_PLACE = ["", 0] as const;
