import { S3Client } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from "@aws-sdk/client-sqs";
import type { EditableBucket } from "../archive/layout.ts";
import type { Credentials } from "../deploying/credentials.ts";
import type { ImportMessage, QueueAnswer } from "../imports/message.ts";
import { s3Bucket } from "./bucket.ts";
import { clockOf } from "./clock.ts";
import { isPassing, queueDepth, sendMessages, sendTogether } from "./queue.ts";
import { readOne, readStored, type Stored } from "./stored.ts";

/** Where AWS is, and as whom it is spoken to: as the environment says, but for what is given. */
export interface Place {
  readonly region: string;
  /** The stage: `$stage` stands for it in references to secrets. */
  readonly stage: string;
  readonly credentials?: Credentials;
  /** Where an embedded AWS is. */
  readonly addresses?: { readonly aws: string; readonly parameters: string };
}

/** What the administrator's command does in AWS. Every method throws the SDK's error where AWS does not do it. */
export interface Account {
  bucket(name: string): EditableBucket;
  /** A queue's address; undefined where there is no queue of that name. */
  queueUrl(name: string): Promise<string | undefined>;
  /** How many messages a queue holds, whatever their state; none where there is no such queue. */
  depth(name: string): Promise<number>;
  /** Sends message bodies to a queue; tells for each whether the queue has it. */
  send(url: string, bodies: readonly string[]): Promise<readonly boolean[]>;
  /** Sends messages with attributes in one request; where AWS is busy or away, another try may go well for all. */
  sendTogether(url: string, messages: readonly ImportMessage[]): Promise<readonly QueueAnswer[]>;
  /** A secret's value: `ssm:/path` or `secretsmanager:name`; undefined where there is no such parameter. Throws NotPlain. */
  secret(reference: string): Promise<string | undefined>;
  /** What there is of many secrets, in few requests; nothing of those that are not there. */
  secrets(references: readonly string[]): Promise<ReadonlyMap<string, Stored>>;
  /** By how much AWS's clock was ahead of this machine's when a queue was last asked, in milliseconds; undefined before. */
  clockAhead(): number | undefined;
  close(): void;
}

export const accountAt = (place: Place): Account => {
  const { addresses } = place;
  const patient = { ...clientConfig(place, addresses?.aws), requestHandler: PATIENCE };
  const s3 = new S3Client(patient);
  // Where an endpoint is configured, queues are there, whatever host their addresses name.
  const sqs = new SQSClient({ ...patient, useQueueUrlAsEndpoint: false });
  const clockAhead = clockOf(sqs);
  const urls = new Map<string, Promise<string | undefined>>();
  const queueUrl = async (name: string): Promise<string | undefined> => {
    const asked = urls.get(name) ?? askUrl(sqs, name);
    urls.set(name, asked);
    let url: string | undefined;
    try {
      url = await asked;
      return url;
    } finally {
      // A queue may be made later, and AWS may answer the next time.
      if (url === undefined && urls.get(name) === asked) urls.delete(name);
    }
  };
  return {
    bucket: (name) => s3Bucket(s3, name),
    queueUrl,
    depth: async (name) => {
      const url = await queueUrl(name);
      return url === undefined ? 0 : queueDepth(sqs, url);
    },
    send: (url, bodies) => sendMessages(sqs, url, bodies),
    sendTogether: (url, messages) =>
      sendTogether(sqs, url, messages).catch((error: unknown) => {
        if (!isPassing(error)) throw error;
        return messages.map(() => ({ code: error.name, again: true }));
      }),
    secret: (reference) => readOne(clientConfig(place, addresses?.parameters), reference, place.stage),
    secrets: (references) => readStored(clientConfig(place, addresses?.parameters), references, place.stage),
    clockAhead,
    close: () => {
      s3.destroy();
      sqs.destroy();
    },
  };
};

/** Where nothing comes of a connection for so long, in milliseconds, AWS is not there; the SDK tries it again. */
const PATIENCE = { connectionTimeout: 5000, socketTimeout: 20_000 } as const;

/** The name that CloudFormation gave a resource of a stack. */
export const nameInStack = async (
  place: Place,
  stack: string,
  logicalId: string,
): Promise<string | undefined> => {
  // Seldom needed and slow to load.
  const { CloudFormationClient, DescribeStackResourceCommand } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const client = new CloudFormationClient(clientConfig(place, place.addresses?.aws));
  const command = new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId });
  const { StackResourceDetail } = await client.send(command);
  client.destroy();
  return StackResourceDetail?.PhysicalResourceId;
};

/** What a client needs to find AWS, and to be let in. */
export interface ClientConfig {
  readonly region: string;
  readonly credentials?: NonNullable<Place["credentials"]>;
  readonly endpoint?: string;
}

/** How a client finds AWS there. */
export const clientConfig = ({ region, credentials }: Place, endpoint: string | undefined): ClientConfig => ({
  region,
  ...(credentials !== undefined && { credentials }),
  ...(endpoint !== undefined && { endpoint }),
});

const askUrl = async (sqs: SQSClient, name: string): Promise<string | undefined> => {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
};
