import { prefixOf } from "../src/archive/layout.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { readSecretReference, type SecretStore } from "../src/endpoint/secret.ts";
import type { Settings } from "../src/settings.ts";
import { BUCKET, deliverTo, logGroupId, queueId, roleId, TRANSLATE } from "./names.ts";
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
export const roles = ({ trust, pseudonyms }: Settings, endpoints: readonly Endpoint[]): Resources => ({
  [roleId(TRANSLATE)]: role(
    TRANSLATE,
    sendTo(endpoints),
    putBelow([prefixOf("raw"), prefixOf("quarantine"), prefixOf("failed"), prefixOf("ledger")]),
    ...readSecrets(trust.trust === "signed" ? [trust.key, pseudonyms] : [pseudonyms]),
  ),
  ...Object.fromEntries(
    endpoints.map(({ name, auth }) => [
      roleId(deliverTo(name)),
      role(
        deliverTo(name),
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
          receiveFrom(functionName),
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

/** SendMessageBatch is allowed by the action of SendMessage. */
const sendTo = (endpoints: readonly Endpoint[]): Statement => ({
  Sid: "Send",
  Action: ["sqs:SendMessage"],
  Resource: endpoints.map(({ name }) => getAtt(queueId(deliverTo(name)), "Arn")),
});

const putBelow = (prefixes: readonly string[]): Statement => ({
  Sid: "Archive",
  Action: ["s3:PutObject"],
  Resource: prefixes.map((prefix) => sub(`\${${BUCKET}.Arn}/${prefix}*`)),
});

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
