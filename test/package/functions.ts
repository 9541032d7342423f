import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prod } from "./packaged.ts";
import {
  endpoints,
  functionOf,
  type JsonObject,
  named,
  ofType,
  resource,
  type Template,
  target,
} from "./support.ts";

describe("a deployed function", () => {
  it("runs on Node 24 on ARM, logs JSON, and its logs are kept for thirty days", () => {
    for (const [, { Properties, DependsOn }] of ofType(prod, "AWS::Lambda::Function")) {
      assert.equal(Properties.Runtime, "nodejs24.x");
      assert.deepEqual(Properties.Architectures, ["arm64"]);
      assert.deepEqual(Properties.LoggingConfig, { LogFormat: "JSON" });
      const group = named(
        prod,
        "AWS::Logs::LogGroup",
        "LogGroupName",
        `/aws/lambda/${Properties.FunctionName}`,
      );
      assert.equal(group[1].Properties.RetentionInDays, 30);
      assert.ok((DependsOn as readonly string[]).includes(group[0]));
    }
  });

  it("is traced", () => {
    for (const [id, { Properties }] of ofType(prod, "AWS::Lambda::Function"))
      assert.deepEqual(Properties.TracingConfig, { Mode: "Active" }, id);
  });

  it("has a role of its own", () => {
    const functions = ofType(prod, "AWS::Lambda::Function");
    const roles = functions.map(([, { Properties }]) => target(Properties.Role));
    assert.equal(new Set(roles).size, functions.length);
    assert.equal(ofType(prod, "AWS::IAM::Role").length, functions.length);
  });

  it("answers for each message, gets it again in good time, and shares its endpoint's limits", () => {
    for (const { name, limits, batch } of endpoints) {
      const [id, { Properties }] = functionOf(prod, `jupyter-lms-prod-deliver-${name}`);
      const mapping = mappingOf(prod, id);
      assert.deepEqual(mapping.ScalingConfig, { MaximumConcurrency: limits.concurrency });
      assert.equal(mapping.MaximumBatchingWindowInSeconds, Math.ceil(batch.wait / 1000));
      const timeout = Number(Properties.Timeout);
      assert.ok(timeout >= Math.min(900, (limits.timeout / 1000) * 4) && timeout <= 900);
      assert.equal(
        resource(prod, target(mapping.EventSourceArn)).Properties.QueueName,
        `jupyter-lms-prod-deliver-${name}`,
      );
    }
    const others = [
      "ConsentLambdaFunction",
      "IngestLambdaFunction",
      "CompactLambdaFunction",
      "AuditLambdaFunction",
      "ProbeLambdaFunction",
    ];
    const fromQueues = ofType(prod, "AWS::Lambda::Function").filter(([id]) => !others.includes(id));
    assert.equal(fromQueues.length, endpoints.length + 1);
    for (const [id, { Properties }] of fromQueues) {
      const mapping = mappingOf(prod, id);
      assert.deepEqual(mapping.FunctionResponseTypes, ["ReportBatchItemFailures"]);
      const queue = resource(prod, target(mapping.EventSourceArn));
      assert.ok(Number(queue.Properties.VisibilityTimeout) >= 6 * Number(Properties.Timeout));
      // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
      if (Number(mapping.BatchSize) > 10) assert.ok(Number(mapping.MaximumBatchingWindowInSeconds) >= 1);
    }
  });

  it("finds every endpoint's queue by the prefix that it is given", () => {
    const [, { Properties }] = functionOf(prod, "jupyter-lms-prod-translate");
    const { Variables } = Properties.Environment as unknown as {
      readonly Variables: { readonly DELIVERY_QUEUES: { readonly "Fn::Sub": string } };
    };
    const prefix = Variables.DELIVERY_QUEUES["Fn::Sub"];
    const server = "https://sqs.$" + "{AWS::Region}.$" + "{AWS::URLSuffix}/$" + "{AWS::AccountId}/";
    assert.ok(prefix.startsWith(server));
    for (const { name } of endpoints) {
      const queue = prefix.slice(server.length) + name;
      named(prod, "AWS::SQS::Queue", "QueueName", queue);
      const [, deliver] = ofType(prod, "AWS::Lambda::Function").find(
        ([, { Properties: found }]) =>
          (found.Environment as { readonly Variables: JsonObject }).Variables.ENDPOINT === name,
      ) ?? [undefined, undefined];
      const own = deliver?.Properties.Environment as { readonly Variables: JsonObject } | undefined;
      assert.deepEqual(own?.Variables.DELIVERY_QUEUE, { "Fn::Sub": server + queue });
    }
  });
});

const mappingOf = (template: Template, functionId: string): JsonObject => {
  const found = ofType(template, "AWS::Lambda::EventSourceMapping").find(
    ([, { Properties }]) => target(Properties.FunctionName) === functionId,
  );
  assert.ok(found, `${functionId} is not connected to a queue.`);
  return found[1].Properties;
};
