import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeliveryQueue, Hidden } from "../delivery/give-back.ts";
import { REQUEST } from "../delivery/request.ts";
import type { ImportMessage, QueueAnswer } from "../imports/message.ts";

/** Requests under way at once, for one queue. */
const AT_ONCE = 4;

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

/**
 * Sends messages with attributes to a queue in one request, which must be within the limits of SQS; gives its answers in
 * their order. Throws the SDK's error where there is no answer.
 */
export const sendTogether = async (
  client: SQSClient,
  queue: string,
  messages: readonly ImportMessage[],
): Promise<readonly QueueAnswer[]> => {
  const entries = messages.map(({ body, attributes }, at) => ({
    Id: String(at),
    MessageBody: body,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
    ),
  }));
  const { Failed = [], Successful = [] } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: queue, Entries: entries }),
  );
  const taken = new Map(Successful.map(({ Id, MessageId }) => [Id, MessageId]));
  const refused = new Map(Failed.map((each) => [each.Id, each]));
  return messages.map((_, at) => {
    const message = taken.get(String(at));
    if (message !== undefined) return { message };
    const { Code = "no reason given", SenderFault = false } = refused.get(String(at)) ?? {};
    return { code: Code, again: !SenderFault };
  });
};

/** Whether what kept a request from being answered may pass: the network, or a service that is busy or broken. */
export const isPassing = (error: unknown): error is Error =>
  error instanceof Error &&
  (/Throttl|Timeout|RequestLimit|OverLimit/.test(error.name) ||
    ("$fault" in error && error.$fault === "server") ||
    ("code" in error && /^(E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(String(error.code))));

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
    for (let at = 0; at < messages.length; at += REQUEST.messages)
      await hideBatch(client, queue, messages.slice(at, at + REQUEST.messages));
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
    if (inside.length > 0 && (inside.length >= REQUEST.messages || size + bytes > REQUEST.bytes)) {
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
