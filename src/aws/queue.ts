import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeliveryQueue, Hidden } from "../delivery/give-back.ts";

/** SQS takes at most ten messages and 1 MiB in one request. */
const MOST = 10;
const LARGEST = 1024 * 1024;

/** Requests under way at once, for one queue. */
const AT_ONCE = 8;

/**
 * Sends message bodies to a queue in as few requests as SQS allows, several at once. Tells for each whether the
 * queue has it; a request that fails fails its messages only. `delay`: after so many seconds they can be received.
 */
export const sendMessages = async (
  client: SQSClient,
  queue: string,
  bodies: readonly string[],
  delay = 0,
): Promise<readonly boolean[]> => {
  const sent = bodies.map(() => false);
  const open = batches(bodies);
  const worker = async (): Promise<void> => {
    for (let batch = open.pop(); batch !== undefined; batch = open.pop()) {
      for (const at of await sendBatch(client, queue, bodies, batch, delay)) sent[at] = true;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return sent;
};

const sendBatch = async (
  client: SQSClient,
  queue: string,
  bodies: readonly string[],
  batch: readonly number[],
  delay: number,
): Promise<readonly number[]> => {
  const entries = batch.map((at) => ({
    Id: String(at),
    MessageBody: bodies[at] ?? "",
    ...(delay > 0 && { DelaySeconds: delay }),
  }));
  try {
    const { Successful = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queue, Entries: entries }),
    );
    return Successful.map(({ Id }) => Number(Id));
  } catch (error) {
    console.error({ message: "A queue did not take a batch.", queue, error: nameOf(error) });
    return [];
  }
};

const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

/** About how many messages a queue holds: those to be received, those that somebody has, and those that are delayed. */
export const queueDepth = async (client: SQSClient, queue: string): Promise<number> => {
  const command = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...COUNTS] });
  const { Attributes = {} } = await client.send(command);
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
};

/** An endpoint's queue, as delivering sees it. */
export const deliveryQueue = (client: SQSClient, queue: string): DeliveryQueue => ({
  send: (bodies, delay) => sendMessages(client, queue, bodies, delay),
  hide: async (messages) => {
    for (let at = 0; at < messages.length; at += MOST)
      await hideBatch(client, queue, messages.slice(at, at + MOST));
  },
});

const hideBatch = async (client: SQSClient, queue: string, messages: readonly Hidden[]): Promise<void> => {
  const entries = messages.map(({ receipt, seconds }, at) => ({
    Id: String(at),
    ReceiptHandle: receipt,
    VisibilityTimeout: seconds,
  }));
  try {
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue, Entries: entries }));
  } catch (error) {
    console.error({ message: "A queue did not hide what waits.", queue, error: nameOf(error) });
  }
};

/** An error's message could quote what was sent; its name says enough. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "unknown");

const batches = (bodies: readonly string[]): number[][] => {
  const all: number[][] = [];
  let inside: number[] = [];
  let size = 0;
  for (const [at, body] of bodies.entries()) {
    const bytes = Buffer.byteLength(body);
    if (inside.length > 0 && (inside.length >= MOST || size + bytes > LARGEST)) {
      all.push(inside);
      inside = [];
      size = 0;
    }
    inside.push(at);
    size += bytes;
  }
  if (inside.length > 0) all.push(inside);
  return all;
};
