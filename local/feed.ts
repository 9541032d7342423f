import { open } from "node:fs/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { sendTogether } from "../src/aws/queue.ts";
import type { ReadEvent } from "../src/event/catalog.ts";
import type { EventId } from "../src/event/id.ts";
import { type ReceivedText, readBody } from "../src/event/message.ts";
import {
  attributeBytes,
  type ImportMessage,
  LARGEST,
  MOST_MESSAGES,
  type QueueAnswer,
} from "../src/imports/message.ts";
import { idOf } from "../src/intake-event.ts";
import { LEARNER_CONTEXT } from "../src/learner/sender.ts";
import type { LocalHub } from "./hub.ts";

/** What was put into the events queue. */
export interface Fed {
  readonly messages: number;
  /** The ids of the events in these: the same text of the same sender is the same event. */
  readonly events: ReadonlySet<EventId>;
  /** Lines that no queue takes, and so no sender could send either. */
  readonly refused: readonly RefusedLine[];
}

export interface RefusedLine {
  /** From 1. */
  readonly line: number;
  readonly why: string;
}

/** What SQS's codes mean, as far as a line is to blame for them. */
const WHY: Readonly<Record<string, string>> = {
  InvalidMessageContents:
    "it holds characters that the embedded queue does not take: control characters, or, unescaped, those beyond U+FFFF",
};

/** A line on its way into the queue, and the events in it. */
interface Entry {
  readonly line: number;
  /** Their ids, once the queue has told the message's. */
  readonly events: (message: string) => readonly EventId[];
  readonly bytes: number;
  readonly message: ImportMessage;
}

/**
 * Puts the lines of an NDJSON file into the events queue, a message each, signed by the hub, until `stopping`. Throws
 * where the file cannot be read.
 */
export const feed = async (
  file: string,
  sqs: SQSClient,
  queueUrl: string,
  hub: LocalHub,
  readEvent: ReadEvent,
  stopping?: AbortSignal,
): Promise<Fed> => {
  const events = new Set<EventId>();
  const refused: RefusedLine[] = [];
  let messages = 0;
  let batch: Entry[] = [];
  let size = 0;
  const send = async (): Promise<void> => {
    const entries = batch.map(({ message }) => message);
    const answers = batch.length === 0 ? [] : await sendTogether(sqs, queueUrl, entries);
    for (const [at, entry] of batch.entries()) {
      const answer: QueueAnswer = answers[at] ?? { code: "no answer", again: true };
      if ("code" in answer)
        refused.push({
          line: entry.line,
          why: WHY[answer.code] ?? `the queue did not take it (${answer.code})`,
        });
      else {
        messages++;
        for (const event of entry.events(answer.message)) events.add(event);
      }
    }
    batch = [];
    size = 0;
  };
  const handle = await open(file);
  try {
    let number = 0;
    for await (const line of handle.readLines()) {
      if (stopping?.aborted) break;
      number++;
      if (line.trim() === "") continue;
      const entry = await asEntry(line, number, hub, readEvent);
      if (entry.bytes > LARGEST) {
        refused.push({ line: number, why: "it is larger than a message of the queue may be (1 MiB)" });
        continue;
      }
      if (batch.length === MOST_MESSAGES || size + entry.bytes > LARGEST) await send();
      batch.push(entry);
      size += entry.bytes;
    }
    await send();
  } finally {
    await handle.close();
  }
  return { messages, events, refused };
};

const asEntry = async (text: string, line: number, hub: LocalHub, readEvent: ReadEvent): Promise<Entry> => {
  const received = readBody(text);
  const [first] = received.length === 1 ? received : [];
  const value = parsedValue(first);
  const nobody = readEvent(value, Date.now()).schema?.anonymous;
  const { token, subject } = await hub.sign(value, nobody);
  const attributes = { [LEARNER_CONTEXT]: token };
  return {
    line,
    events: (message) =>
      received.map(({ text, read }, position) =>
        idOf(text, "value" in read ? readEvent(read.value, Date.now()) : undefined, { subject }, [
          message,
          position,
        ]),
      ),
    bytes: Buffer.byteLength(text) + attributeBytes(attributes),
    message: { body: text, attributes },
  };
};

const parsedValue = (received: ReceivedText | undefined): unknown =>
  received !== undefined && "value" in received.read ? received.read.value : undefined;
