import { STAGE } from "./names.ts";
import { getAtt, type Resources, ref, sub, type Value } from "./template.ts";

const DATA_KEY = "DataKey";

/** Never its id or its alias: who asks from another account would have these looked up among that account's own keys. */
export const DATA_KEY_ARN: Value = getAtt(DATA_KEY, "Arn");

/**
 * The key that the stage's queues, archive and alarms' topic are encrypted with. It outlives its stack as the archive
 * does, which without it could never be read again; only that of a first deployment which failed is deleted, after thirty
 * days. Hubs in `accounts`, other AWS accounts than the stack's, may have SQS use it for what they send.
 */
export const dataKey = (accounts: readonly string[]): Resources => ({
  [DATA_KEY]: {
    Type: "AWS::KMS::Key",
    DeletionPolicy: "RetainExceptOnCreate",
    UpdateReplacePolicy: "Retain",
    Properties: {
      Description: `The queues, the archive and the alarms of ${STAGE}.`,
      EnableKeyRotation: true,
      // The longest there is, should CloudFormation ever delete it after all.
      PendingWindowInDays: 30,
      KeyPolicy: {
        Version: "2012-10-17",
        Statement: [ownAccount, alarms, ...(accounts.length > 0 ? [senders(accounts)] : [])],
      },
    },
  },
  // It goes with the stack: one that stayed behind would keep the stage from being deployed again.
  [`${DATA_KEY}Alias`]: {
    Type: "AWS::KMS::Alias",
    Properties: { AliasName: `alias/${STAGE}`, TargetKeyId: ref(DATA_KEY) },
  },
});

/**
 * The condition that the key is used through a service alone. The names end alike in all of AWS's partitions:
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export const through = (service: "sqs" | "s3"): Value => ({
  StringEquals: { "kms:ViaService": sub(`${service}.\${AWS::Region}.amazonaws.com`) },
});

/** In a key's own policy, `*` is that key. */
const THIS_KEY = ["*"];

const rootOf = (account: string): Value => sub(`arn:\${AWS::Partition}:iam::${account}:root`);

/**
 * Leaves it to the account's IAM who may use the key; without it nobody could ever change this policy:
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
const ownAccount: Value = {
  Sid: "OwnAccount",
  Effect: "Allow",
  Principal: { AWS: rootOf("${AWS::AccountId}") },
  Action: ["kms:*"],
  Resource: THIS_KEY,
};

/**
 * CloudWatch publishes to the topic in its own name, so that no role could allow it. The actions are as AWS has them for
 * a service that does: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
const alarms: Value = {
  Sid: "Alarms",
  Effect: "Allow",
  Principal: { Service: "cloudwatch.amazonaws.com" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
  Resource: THIS_KEY,
  Condition: { StringEquals: { "aws:SourceAccount": ref("AWS::AccountId") } },
};

/** What may be read, the queues' policies say: to these accounts, nothing. */
const senders = (accounts: readonly string[]): Value => ({
  Sid: "OtherAccounts",
  Effect: "Allow",
  Principal: { AWS: accounts.map(rootOf) },
  Action: ["kms:GenerateDataKey", "kms:Decrypt"],
  Resource: THIS_KEY,
  Condition: through("sqs"),
});
