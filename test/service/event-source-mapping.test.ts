import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { type LocalAws, startAws } from "../../local/aws.ts";
import { mapQueue } from "../../local/event-source-mapping.ts";
import { startLambda } from "../../local/lambda.ts";
import { deadLetters } from "../../local/names.ts";
import { queueDepth } from "../../src/aws/queue.ts";
import { temporaryFolder } from "./support.ts";

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

const TRIES = 3;

const aws: LocalAws = await startAws(await temporaryFolder());
after(() => aws.stop());

/** Runs a handler on messages until the queue is empty; gives the batches that it got, and what nobody could take. */
const handle = async (
  queue: string,
  bodies: readonly string[],
  handler: (batch: Batch) => unknown,
): Promise<{ readonly batches: readonly (readonly string[])[]; readonly dead: number }> => {
  aws.makeQueue(queue, { visibility: 1, tries: TRIES });
  const queueUrl = aws.queueUrl(queue);
  for (const MessageBody of bodies)
    await aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  const batches: string[][] = [];
  const mapping = mapQueue({
    sqs: aws.sqs,
    queueUrl,
    batchSize: 10,
    window: 50,
    concurrency: 1,
    invoke: async (event) => {
      batches.push((event as Batch).Records.map(({ body }) => body));
      return handler(event as Batch);
    },
  });
  while ((await queueDepth(aws.sqs, queueUrl)) > 0) await sleep(50);
  await mapping.stop();
  return { batches, dead: await queueDepth(aws.sqs, aws.queueUrl(deadLetters(queue))) };
};

const failing = (batch: Batch, body: string) => ({
  batchItemFailures: batch.Records.filter((record) => record.body === body).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

describe("The event source mapping, as Lambda's", () => {
  it("hands over a batch and deletes what did not fail", async () => {
    const { batches, dead } = await handle("good", ["a", "b", "c"], () => ({ batchItemFailures: [] }));
    assert.deepEqual(
      { batches: batches.map((each) => [...each].sort()), dead },
      { batches: [["a", "b", "c"]], dead: 0 },
    );
  });

  it("brings again only what failed, and gives it up after so many tries", async () => {
    const { batches, dead } = await handle("partial", ["a", "bad", "c"], (batch) => failing(batch, "bad"));
    // Once in each batch; but where this machine stood still for a second, a batch may hold it twice.
    assert.equal(batches.flat().filter((each) => each === "bad").length, TRIES);
    assert.equal(batches.filter((each) => each.includes("a")).length, 1);
    assert.equal(dead, 1);
  });

  it("brings everything again where the function throws", async () => {
    let calls = 0;
    const { batches, dead } = await handle("throws", ["a", "b"], () => {
      if (calls++ === 0) throw new Error("Once.");
      return { batchItemFailures: [] };
    });
    // Each comes again when its own time is over, perhaps not in one batch with the other.
    assert.deepEqual(batches.flat().sort(), ["a", "a", "b", "b"]);
    assert.equal(dead, 0);
  });

  it("brings everything again where the function names a message that it never got", async () => {
    let calls = 0;
    const { batches } = await handle("foreign", ["a"], () => ({
      batchItemFailures: calls++ === 0 ? [{ itemIdentifier: "nobody" }] : [],
    }));
    assert.equal(batches.length, 2);
  });
});

describe("A function on this machine", async () => {
  const folder = await temporaryFolder();
  const start = async (source: string, timeout: number) => {
    const bundle = join(folder, `${timeout}.cjs`);
    await writeFile(bundle, source);
    const lambda = startLambda({
      bundle,
      environment: { NAME: "value" },
      timeout,
      log: new PassThrough().resume(),
    });
    after(() => lambda.stop());
    return lambda;
  };

  it("has an environment of its own", async () => {
    const lambda = await start("exports.handler = async () => process.env;", 5000);
    assert.deepEqual(await lambda.invoke({}), { NAME: "value" });
  });

  it("is ended at its deadline, and the next call gets a new one", async () => {
    const lambda = await start(
      "exports.handler = (event) => (event.hang ? new Promise(() => {}) : 'fine');",
      4000,
    );
    await assert.rejects(lambda.invoke({ hang: true }), /longer than 4000 ms/);
    assert.equal(await lambda.invoke({}), "fine");
  });

  it("tells an error, and that it ended", async () => {
    const lambda = await start(
      "exports.handler = async (event) => { if (event.exit) process.exit(1); throw new Error('No.'); };",
      5001,
    );
    await assert.rejects(lambda.invoke({}), /No\./);
    await assert.rejects(lambda.invoke({ exit: true }), /ended without an answer/);
  });
});
