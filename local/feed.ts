import { open } from "node:fs/promises";
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { readBody } from "../src/event/message.ts";
import { LEARNER_CONTEXT } from "../src/learner/sender.ts";
import type { LocalHub } from "./hub.ts";

/** What was put into the events queue. */
export interface Fed {
  readonly messages: number;
  /** How many different events these hold: the same text of the same sender is the same event. */
  readonly events: number;
}

/**
 * Puts the lines of an NDJSON file into the events queue, a message each, signed by the hub. Throws where the file
 * cannot be read or the queue does not take a message.
 */
export const feed = async (file: string, sqs: SQSClient, queueUrl: string, hub: LocalHub): Promise<Fed> => {
  const events = new Set<string>();
  let messages = 0;
  let batch: SendMessageBatchRequestEntry[] = [];
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch }),
    );
    if (Failed.length > 0)
      throw new Error(`The queue did not take ${Failed.length} message(s): ${Failed[0]?.Code}.`);
    batch = [];
  };
  const handle = await open(file);
  try {
    for await (const line of handle.readLines()) {
      if (line === "") continue;
      const received = readBody(line);
      const { token, subject } = await hub.sign(received.length === 1 ? parsedValue(received[0]) : undefined);
      for (const { text } of received) events.add(`${subject}\n${text}`);
      const attribute = { DataType: "String", StringValue: token };
      // One by one where a line is large: a batch is at most 1 MiB as a whole.
      if (line.length > 50_000) await send();
      batch.push({
        Id: String(batch.length),
        MessageBody: line,
        MessageAttributes: { [LEARNER_CONTEXT]: attribute },
      });
      if (batch.length === 10 || line.length > 50_000) await send();
      messages++;
    }
    await send();
  } finally {
    await handle.close();
  }
  return { messages, events: events.size };
};

const parsedValue = (received: ReturnType<typeof readBody>[number] | undefined): unknown =>
  received !== undefined && "value" in received.read ? received.read.value : undefined;
