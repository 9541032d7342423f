import { createHash } from "node:crypto";
import type { AlarmPolicy } from "../src/alarms/policy.ts";
import { DATA_KEY_ARN } from "./key.ts";
import { STAGE } from "./names.ts";
import { type Resources, ref, sub, type Value } from "./template.ts";

/** The topic that every alarm is sent to, by its logical id. */
export const TOPIC = "Alarms";

/**
 * The topic of the alarms, and a subscription for each address of `mail`: AWS asks each once whether it wants that. What
 * else is to hear of alarms is subscribed by hand, and stays so.
 */
export const topic = ({ mail }: AlarmPolicy): Resources => ({
  [TOPIC]: {
    Type: "AWS::SNS::Topic",
    Properties: { TopicName: `${STAGE}-alarms`, KmsMasterKeyId: DATA_KEY_ARN },
  },
  [`${TOPIC}Policy`]: {
    Type: "AWS::SNS::TopicPolicy",
    Properties: { Topics: [ref(TOPIC)], PolicyDocument: POLICY },
  },
  ...Object.fromEntries(
    mail.map((address) => [
      // By the address, so that who is listed before or after it does not matter.
      `${TOPIC}Mail${createHash("sha256").update(address).digest("hex").slice(0, 12)}`,
      {
        Type: "AWS::SNS::Subscription",
        Properties: { TopicArn: ref(TOPIC), Protocol: "email", Endpoint: address },
      },
    ]),
  ),
});

/** All that a topic's policy may speak of; unlike SQS and S3, SNS takes no `sns:*` in it. */
const ACTIONS: readonly string[] = [
  "sns:Publish",
  "sns:Subscribe",
  "sns:GetTopicAttributes",
  "sns:SetTopicAttributes",
  "sns:ListSubscriptionsByTopic",
  "sns:AddPermission",
  "sns:RemovePermission",
  "sns:DeleteTopic",
];

/** Alarms of this stage may publish, and nobody by this policy besides: people of the account have their own rights. */
const POLICY: Value = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: ACTIONS,
      Resource: [ref(TOPIC)],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "Alarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: [ref(TOPIC)],
      Condition: {
        StringEquals: { "aws:SourceAccount": ref("AWS::AccountId") },
        ArnLike: {
          "aws:SourceArn": sub(
            `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${STAGE}-*`,
          ),
        },
      },
    },
  ],
};
