import { S3Client } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from "@aws-sdk/client-sqs";
import type { EditableBucket } from "../archive/layout.ts";
import { readSecretReference } from "../endpoint/secret.ts";
import { parseJson } from "../event/json.ts";
import type { ImportMessage, QueueAnswer } from "../imports/message.ts";
import { s3Bucket } from "./bucket.ts";
import { isPassing, queueDepth, sendMessages, sendTogether } from "./queue.ts";
import { secretText } from "./secrets.ts";

/** Where AWS is, and as whom it is spoken to: as the environment says, but for what is given. */
export interface Place {
  readonly region: string;
  /** The stage: `$stage` stands for it in references to secrets. */
  readonly stage: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
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
  /** A secret's value: `ssm:/path` or `secretsmanager:name`; undefined where there is no such parameter. */
  secret(reference: string): Promise<string | undefined>;
  close(): void;
}

export const accountAt = (place: Place): Account => {
  const { addresses } = place;
  const queues = clientConfig(place, addresses?.aws);
  const s3 = new S3Client(queues);
  const sqs = new SQSClient(queues);
  const urls = new Map<string, Promise<string | undefined>>();
  const queueUrl = (name: string): Promise<string | undefined> => {
    const known = urls.get(name) ?? askUrl(sqs, name);
    urls.set(name, known);
    return known;
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
    secret: async (reference) => {
      const { store, name } = readSecretReference(reference, place.stage);
      const config = clientConfig(place, addresses?.parameters);
      const value = await (store === "ssm" ? parameter(config, name) : managedSecret(config, name));
      return value === undefined ? undefined : asFunctionsRead(value);
    },
    close: () => {
      s3.destroy();
      sqs.destroy();
    },
  };
};

/** The name that CloudFormation gave a resource of a stack. */
export const nameInStack = async (
  place: Place,
  stack: string,
  logicalId: string,
): Promise<string | undefined> => {
  // Seldom needed and slow to load, as the others below.
  const { CloudFormationClient, DescribeStackResourceCommand } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const client = new CloudFormationClient(clientConfig(place, place.addresses?.aws));
  const command = new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId });
  const { StackResourceDetail } = await client.send(command);
  client.destroy();
  return StackResourceDetail?.PhysicalResourceId;
};

interface ClientConfig {
  readonly region: string;
  readonly credentials?: NonNullable<Place["credentials"]>;
  readonly endpoint?: string;
}

const clientConfig = ({ region, credentials }: Place, endpoint: string | undefined): ClientConfig => ({
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

/** A value that is JSON is parsed by the functions' middleware: a text in quotes is the text without them. */
const asFunctionsRead = (value: string): string => {
  const read = /^["{[]/.test(value) ? parseJson(value) : undefined;
  return read !== undefined && "value" in read ? secretText(read.value) : value;
};

const parameter = async (config: ClientConfig, name: string): Promise<string | undefined> => {
  const { GetParametersCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(config);
  const { Parameters = [] } = await client.send(
    new GetParametersCommand({ Names: [name], WithDecryption: true }),
  );
  client.destroy();
  return Parameters[0]?.Value;
};

const managedSecret = async (config: ClientConfig, name: string): Promise<string | undefined> => {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient(config);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  client.destroy();
  return SecretString;
};
