import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { DATA_KEY_ARN } from "./key.ts";
import { DELIVERY_QUEUES, deliverTo, EVENTS_QUEUE, queueId, short, TRANSLATE } from "./names.ts";
import { deliverPace, type Pace, RETENTION, translatePace } from "./pace.ts";
import { getAtt, type Resource, type Resources, ref, sub, tlsOnly, type Value } from "./template.ts";

/**
 * The queue of events and one queue per endpoint, each with its dead-letter queue. Hubs in `accounts`, other AWS accounts
 * than the stack's, may send events.
 */
export const queues = (endpoints: readonly Endpoint[], accounts: readonly string[]): Resources => ({
  ...pair(queueId(TRANSLATE), EVENTS_QUEUE, `${EVENTS_QUEUE}-dead-letters`, translatePace),
  ...(accounts.length > 0 && {
    [`${queueId(TRANSLATE)}Policy`]: policy(queueId(TRANSLATE), [mayBeSentBy(accounts)]),
  }),
  ...Object.assign(
    {},
    ...endpoints.map((endpoint) =>
      pair(
        queueId(deliverTo(endpoint.name)),
        DELIVERY_QUEUES + endpoint.name,
        `${DELIVERY_QUEUES}${short(endpoint.name)}-dead-letters`,
        deliverPace(endpoint),
      ),
    ),
  ),
});

const pair = (id: string, name: string, deadName: string, { visibility, tries }: Pace): Resources => {
  const dead = `${id}DeadLetters`;
  return {
    [id]: queue(name, {
      VisibilityTimeout: visibility,
      RedrivePolicy: { deadLetterTargetArn: getAtt(dead, "Arn"), maxReceiveCount: tries },
    }),
    [dead]: queue(deadName, {}),
    [`${id}Policy`]: policy(id),
    [`${dead}Policy`]: policy(dead),
  };
};

/**
 * For so many seconds SQS goes on with a data key before it asks KMS again: a twelfth of the requests that AWS's own five
 * minutes make, for each queue and each who sends or receives. Longer would save little more, and a right to the key that
 * is taken away should be gone within the hour; that to the queue is gone at once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
const REUSE = 3600;

/**
 * A queue goes with its stack, or with its endpoint's file. One that stayed behind would keep its name, and with it
 * the next deployment from making it. What waited for an endpoint is in the archive as well; what nobody has taken
 * from the events queue yet is lost, so a stack is removed when that is empty. Only if CloudFormation ever puts
 * another queue in its place, which then has another name, is the old one kept.
 */
const queue = (name: string, properties: Readonly<Record<string, Value>>): Resource => ({
  Type: "AWS::SQS::Queue",
  DeletionPolicy: "Delete",
  UpdateReplacePolicy: "Retain",
  Properties: {
    QueueName: name,
    KmsMasterKeyId: DATA_KEY_ARN,
    KmsDataKeyReusePeriodSeconds: REUSE,
    MessageRetentionPeriod: RETENTION,
    ...properties,
  },
});

const policy = (id: string, others: readonly Value[] = []): Resource => ({
  Type: "AWS::SQS::QueuePolicy",
  Properties: { Queues: [ref(id)], PolicyDocument: tlsOnly("sqs", [getAtt(id, "Arn")], others) },
});

/**
 * What is allowed to an account is allowed to those of its roles that the account itself allows it, too. The key's policy
 * lets the same accounts encrypt.
 */
const mayBeSentBy = (accounts: readonly string[]): Value => ({
  Sid: "OtherAccounts",
  Effect: "Allow",
  Principal: { AWS: accounts.map((account) => sub(`arn:\${AWS::Partition}:iam::${account}:root`)) },
  Action: ["sqs:SendMessage", "sqs:GetQueueUrl"],
  Resource: [getAtt(queueId(TRANSLATE), "Arn")],
});
