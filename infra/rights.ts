import { JOBS } from "../src/archive/job.ts";
import { prefixOf } from "../src/archive/layout.ts";
import { readSecretReference, type SecretStore } from "../src/endpoint/secret.ts";
import { ERASURES } from "../src/erasure/job.ts";
import { DATA_KEY_ARN, through } from "./key.ts";
import { BUCKET, deliverTo, logGroupId, queueId, STAGE_NAME } from "./names.ts";
import { getAtt, type Statement, sub } from "./template.ts";

/** What a function may do: each statement with exact actions, on exact resources. */

/** What Lambda itself needs to read a queue: the actions of AWS's own AWSLambdaSQSQueueExecutionRole. */
export const receiveFrom = (functionName: string): Statement => ({
  Sid: "Receive",
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: [getAtt(queueId(functionName), "Arn")],
});

/** To the queues of these functions. SendMessageBatch is allowed by the action of SendMessage. */
export const sendTo = (functionNames: readonly string[]): Statement => ({
  Sid: "Send",
  Action: ["sqs:SendMessage"],
  Resource: functionNames.map((each) => getAtt(queueId(each), "Arn")),
});

export const putBelow = (prefixes: readonly string[]): Statement => ({
  Sid: "Archive",
  Action: ["s3:PutObject"],
  Resource: prefixes.map((prefix) => sub(`\${${BUCKET}.Arn}/${prefix}*`)),
});

export const read = (prefixes: readonly string[]): Statement => ({
  Sid: "Read",
  Action: ["s3:GetObject"],
  Resource: prefixes.map((prefix) => sub(`\${${BUCKET}.Arn}/${prefix}*`)),
});

/**
 * Without it, S3 says that an object which does not exist is forbidden (403) and not that it is missing (404):
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. A request for an object names no prefix, so that
 * the condition must let pass what names none; keys alone tell nothing of anybody to whom lacks the site's key.
 */
export const list = (prefixes: readonly string[]): Statement => ({
  Sid: "List",
  Action: ["s3:ListBucket"],
  Resource: [getAtt(BUCKET, "Arn")],
  Condition: { StringLikeIfExists: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
});

/** Where compactions keep how far they have come. */
export const COMPACTIONS = `${JOBS}compaction-`;

/** The records of erasures, which are called by 32 digits; what learners ask for, by name, is not among them. */
export const readErasures: Statement = {
  Sid: "Erasures",
  Action: ["s3:GetObject"],
  Resource: [sub(`\${${BUCKET}.Arn}/${ERASURES}${"?".repeat(32)}.json`)],
};

/**
 * What is deleted can be had back until its versions expire. For good go only tables that count for nothing, and records
 * of what is done with.
 */
export const discard = (prefixes: readonly string[]): readonly Statement[] => [
  {
    Sid: "Discard",
    Action: ["s3:DeleteObject"],
    Resource: prefixes.map((prefix) => sub(`\${${BUCKET}.Arn}/${prefix}*`)),
  },
  {
    Sid: "Remove",
    Action: ["s3:DeleteObjectVersion"],
    Resource: [
      sub(`\${${BUCKET}.Arn}/${prefixOf("raw")}*.parquet`),
      sub(`\${${BUCKET}.Arn}/${COMPACTIONS}*`),
    ],
  },
  {
    Sid: "Versions",
    Action: ["s3:ListBucketVersions"],
    Resource: [getAtt(BUCKET, "Arn")],
    Condition: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
  },
];

/** What must wait stays hidden in the endpoint's own queue for as long as it has to, or goes back into it in part. */
export const postpone = (endpoint: string): Statement => ({
  Sid: "Postpone",
  Action: ["sqs:ChangeMessageVisibility", "sqs:SendMessage"],
  Resource: [getAtt(queueId(deliverTo(endpoint)), "Arn")],
});

/** `secrets` are references as the files have them. */
export const readSecrets = (secrets: readonly string[]): readonly Statement[] => {
  const arns = (store: SecretStore, arnOf: (name: string) => string) =>
    [...new Set(secrets)]
      .map((reference) => readSecretReference(reference, STAGE_NAME))
      .filter((each) => each.store === store)
      .map(({ name }) =>
        sub(`arn:\${AWS::Partition}:${store}:\${AWS::Region}:\${AWS::AccountId}:${arnOf(name)}`),
      );
  return [
    {
      Sid: "Parameters",
      Action: ["ssm:GetParameters"],
      Resource: arns("ssm", (name) => `parameter${name}`),
    },
    {
      Sid: "Secrets",
      Action: ["secretsmanager:GetSecretValue"],
      // Secrets Manager itself adds a hyphen and six characters to a secret's name.
      Resource: arns("secretsmanager", (name) => `secret:${name}-??????`),
    },
  ];
};

/** A log group's ARN ends in `:*`, which stands for its streams. */
export const writeLogs = (functionName: string): Statement => ({
  Sid: "Log",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: [getAtt(logGroupId(functionName), "Arn")],
});

/** AWS knows no resources for these: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html */
export const writeTraces: Statement = {
  Sid: "Trace",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: ["*"],
};

/**
 * What a role may do with the stage's key follows from what else it may do, and is for that only. A request to a queue or
 * a bucket needs the right to the key as well as its own: what a role may have decrypted is what it may receive or read
 * anyway. Sending decrypts, too, as SQS tries each new data key; putting an object does not:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html. No condition names the queue or the
 * object (`kms:EncryptionContext`): what SQS tells KMS is not documented, least of all for messages that were dead letters,
 * and S3 tells the bucket or the object, by how that was written.
 */
export const useKey = (statements: readonly Statement[]): readonly Statement[] => {
  const may = (action: string): boolean => statements.some(({ Action }) => Action.includes(action));
  const [sends, receives] = [may("sqs:SendMessage"), may("sqs:ReceiveMessage")];
  const [puts, reads] = [may("s3:PutObject"), may("s3:GetObject")];
  const use = (Sid: string, service: "sqs" | "s3", encrypts: boolean, decrypts: boolean) => ({
    Sid,
    Action: [...(encrypts ? ["kms:GenerateDataKey"] : []), ...(decrypts ? ["kms:Decrypt"] : [])],
    Resource: [DATA_KEY_ARN],
    Condition: through(service),
  });
  return [use("QueueKey", "sqs", sends, sends || receives), use("ArchiveKey", "s3", puts, reads)].filter(
    ({ Action }) => Action.length > 0,
  );
};
