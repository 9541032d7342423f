import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { embedApart } from "./apart.ts";
import type { QueueAttributes } from "./embedded.ts";
import { ACCOUNT, REGION } from "./names.ts";

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

/** Anything is accepted: nothing but this machine can reach it. */
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** SQS and S3, embedded: they keep their state in a folder, and speak on 127.0.0.1 only. */
export const startAws = async (folder: string): Promise<EmbeddedAws> => {
  // It takes its time to load, and a thread apart loads it for itself.
  const { embed } = await import("./embedded.ts");
  const { queues, objects } = await foldersIn(folder);
  return reached(await embed(queues, objects), objects);
};

/** The same in a thread of its own, so that whoever asks it has this one to themselves. */
export const startAwsApart = async (folder: string): Promise<LocalAws> => {
  const { queues, objects } = await foldersIn(folder);
  return reached(await embedApart(queues, objects), objects);
};

const foldersIn = async (folder: string) => {
  const queues = join(folder, "queues");
  await mkdir(queues, { recursive: true });
  return { queues, objects: join(folder, "s3") };
};

/** With clients of its own. */
const reached = <Server extends Pick<LocalAws, "address" | "makeQueue" | "makeBucket" | "stop">>(
  server: Server,
  objects: string,
) => {
  const client = { region: REGION, credentials, endpoint: server.address };
  const sqs = new SQSClient(client);
  const s3 = new S3Client(client);
  return {
    ...server,
    sqs,
    s3,
    folderOf: (bucket: string) => join(objects, "buckets", bucket, "objects"),
    queueUrl: (name: string) => `${server.address}/${ACCOUNT}/${name}`,
    stop: async () => {
      sqs.destroy();
      s3.destroy();
      await server.stop();
    },
  };
};

/** The variables by which the SDK in a function finds these services instead of AWS. */
export const awsVariables = (address: string, parameters: string): Readonly<Record<string, string>> => ({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL_S3: address,
  AWS_ENDPOINT_URL_SQS: address,
  AWS_ENDPOINT_URL_SSM: parameters,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: parameters,
});
