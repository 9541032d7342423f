import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { mapQueue } from "../../../local/event-source-mapping.ts";
import { deadLetters } from "../../../local/names.ts";
import { queueDepth, sendMessages } from "../../../src/aws/queue.ts";
import { laws, opened, type Player } from "./player.ts";

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

const TRIES = 3;
/** Seconds after which a message comes again: in no test. */
const LONG = 600;

/** A queue as Lambda reads it. */
export const mappingTests = (player: Player): void =>
  laws("The event source mapping", player, (law) => {
    const aws = opened(player);

    /** Runs a handler on messages until the queue is empty; gives the batches that it got, and what nobody could take. */
    const handle = async (
      queue: string,
      bodies: readonly string[],
      handler: (batch: Batch) => unknown,
      visibility = 1,
    ): Promise<{ readonly batches: readonly (readonly string[])[]; readonly dead: number }> => {
      const { sqs, makeQueue, queueUrl } = aws();
      await makeQueue(queue, { visibility, tries: TRIES });
      const url = queueUrl(queue);
      assert.ok((await sendMessages(sqs, url, bodies)).every((each) => each));
      const batches: string[][] = [];
      const mapping = mapQueue({
        sqs,
        queueUrl: url,
        batchSize: 10,
        window: 50,
        concurrency: 1,
        invoke: async (event) => {
          batches.push((event as Batch).Records.map(({ body }) => body));
          return handler(event as Batch);
        },
      });
      while ((await queueDepth(sqs, url)) > 0) await sleep(50);
      await mapping.stop();
      return { batches, dead: await queueDepth(sqs, queueUrl(deadLetters(queue))) };
    };

    const all = () => ({ batchItemFailures: [] });
    const failing = (batch: Batch, body: string) => ({
      batchItemFailures: batch.Records.filter((record) => record.body === body).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    });

    law("hands over what there is and deletes what did not fail", async () => {
      const { batches, dead } = await handle("good", ["a", "b", "c"], all, LONG);
      assert.deepEqual({ handed: batches.flat().sort(), dead }, { handed: ["a", "b", "c"], dead: 0 });
    });

    law("gathers messages until its batch is full", async () => {
      const bodies = Array.from({ length: 25 }, (_, at) => `${at}`);
      const { batches } = await handle("many", bodies, all, LONG);
      assert.deepEqual(batches.flat().sort(), bodies.toSorted());
      assert.ok(batches.every(({ length }) => length <= 10));
      assert.equal(batches[0]?.length, 10);
    });

    law("brings again only what failed, and gives it up after so many tries", async () => {
      const { batches, dead } = await handle(
        "partial",
        ["a", "bad", "c"],
        (batch) => failing(batch, "bad"),
        // Long enough that nothing comes again because this machine stands still.
        5,
      );
      assert.equal(batches.flat().filter((each) => each === "bad").length, TRIES);
      assert.equal(batches.filter((each) => each.includes("a")).length, 1);
      assert.equal(dead, 1);
    });

    law("brings everything again where the function throws", async () => {
      let calls = 0;
      const { batches, dead } = await handle("throws", ["a", "b"], () => {
        if (calls++ === 0) throw new Error("Once.");
        return all();
      });
      const [first = []] = batches;
      const again = batches.slice(1).flat();
      // Each comes again when its own time is over, perhaps not in one batch with the other.
      assert.ok(first.length > 0 && first.every((each) => again.includes(each)));
      assert.deepEqual([...new Set(again)].sort(), ["a", "b"]);
      assert.equal(dead, 0);
    });

    law("brings everything again where the function names a message that it never got", async () => {
      let calls = 0;
      const { batches } = await handle("foreign", ["a"], () => ({
        batchItemFailures: calls++ === 0 ? [{ itemIdentifier: "nobody" }] : [],
      }));
      assert.equal(batches.length, 2);
    });
  });
