import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

export interface MappingOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** The function: gets `{ Records }`, answers `{ batchItemFailures }`. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** The most messages of a batch. */
  readonly batchSize: number;
  /** How long messages are gathered, in milliseconds. */
  readonly window: number;
  /** How many batches may be under way at once. */
  readonly concurrency: number;
  /** Called between the function's answer and the acknowledgement: where tests end the world. */
  readonly beforeAcknowledge?: () => Promise<void>;
}

/**
 * Polls a queue and invokes a function, as Lambda's event source mapping for SQS does with ReportBatchItemFailures:
 * what the function does not report as failed is deleted; all else comes again when its visibility timeout is over,
 * and ends in the dead-letter queue after too many receives.
 */
export const mapQueue = (options: MappingOptions): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const pollers = Array.from({ length: options.concurrency }, () => poll(options, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(pollers);
    },
  };
};

const poll = async (options: MappingOptions, stopping: AbortSignal): Promise<void> => {
  while (!stopping.aborted) {
    const batch = await gather(options, stopping);
    if (batch.length === 0) continue;
    const failed = await invoke(batch, options);
    await options.beforeAcknowledge?.();
    await acknowledge(
      batch.filter(({ MessageId }) => !failed.has(MessageId ?? "")),
      options,
    );
  }
};

/** Receives until the batch is full or the window, which opens with the first message, is over. */
const gather = async (options: MappingOptions, stopping: AbortSignal): Promise<readonly Message[]> => {
  const batch: Message[] = [];
  let end = Number.POSITIVE_INFINITY;
  while (batch.length < options.batchSize && Date.now() < end && !stopping.aborted) {
    const received = await receive(
      options,
      Math.min(10, options.batchSize - batch.length),
      batch.length === 0,
      stopping,
    );
    if (batch.length === 0 && received.length > 0) end = Date.now() + options.window;
    batch.push(...received);
    if (batch.length > 0 && received.length === 0) await pause(Math.min(20, end - Date.now()));
  }
  return batch;
};

const receive = async (
  { sqs, queueUrl }: MappingOptions,
  most: number,
  wait: boolean,
  stopping: AbortSignal,
): Promise<readonly Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: most,
    WaitTimeSeconds: wait ? 1 : 0,
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  try {
    return (await sqs.send(command, { abortSignal: stopping })).Messages ?? [];
  } catch (error) {
    if (stopping.aborted) return [];
    throw error;
  }
};

/** The ids of the messages that come again. A function that throws, or names a message it never got, fails them all. */
const invoke = async (batch: readonly Message[], options: MappingOptions): Promise<ReadonlySet<string>> => {
  const ids = new Set(batch.map(({ MessageId }) => MessageId ?? ""));
  try {
    const answer = (await options.invoke({ Records: batch.map(asRecord) })) as BatchAnswer;
    const failed = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    return failed.some((id) => !ids.has(id)) ? ids : new Set(failed);
  } catch {
    return ids;
  }
};

type BatchAnswer =
  | { readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[] }
  | undefined;

const acknowledge = async (
  messages: readonly Message[],
  { sqs, queueUrl }: MappingOptions,
): Promise<void> => {
  for (let at = 0; at < messages.length; at += 10) {
    const entries = messages
      .slice(at, at + 10)
      .map(({ ReceiptHandle }, id) => ({ Id: String(id), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
  }
};

/** A message as Lambda hands it over: the same facts under other names. */
const asRecord = (message: Message): unknown => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue, DataType }]) => [
      name,
      { stringValue: StringValue, dataType: DataType, stringListValues: [], binaryListValues: [] },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: "aws:sqs",
});

const pause = (milliseconds: number): Promise<void> =>
  new Promise((over) => setTimeout(over, Math.max(0, milliseconds)));
