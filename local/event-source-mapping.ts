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
  /**
   * For how many milliseconds of an invocation the next batch is gathered already; by then, nothing that the function has
   * may come again. Without it, nothing is received while the function is busy.
   */
  readonly ahead?: number;
  /** Called between the function's answer and the acknowledgement: where tests end the world. */
  readonly beforeAcknowledge?: () => Promise<void>;
}

/** The most messages of one request, requests at once while there is more, and the most characters of a batch. */
const TOGETHER = 10;
const AT_ONCE = 5;
const LARGEST = 6_000_000;

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
  let former: Under | undefined;
  while (!stopping.aborted) {
    const batch = await gather(options, stopping, former);
    await former?.over;
    former = batch.length === 0 ? undefined : begin(batch, options);
  }
  await former?.over;
};

/** An invocation that is under way, and the acknowledgement after it. */
interface Under {
  readonly over: Promise<void>;
  isOver(): boolean;
  /** Whether the next batch may be gathered by now. */
  isOpen(): boolean;
}

const begin = (batch: readonly Message[], options: MappingOptions): Under => {
  const { ahead = 0 } = options;
  const end = Date.now() + ahead;
  let isOver = false;
  const over = handle(batch, options).finally(() => {
    isOver = true;
  });
  return { over, isOver: () => isOver, isOpen: () => isOver || Date.now() < end };
};

const handle = async (batch: readonly Message[], options: MappingOptions): Promise<void> => {
  const failed = await invoke(batch, options);
  await options.beforeAcknowledge?.();
  await acknowledge(
    batch.filter(({ MessageId }) => !failed.has(MessageId ?? "")),
    options,
  );
};

/**
 * Receives until the batch is full; or until the window, which opens with the first message, is over, and the function
 * is done with the former batch.
 */
const gather = async (
  options: MappingOptions,
  stopping: AbortSignal,
  former: Under | undefined,
): Promise<readonly Message[]> => {
  const batch: Message[] = [];
  let [end, size, isMore] = [Number.POSITIVE_INFINITY, 0, false];
  const isOpen = (): boolean => Date.now() < end || former?.isOver() === false;
  while (batch.length < options.batchSize && size < LARGEST && isOpen() && !stopping.aborted) {
    if (former?.isOpen() === false) {
      await former.over;
      continue;
    }
    const wanted = options.batchSize - batch.length;
    const requests = isMore ? Math.min(AT_ONCE, Math.ceil(wanted / TOGETHER)) : 1;
    const all = await Promise.all(
      Array.from({ length: requests }, (_, at) =>
        receive(options, Math.min(TOGETHER, wanted - at * TOGETHER), batch.length === 0, stopping),
      ),
    );
    const received = all.flat();
    if (batch.length === 0 && received.length > 0) end = Date.now() + options.window;
    batch.push(...received);
    size = received.reduce((sum, { Body = "" }) => sum + Body.length, size);
    isMore = received.length >= Math.min(wanted, requests * TOGETHER);
    if (batch.length > 0 && received.length === 0) await pause(Math.min(20, Math.max(1, end - Date.now())));
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
  const parts = Array.from({ length: Math.ceil(messages.length / TOGETHER) }, (_, at) =>
    messages.slice(at * TOGETHER, (at + 1) * TOGETHER),
  );
  const acknowledger = async (): Promise<void> => {
    for (let some = parts.pop(); some !== undefined; some = parts.pop()) {
      const entries = some.map(({ ReceiptHandle }, id) => ({ Id: String(id), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, acknowledger));
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
