import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startAws } from "../../local/aws.ts";
import { type MappingOptions, mapQueue } from "../../local/event-source-mapping.ts";
import { queueDepth, sendMessages } from "../../src/aws/queue.ts";
import { temporaryFolder } from "./support.ts";

interface Batch {
  readonly Records: readonly { readonly body: string }[];
}

/** A queue with messages, whose batches are handed over one by one, each when the test says that the one before is done. */
const queueWith = async (bodies: readonly string[]) => {
  const aws = await startAws(await temporaryFolder());
  aws.makeQueue("events", { visibility: 600, tries: 5 });
  const url = aws.queueUrl("events");
  assert.ok((await sendMessages(aws.sqs, url, bodies)).every((each) => each));
  const batches: (readonly string[])[] = [];
  let done: (() => void) | undefined;
  const start = (options: Partial<MappingOptions>) =>
    mapQueue({
      sqs: aws.sqs,
      queueUrl: url,
      batchSize: 1000,
      window: 50,
      concurrency: 1,
      invoke: async (event) => {
        batches.push((event as Batch).Records.map(({ body }) => body));
        await new Promise<void>((resolve) => {
          done = resolve;
        });
        return { batchItemFailures: [] };
      },
      ...options,
    });
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await sleep(10);
  };
  return {
    aws,
    batches,
    start,
    until,
    send: (more: readonly string[]) => sendMessages(aws.sqs, url, more),
    depth: () => queueDepth(aws.sqs, url),
    finish: async () => {
      await until(() => done !== undefined);
      const finished = done;
      done = undefined;
      finished?.();
    },
  };
};

const numbers = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, at) => `${from + at}`);

describe("The event source mapping on this machine", () => {
  it("gathers the next batch while the function has one, and hands it over when the function is free", async () => {
    const { aws, batches, start, until, send, depth, finish } = await queueWith(["first"]);
    const mapping = start({ ahead: 60_000 });
    await until(() => batches.length === 1);
    // More than one request brings, in two parts: all of it has the function's time to come together.
    await send(numbers(0, 35));
    await sleep(200);
    await send(numbers(35, 70));
    await sleep(200);
    assert.equal(batches.length, 1);
    await finish();
    await until(() => batches.length === 2);
    assert.deepEqual(batches[1]?.toSorted(), numbers(0, 70).toSorted());
    await finish();
    await until(async () => (await depth()) === 0);
    await mapping.stop();
    await aws.stop();
  });

  it("hands over what it has gathered also where it is stopped meanwhile", async () => {
    const { aws, batches, start, until, send, depth, finish } = await queueWith(["first"]);
    const mapping = start({ ahead: 60_000 });
    await until(() => batches.length === 1);
    await send(["second"]);
    await sleep(200);
    const stopped = mapping.stop();
    await finish();
    await finish();
    await stopped;
    assert.deepEqual(batches, [["first"], ["second"]]);
    assert.equal(await depth(), 0);
    await aws.stop();
  });

  it("leaves in the queue what comes while a function has a batch, unless it is to gather ahead", async () => {
    const { aws, batches, start, until, send, finish } = await queueWith(["first"]);
    const mapping = start({});
    await until(() => batches.length === 1);
    await send(["second"]);
    await sleep(200);
    const stopped = mapping.stop();
    await finish();
    await stopped;
    assert.deepEqual(batches, [["first"]]);
    await aws.stop();
  });

  it("receives nothing any more when the function has been busy for as long as that is safe", async () => {
    const { aws, batches, start, until, send, finish } = await queueWith(["first"]);
    const mapping = start({ ahead: 1 });
    await until(() => batches.length === 1);
    await sleep(1200);
    await send(["second"]);
    await sleep(200);
    const stopped = mapping.stop();
    await finish();
    await stopped;
    assert.deepEqual(batches, [["first"]]);
    await aws.stop();
  });

  it("hands over no more than about what a function of AWS takes at once", async () => {
    const large = numbers(0, 20).map((each) => each.padEnd(600_000, "."));
    const { aws, batches, start, until, depth, finish } = await queueWith(large);
    const mapping = start({ window: 600_000 });
    await until(() => batches.length === 1);
    assert.ok((batches[0]?.length ?? 0) < large.length);
    await finish();
    await until(() => batches.flat().length === large.length);
    await finish();
    await until(async () => (await depth()) === 0);
    await mapping.stop();
    await aws.stop();
  });
});
