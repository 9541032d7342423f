import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { deadLetters } from "./names.ts";

/** SQS and S3 on this machine, whoever plays them. */
export interface LocalAws {
  readonly address: string;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  /** Where the objects of a bucket lie: a folder, where they are files. */
  folderOf(bucket: string): string;
  queueUrl(name: string): string;
  /** Makes a queue if there is none of that name; messages go to its dead-letter queue after `tries` receives. */
  makeQueue(name: string, attributes: QueueAttributes): void | Promise<void>;
  makeBucket(name: string): void | Promise<void>;
  stop(): Promise<void>;
}

/** What is made in these is there at once. */
export interface EmbeddedAws extends LocalAws {
  makeQueue(name: string, attributes: QueueAttributes): void;
  makeBucket(name: string): void;
}

export interface QueueAttributes {
  /** How long a received message stays hidden before it comes again, in seconds. */
  readonly visibility: number;
  readonly tries: number;
}

/** Anything is accepted: nothing but this process can reach it. */
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const region = "us-east-1";
const account = "000000000000";

/** SQS and S3, embedded: they keep their state in a folder, and speak on 127.0.0.1 only. */
export const startAws = async (folder: string): Promise<EmbeddedAws> => {
  const dataDir = join(folder, "queues");
  const s3StorageDir = join(folder, "s3");
  await mkdir(dataDir, { recursive: true });
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, dataDir, s3StorageDir });
  const client = { region, credentials, endpoint: server.address };
  const sqs = new SQSClient(client);
  const s3 = new S3Client(client);
  // Making a queue that exists would empty it.
  const make = (name: string, attributes: Record<string, string>): void => {
    if (server.inspectQueue(name) === undefined) server.createQueue(name, { attributes });
  };
  return {
    address: server.address,
    sqs,
    s3,
    folderOf: (bucket) => join(s3StorageDir, "buckets", bucket, "objects"),
    queueUrl: (name) => `${server.address}/${account}/${name}`,
    makeQueue: (name, { visibility, tries }) => {
      make(deadLetters(name), {});
      const target = `arn:aws:sqs:${region}:${account}:${deadLetters(name)}`;
      make(name, {
        VisibilityTimeout: String(visibility),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: target, maxReceiveCount: String(tries) }),
      });
    },
    makeBucket: (name) => {
      server.createBucket(name);
    },
    stop: async () => {
      sqs.destroy();
      s3.destroy();
      await server.stop();
    },
  };
};

/** The variables by which the SDK in a function finds these services instead of AWS. */
export const awsVariables = (address: string, parameters: string): Readonly<Record<string, string>> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL_S3: address,
  AWS_ENDPOINT_URL_SQS: address,
  AWS_ENDPOINT_URL_SSM: parameters,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: parameters,
});
