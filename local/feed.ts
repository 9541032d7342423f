import { open } from "node:fs/promises";
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type EventId, eventId } from "../src/event/id.ts";
import { readBody } from "../src/event/message.ts";
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
  InvalidMessageContents: "it holds control characters, which a message of the queue may not",
};

/** A line on its way into the queue, and the events in it. */
interface Entry {
  readonly line: number;
  readonly events: readonly EventId[];
  readonly bytes: number;
  readonly message: Omit<SendMessageBatchRequestEntry, "Id">;
}

/** What SQS takes at most in one request: so many messages, and 1 MiB together with their attributes. */
const MOST = 10;
const LARGEST = 1024 * 1024;

/**
 * Puts the lines of an NDJSON file into the events queue, a message each, signed by the hub, until `stopping`. Throws
 * where the file cannot be read.
 */
export const feed = async (
  file: string,
  sqs: SQSClient,
  queueUrl: string,
  hub: LocalHub,
  stopping?: AbortSignal,
): Promise<Fed> => {
  const events = new Set<EventId>();
  const refused: RefusedLine[] = [];
  let messages = 0;
  let batch: Entry[] = [];
  let size = 0;
  const send = async (): Promise<void> => {
    const answers =
      batch.length === 0 ? new Map<string | undefined, string>() : await sendAll(batch, sqs, queueUrl);
    for (const [at, entry] of batch.entries()) {
      const why = answers.get(String(at));
      if (why !== undefined)
        refused.push({ line: entry.line, why: WHY[why] ?? `the queue did not take it (${why})` });
      else {
        messages++;
        for (const event of entry.events) events.add(event);
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
      const entry = await asEntry(line, number, hub);
      if (entry.bytes > LARGEST) {
        refused.push({ line: number, why: "it is larger than a message of the queue may be (1 MiB)" });
        continue;
      }
      if (batch.length === MOST || size + entry.bytes > LARGEST) await send();
      batch.push(entry);
      size += entry.bytes;
    }
    await send();
  } finally {
    await handle.close();
  }
  return { messages, events, refused };
};

const asEntry = async (text: string, line: number, hub: LocalHub): Promise<Entry> => {
  const received = readBody(text);
  const { token, subject } = await hub.sign(received.length === 1 ? parsedValue(received[0]) : undefined);
  return {
    line,
    events: received.map((each) => eventId(each.text, subject, undefined)),
    bytes: Buffer.byteLength(text) + LEARNER_CONTEXT.length + "String".length + token.length,
    message: {
      MessageBody: text,
      MessageAttributes: { [LEARNER_CONTEXT]: { DataType: "String", StringValue: token } },
    },
  };
};

/** Sends a batch; gives the codes of what the queue did not take, by their positions. */
const sendAll = async (
  batch: readonly Entry[],
  sqs: SQSClient,
  queueUrl: string,
): Promise<ReadonlyMap<string | undefined, string>> => {
  const entries = batch.map(({ message }, at) => ({ Id: String(at), ...message }));
  const { Failed = [] } = await sqs.send(
    new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
  );
  return new Map(Failed.map(({ Id, Code }) => [Id, Code ?? "no reason given"]));
};

const parsedValue = (received: ReturnType<typeof readBody>[number] | undefined): unknown =>
  received !== undefined && "value" in received.read ? received.read.value : undefined;
