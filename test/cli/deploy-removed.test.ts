import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { countWaiting, deployedEndpoints } from "../../cli/deploy-removed.ts";
import { deliverTo, logicalId, queueId } from "../../infra/names.ts";
import { deploy, refuses, site } from "./deploy-site.ts";
import { aws, makeQueues, STACK, stacks } from "./deploy-support.ts";

const send = (queue: string) => aws.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: "{}" }));

describe("jlt deploy, where an endpoint's file is gone", () => {
  const over = (...endpoints: readonly string[]): void => {
    stacks.set(STACK, { endpoints: ["campus-lrs", "probe", ...endpoints] });
  };

  it("removes the endpoint where nothing waits for it, and says so", async () => {
    makeQueues("empty");
    over("empty");
    const made = await site();
    const ran = await deploy(made, []);
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stdout, /removed endpoints: empty\n {2}Nothing waits for empty\.\n/);
    assert.equal((await made.deployed()).length, 1);
  });

  it("refuses while messages wait, those that are being delivered and dead letters included", async () => {
    const waiting = makeQueues("old-lrs");
    const hidden = makeQueues("a-b-1");
    const dead = makeQueues("has-dead");
    for (let count = 0; count < 3; count++) await send(waiting.queue);
    await send(hidden.queue);
    await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl: hidden.queue, VisibilityTimeout: 600 }));
    await send(dead.dead);
    over("old-lrs", "a-b-1", "has-dead");
    const made = await site();
    await refuses(made, [], 1, [
      /^endpoints\/old-lrs\.yml:1:1 This file is gone, and 3 messages wait for old-lrs: 3 in its queue, 0 dead letters\./m,
      /^endpoints\/a-b-1\.yml:1:1 .* 1 message waits for a-b-1: 1 in its queue/m,
      /^endpoints\/has-dead\.yml:1:1 .* 1 message waits for has-dead: 0 in its queue, 1 dead letter\./m,
      /jlt ledger --stage prod.*--abandon old-lrs\..*under raw\/.*jlt replay/,
    ]);

    await refuses(made, ["--abandon", "old-lrs"], 1, [/^endpoints\/a-b-1\.yml/m, /^2 problems/m]);
    const all = ["old-lrs", "a-b-1", "has-dead"].flatMap((name) => ["--abandon", name]);
    const ran = await deploy(made, all);
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stdout, / {2}3 messages wait for old-lrs: .*They are dropped, as you said/);
    assert.equal((await made.deployed()).length, 1);
  });

  it("refuses where nobody can tell whether anything waits", async () => {
    over("unseen");
    const made = await site();
    await refuses(made, [], 1, [/^endpoints\/unseen\.yml:1:1 .*nobody can tell what waits for unseen/m]);
    assert.equal((await deploy(made, ["--abandon", "unseen"])).status, 0);
  });

  it("takes --abandon for nothing but what is removed", async () => {
    makeQueues("empty");
    over("empty");
    const made = await site();
    await refuses(made, ["--abandon", "campus-lrs"], 2, [
      /not removed, as endpoints\/campus-lrs\.yml is here/,
    ]);
    await refuses(made, ["--abandon", "emty"], 2, [/no such endpoint is removed; did you mean "empty"\?/]);
  });

  it("knows each deployed endpoint by its queues, whatever its name", () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,6}(-(queue|dead|dash|[a-z0-9]{1,6})){0,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name.filter((each) => each !== "probe")), (names) => {
        const resources = ["probe", ...names].flatMap((each) => {
          const id = queueId(deliverTo(each));
          const queues = ["", "DeadLetters"].map((part) => ({
            id: id + part,
            type: "AWS::SQS::Queue",
            name: `https://sqs.example/1/${each}${part}`,
          }));
          const mapping = `${logicalId(deliverTo(each))}EventSourceMappingSQS${id}`;
          return [...queues, { id: mapping, type: "AWS::Lambda::EventSourceMapping", name: "1e24b88b" }];
        });
        assert.deepEqual(
          deployedEndpoints(resources),
          names.map((each) => ({ name: each, queue: each, deadLetters: `${each}DeadLetters` })),
        );
      }),
    );
  });

  it("looks three times at a queue that seems to be empty, as counts lag", async () => {
    const counting = async (...depths: readonly number[]) => {
      const left = [...depths];
      const asked: string[] = [];
      const account = {
        queueUrl: async (name: string) => name,
        depth: async (name: string) => {
          asked.push(name);
          return name === "queue" ? (left.shift() ?? 0) : 0;
        },
      };
      const [found] = await countWaiting(
        [{ name: "old", queue: "queue", deadLetters: "dead" }],
        account,
        "",
        0,
      );
      return { waiting: found?.waiting, looks: asked.filter((name) => name === "queue").length };
    };
    assert.deepEqual(await counting(0, 0, 3), { waiting: 3, looks: 3 });
    assert.deepEqual(await counting(0, 2, 0), { waiting: 2, looks: 2 });
    assert.deepEqual(await counting(1), { waiting: 1, looks: 1 });
    assert.deepEqual(await counting(0, 0, 0, 5), { waiting: 0, looks: 3 });
  });

  it("says what it is to rename one", async () => {
    makeQueues("empty");
    stacks.set(STACK, { endpoints: ["empty"] });
    const ran = await deploy(await site(), ["--check"]);
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(
      ran.stdout,
      /new endpoints: campus-lrs\n {2}removed endpoints: empty\n.*renamed is one removed and one added/,
    );
  });
});
