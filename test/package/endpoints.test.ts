import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stackOf } from "../../infra/stack.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { allowed, endpoints, type JsonObject, ofType, site, type Template } from "./support.ts";

describe("a site of any endpoints", () => {
  const stackFor = (
    ...changes: readonly Partial<Endpoint>[]
  ): Template & { readonly functions: JsonObject } => {
    const [shipped] = endpoints;
    assert.ok(shipped);
    const written = changes.map((change) => ({ ...shipped, ...change }));
    const { functions, resources } = stackOf({ settings: site.settings, endpoints: written });
    const text = JSON.stringify({ functions, ...resources });
    return JSON.parse(
      text.replace(/\$\{self:service\}/g, "jupyter-lms").replace(/\$\{sls:stage\}/g, "s".repeat(13)),
    );
  };

  /** How many functions there are besides those of endpoints. */
  const others = Object.keys(stackFor().functions).length;

  it("keeps names apart that differ by a hyphen only", () => {
    const names = ["a1", "a-1", "a--1", "dash", "a", "a-"];
    const { functions, Resources } = stackFor(...names.map((name) => ({ name })));
    assert.equal(Object.keys(functions).length, names.length + others);
    assert.equal(ofType({ Resources, Outputs: {} }, "AWS::SQS::Queue").length, 2 * (names.length + 1));
    assert.equal(ofType({ Resources, Outputs: {} }, "AWS::IAM::Role").length, names.length + others);
    for (const id of Object.keys(Resources)) assert.match(id, /^[A-Za-z0-9]{1,255}$/);
  });

  it("stays within AWS's lengths for the longest names, and keeps them apart", () => {
    const long = "e".repeat(39);
    const { functions, Resources } = stackFor({ name: `${long}1` }, { name: `${long}2` });
    const functionNames = Object.values(functions).map((each) => String((each as JsonObject).name));
    const queueNames = Object.values(Resources).flatMap(({ Properties: { QueueName } }) =>
      QueueName === undefined ? [] : [String(QueueName)],
    );
    assert.equal(new Set(functionNames).size, 2 + others);
    assert.equal(new Set(queueNames).size, 6);
    for (const name of functionNames) assert.ok(name.length <= 64, name);
    for (const name of queueNames) assert.ok(name.length <= 80, name);
  });

  it("gives every invocation time for all its requests, within what AWS allows", () => {
    for (const seconds of [0.1, 1, 10, 60, 224, 300, 900]) {
      const timeout = seconds * 1000;
      const { functions, Resources } = stackFor({ name: "slow", limits: { concurrency: 2, timeout } });
      const slow = functions["deliver-slow"] as unknown as {
        readonly timeout: number;
        readonly events: readonly [{ readonly sqs: { readonly batchSize: number } }];
      };
      const { batchSize } = slow.events[0].sqs;
      assert.ok(batchSize >= 1 && batchSize <= 10 && slow.timeout <= 900);
      assert.ok(slow.timeout >= Math.min(900, (batchSize + 4) * seconds), `${seconds} s`);
      const queue = Resources.DeliverDashslowQueue?.Properties;
      assert.ok(Number(queue?.VisibilityTimeout) >= 6 * slow.timeout);
    }
  });

  it("allows no secret to a delivery that needs none", () => {
    const stack = stackFor({ name: "open", auth: { scheme: "none" } });
    assert.deepEqual(
      allowed(stack, "DeliverDashopenRole").filter((pair) => pair.startsWith("ssm:")),
      [],
    );
  });
});
