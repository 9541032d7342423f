import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prod } from "./packaged.ts";
import {
  assertTlsOnly,
  endpoints,
  type JsonObject,
  named,
  ofType,
  type Resource,
  resource,
  target,
} from "./support.ts";

describe("a queue", () => {
  it("is encrypted by KMS, keeps what it holds for fourteen days, and refuses plain HTTP", () => {
    for (const [id, { Properties }] of ofType(prod, "AWS::SQS::Queue")) {
      assert.equal(target(Properties.KmsMasterKeyId), "DataKey");
      assert.equal(Properties.SqsManagedSseEnabled, undefined);
      assert.equal(Properties.KmsDataKeyReusePeriodSeconds, 3600);
      assert.equal(Properties.MessageRetentionPeriod, 14 * 86_400);
      assertTlsOnly(resource(prod, `${id}Policy`), "sqs:*");
    }
  });

  it("has a dead-letter queue, which is of its own", () => {
    const queues = ofType(prod, "AWS::SQS::Queue");
    const sources = queues.filter(([, queue]) => deadLetters(queue) !== undefined);
    const dead = sources.map(([, queue]) => target(deadLetters(queue)?.deadLetterTargetArn));
    assert.equal(sources.length, endpoints.length + 1);
    assert.equal(queues.length, 2 * sources.length);
    assert.equal(new Set(dead).size, sources.length);
    for (const id of dead) assert.equal(resource(prod, id).Type, "AWS::SQS::Queue");
  });

  it("sets an event aside after five tries, and lets what waits for an endpoint come as often as SQS counts", () => {
    const tries = (queue: Resource): number => Number(deadLetters(queue)?.maxReceiveCount);
    assert.equal(tries(resource(prod, "TranslateQueue")), 5);
    for (const { name } of endpoints) {
      const [, queue] = named(prod, "AWS::SQS::Queue", "QueueName", `jupyter-lms-prod-deliver-${name}`);
      assert.equal(tries(queue), 1000);
    }
  });
});

const deadLetters = (queue: Resource): JsonObject | undefined =>
  queue.Properties.RedrivePolicy as JsonObject | undefined;
