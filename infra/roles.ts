import { JOBS } from "../src/archive/job.ts";
import { prefixOf } from "../src/archive/layout.ts";
import { CHOICES } from "../src/consent/store.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { readSecretReference, type SecretStore } from "../src/endpoint/secret.ts";
import { ERASURES, REQUESTED } from "../src/erasure/job.ts";
import { PARTS } from "../src/erasure/records.ts";
import { secretReferences, signingReferences } from "../src/secret-references.ts";
import type { Settings } from "../src/settings.ts";
import { hasIngest } from "./ingest.ts";
import {
  BUCKET,
  COMPACT,
  CONSENT,
  deliverTo,
  INGEST,
  logGroupId,
  queueId,
  roleId,
  TRANSLATE,
} from "./names.ts";
import { hasPage } from "./page.ts";
import { allow, getAtt, type Resource, type Resources, type Statement, sub } from "./template.ts";

/**
 * One role per function. CloudFormation names them: a role's name must fit 64 letters, and nobody types it.
 *
 * None has a right to a key in KMS. The secrets are under the account's aws/ssm and aws/secretsmanager keys and the
 * archive under its aws/s3 key, whose own policies let every principal of the account use them, through these
 * services only (https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html,
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html). Who encrypts a secret with
 * a key of their own must allow `kms:Decrypt` to the role in that key's policy.
 */
export const roles = (settings: Settings, endpoints: readonly Endpoint[]): Resources => ({
  [roleId(TRANSLATE)]: role(
    TRANSLATE,
    receiveFrom(TRANSLATE),
    sendTo(endpoints.map(({ name }) => deliverTo(name))),
    putBelow([prefixOf("raw"), prefixOf("quarantine"), prefixOf("failed"), prefixOf("ledger")]),
    ...(settings.consent.policy === "required-by-site" ? [] : [read([CHOICES]), list([CHOICES])]),
    ...readSecrets(secretReferences(settings)),
  ),
  ...(hasPage(settings) && {
    [roleId(CONSENT)]: role(
      CONSENT,
      putBelow(settings.consent.policy === "required-by-site" ? [REQUESTED] : [CHOICES, REQUESTED]),
      read([CHOICES, ...PARTS.map((part) => prefixOf(part))]),
      list([CHOICES, ...PARTS.map((part) => prefixOf(part))]),
      ...readSecrets(secretReferences(settings)),
    ),
  }),
  [roleId(COMPACT)]: role(
    COMPACT,
    putBelow([prefixOf("raw"), COMPACTIONS]),
    read([prefixOf("raw"), COMPACTIONS]),
    readErasures,
    list([prefixOf("raw"), COMPACTIONS, ERASURES]),
    ...discard([prefixOf("raw"), COMPACTIONS]),
  ),
  ...(hasIngest(settings) && {
    [roleId(INGEST)]: role(INGEST, sendTo([TRANSLATE]), ...readSecrets(signingReferences(settings))),
  }),
  ...Object.fromEntries(
    endpoints.map(({ name, auth }) => [
      roleId(deliverTo(name)),
      role(
        deliverTo(name),
        receiveFrom(deliverTo(name)),
        postpone(name),
        putBelow([prefixOf("receipts", name), prefixOf("failed", name)]),
        ...readSecrets(auth.scheme === "none" ? [] : [auth.secret]),
      ),
    ]),
  ),
});

const role = (functionName: string, ...statements: readonly Statement[]): Resource => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: ["sts:AssumeRole"] },
      ],
    },
    Policies: [
      {
        PolicyName: functionName,
        PolicyDocument: allow(
          ...statements.filter(({ Resource }) => Resource.length > 0),
          writeLogs(functionName),
        ),
      },
    ],
  },
});

/** What Lambda itself needs to read a queue: the actions of AWS's own AWSLambdaSQSQueueExecutionRole. */
const receiveFrom = (functionName: string): Statement => ({
  Sid: "Receive",
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: [getAtt(queueId(functionName), "Arn")],
});

/** To the queues of these functions. SendMessageBatch is allowed by the action of SendMessage. */
const sendTo = (functionNames: readonly string[]): Statement => ({
  Sid: "Send",
  Action: ["sqs:SendMessage"],
  Resource: functionNames.map((each) => getAtt(queueId(each), "Arn")),
});

const putBelow = (prefixes: readonly string[]): Statement => ({
  Sid: "Archive",
  Action: ["s3:PutObject"],
  Resource: prefixes.map((prefix) => sub(`\${${BUCKET}.Arn}/${prefix}*`)),
});

const read = (prefixes: readonly string[]): Statement => ({
  Sid: "Read",
  Action: ["s3:GetObject"],
  Resource: prefixes.map((prefix) => sub(`\${${BUCKET}.Arn}/${prefix}*`)),
});

/**
 * Without it, S3 says that an object which does not exist is forbidden (403) and not that it is missing (404):
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. A request for an object names no prefix, so that
 * the condition must let pass what names none; keys alone tell nothing of anybody to whom lacks the site's key.
 */
const list = (prefixes: readonly string[]): Statement => ({
  Sid: "List",
  Action: ["s3:ListBucket"],
  Resource: [getAtt(BUCKET, "Arn")],
  Condition: { StringLikeIfExists: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
});

/** Where compactions keep how far they have come. */
const COMPACTIONS = `${JOBS}compaction-`;

/** The records of erasures, which are called by 32 digits; what learners ask for, by name, is not among them. */
const readErasures: Statement = {
  Sid: "Erasures",
  Action: ["s3:GetObject"],
  Resource: [sub(`\${${BUCKET}.Arn}/${ERASURES}${"?".repeat(32)}.json`)],
};

/**
 * What is deleted can be had back until its versions expire. For good go only tables that count for nothing, and records
 * of what is done with.
 */
const discard = (prefixes: readonly string[]): readonly Statement[] => [
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
const postpone = (endpoint: string): Statement => ({
  Sid: "Postpone",
  Action: ["sqs:ChangeMessageVisibility", "sqs:SendMessage"],
  Resource: [getAtt(queueId(deliverTo(endpoint)), "Arn")],
});

/** `secrets` are references as the files have them. */
const readSecrets = (secrets: readonly string[]): readonly Statement[] => {
  const arns = (store: SecretStore, arnOf: (name: string) => string) =>
    [...new Set(secrets)]
      .map(readSecretReference)
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
const writeLogs = (functionName: string): Statement => ({
  Sid: "Log",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: [getAtt(logGroupId(functionName), "Arn")],
});
