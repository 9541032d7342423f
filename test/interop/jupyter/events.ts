import assert from "node:assert/strict";
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { LocalAws } from "../../../local/aws.ts";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import type { EventMessage } from "../../../src/intake.ts";
import type { LearnerContext } from "../../../src/learner/context.ts";
import { LEARNER_CONTEXT } from "../../../src/learner/sender.ts";
import { tokenVerifier } from "../../../src/learner/verify.ts";
import type { Heard } from "../../support/listener.ts";
import { KEY } from "../../support/tokens.ts";
import { translating } from "../../support/translating.ts";

/** An event that the translator has accepted: whose it is, and what it says. */
export interface Accepted {
  readonly learner: JsonObject;
  readonly event: JsonObject;
}

/** Translates messages as the function would; fails where any of their events is not accepted. */
export const accepted = async (messages: readonly EventMessage[]): Promise<readonly Accepted[]> => {
  const { translate, bucket } = await translating();
  const { settled } = await translate(messages);
  assert.deepEqual(
    settled.filter((error) => error !== undefined),
    [],
  );
  assert.deepEqual(await bucket.records("quarantine"), []);
  return (await bucket.records("raw")).map(({ learner, event }) => {
    assert.ok(isObject(learner) && isObject(event));
    return { learner, event };
  });
};

/** What a queue holds; each message is had once. */
export const received = async (
  { sqs, queueUrl }: LocalAws,
  queue: string,
): Promise<readonly EventMessage[]> => {
  const QueueUrl = queueUrl(queue);
  const all: EventMessage[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["SentTimestamp"],
      }),
    );
    if (Messages.length === 0) return all;
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    for (const { MessageId = "", Body = "", MessageAttributes = {}, Attributes } of Messages) {
      const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
        name,
        StringValue,
      ]);
      all.push({
        id: MessageId,
        body: Body,
        attributes: Object.fromEntries(attributes),
        arrived: Number(Attributes?.SentTimestamp),
      });
    }
  }
};

/** What was posted to an ingest address, as the messages that it would put into the queue. */
export const posted = (requests: readonly Heard[]): readonly EventMessage[] =>
  requests.map(({ body, headers }, at) => ({
    id: `posted-${at}`,
    body,
    attributes: { [LEARNER_CONTEXT]: headers.authorization?.replace(/^Bearer /, "") },
    arrived: Date.now(),
  }));

/** What a token says that the hub has signed with the tests' key, or with the private key of this public one. */
export const contextOf = async (token: string, publicKey?: string): Promise<LearnerContext> => {
  const key =
    publicKey === undefined
      ? { algorithm: "HS256" as const, value: KEY }
      : { algorithm: "EdDSA" as const, value: publicKey };
  const context = await tokenVerifier({ keys: [key] })(token, Date.now());
  assert.ok("subject" in context, "The token was not believed.");
  return context;
};
