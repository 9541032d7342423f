import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { LocalAws } from "../../../local/aws.ts";
import { deadLetters } from "../../../local/names.ts";

/** Where an SQS and S3 are that others play, in a process of their own. */
export interface Place {
  readonly address: string;
  /** The account that queues are in. */
  readonly account: string;
}

const region = "us-east-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** An SQS and S3 that are there already. To stop it leaves them there, and what they hold. */
export const reachAws = ({ address, account }: Place): LocalAws => {
  const client = { region, credentials, endpoint: address };
  const sqs = new SQSClient(client);
  const s3 = new S3Client(client);
  const make = async (name: string, attributes: Record<string, string>): Promise<void> => {
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  };
  return {
    address,
    sqs,
    s3,
    folderOf: (bucket) => `${address}/${bucket}`,
    queueUrl: (name) => `${address}/${account}/${name}`,
    makeQueue: async (name, { visibility, tries }) => {
      await make(deadLetters(name), {});
      await make(name, {
        VisibilityTimeout: String(visibility),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:${region}:${account}:${deadLetters(name)}`,
          maxReceiveCount: String(tries),
        }),
      });
    },
    makeBucket: async (name) => {
      try {
        await s3.send(new CreateBucketCommand({ Bucket: name }));
      } catch (error) {
        if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
      }
    },
    stop: async () => {
      sqs.destroy();
      s3.destroy();
    },
  };
};
