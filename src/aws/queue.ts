import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** SQS takes at most ten messages and 1 MiB in one request. */
const MOST = 10;
const LARGEST = 1024 * 1024;

/** Requests under way at once, for one queue. */
const AT_ONCE = 8;

/**
 * Sends message bodies to a queue in as few requests as SQS allows, several at once. Tells for each whether the
 * queue has it; a request that fails fails its messages only.
 */
export const sendMessages = async (
  client: SQSClient,
  queue: string,
  bodies: readonly string[],
): Promise<readonly boolean[]> => {
  const sent = bodies.map(() => false);
  const open = batches(bodies);
  const worker = async (): Promise<void> => {
    for (let batch = open.pop(); batch !== undefined; batch = open.pop()) {
      for (const at of await sendBatch(client, queue, bodies, batch)) sent[at] = true;
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
): Promise<readonly number[]> => {
  const entries = batch.map((at) => ({ Id: String(at), MessageBody: bodies[at] ?? "" }));
  try {
    const { Successful = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queue, Entries: entries }),
    );
    return Successful.map(({ Id }) => Number(Id));
  } catch (error) {
    // The error's message could quote what was sent; its name says enough.
    console.error({
      message: "A queue did not take a batch.",
      queue,
      error: error instanceof Error ? error.name : "unknown",
    });
    return [];
  }
};

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
