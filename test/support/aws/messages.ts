import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { LocalAws } from "../../../local/aws.ts";

/** A queue of a test's own. */
export interface TestQueue {
  readonly url: string;
  /** What can be received now, ten at most. */
  receive(): Promise<readonly Message[]>;
  /** Waits for so many messages, and gives them as they come. */
  wait(count: number): Promise<readonly Message[]>;
  send(body: string): Promise<void>;
  delete(message: Message): Promise<void>;
}

/** How long is waited for a message, in milliseconds. */
const PATIENCE = 30_000;

export const testQueue = ({ sqs, queueUrl }: LocalAws, name: string): TestQueue => {
  const QueueUrl = queueUrl(name);
  const receive = async (WaitTimeSeconds = 0): Promise<readonly Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return (await sqs.send(command)).Messages ?? [];
  };
  return {
    url: QueueUrl,
    receive: () => receive(),
    wait: async (count) => {
      const end = Date.now() + PATIENCE;
      const got: Message[] = [];
      while (got.length < count) {
        if (Date.now() > end) throw new Error(`${got.length} of ${count} messages came.`);
        got.push(...(await receive(1)));
      }
      return got;
    },
    send: async (MessageBody) => {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    delete: async ({ ReceiptHandle }) => {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
  };
};

export interface NewQueue extends TestQueue {
  readonly name: string;
}

let made = 0;

/** Makes a queue that no other test uses; a message comes again after so many seconds. */
export const makeQueue = async (aws: LocalAws, visibility: number, tries = 100): Promise<NewQueue> => {
  const name = `queue-${made++}`;
  await aws.makeQueue(name, { visibility, tries });
  return { name, ...testQueue(aws, name) };
};

/** A message's attributes, as texts. */
export const attributesOf = ({ MessageAttributes = {} }: Message): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue = "" }]) => [name, StringValue]),
  );
