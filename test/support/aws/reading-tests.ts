import assert from "node:assert/strict";
import { GetQueueAttributesCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { deadLetters } from "../../../local/names.ts";
import { deliveryQueue, queueDepth, sendMessages, sendTogether } from "../../../src/aws/queue.ts";
import { attributesOf, makeQueue, type NewQueue, testQueue } from "./messages.ts";
import { laws, opened, type Player } from "./player.ts";

/** Seconds after which a message comes again that was received, and those after which none would come in a test. */
const SOON = 1;
const LONG = 600;
const TRIES = 3;

const signed = { "learner-context": "a.b.c", "another-one": "é 語 😀" };

/** What the product needs of SQS where it reads a queue: what comes, when, how often, and what is counted. */
export const readingTests = (player: Player): void =>
  laws("A queue that is read", player, (law) => {
    const aws = opened(player);
    const newQueue = (visibility: number, tries?: number): Promise<NewQueue> =>
      makeQueue(aws(), visibility, tries);

    law("hands over a message's attributes, its id and when it was sent", async () => {
      const { url, wait } = await newQueue(LONG);
      const before = Date.now();
      const [answer] = await sendTogether(aws().sqs, url, [{ body: "x", attributes: signed }]);
      const [message] = await wait(1);
      assert.ok(message !== undefined && answer !== undefined && "message" in answer);
      assert.deepEqual(attributesOf(message), signed);
      assert.equal(message.MessageId, answer.message);
      const sent = Number(message.Attributes?.SentTimestamp);
      assert.ok(sent >= before && sent <= Date.now(), `${sent}`);
      assert.equal(message.Attributes?.ApproximateReceiveCount, "1");
    });

    law("keeps back what is delayed, counts it, and brings it then", async () => {
      const { url, receive, wait } = await newQueue(LONG);
      const sent = Date.now();
      await sendMessages(aws().sqs, url, ["later"], 2);
      await sendMessages(aws().sqs, url, ["much later"], LONG);
      assert.deepEqual(await receive(), []);
      assert.equal(await queueDepth(aws().sqs, url), 2);
      assert.deepEqual(
        (await wait(1)).map(({ Body }) => Body),
        ["later"],
      );
      assert.ok(Date.now() - sent >= 1900);
    });

    law("counts what waits and what somebody has, and forgets what was deleted", async () => {
      const queue = await newQueue(LONG);
      for (const body of ["a", "b", "c"]) await queue.send(body);
      const [first] = await queue.wait(1);
      assert.ok(first !== undefined);
      assert.equal(await queueDepth(aws().sqs, queue.url), 3);
      await queue.delete(first);
      assert.equal(await queueDepth(aws().sqs, queue.url), 2);
    });

    law("brings a received message again when its time is over, and counts how often", async () => {
      const { send, wait } = await newQueue(SOON);
      await send("x");
      for (const count of ["1", "2", "3"])
        assert.equal((await wait(1))[0]?.Attributes?.ApproximateReceiveCount, count);
    });

    law(
      "hides received messages for as long as each is told, more than ten, whatever becomes of one",
      async () => {
        const { url, wait, receive } = await newQueue(LONG);
        const bodies = Array.from({ length: 12 }, (_, at) => `${at}`);
        await sendMessages(aws().sqs, url, bodies);
        const shown = ["3", "11"];
        const hidden = (await wait(bodies.length)).map(({ Body = "", ReceiptHandle = "" }) => ({
          receipt: ReceiptHandle,
          seconds: shown.includes(Body) ? 1 : LONG,
        }));
        await deliveryQueue(aws().sqs, url).hide([{ receipt: "nobody's", seconds: 1 }, ...hidden]);
        assert.deepEqual((await wait(2)).map(({ Body }) => Body).sort(), shown.toSorted());
        assert.deepEqual(await receive(), []);
        assert.equal(await queueDepth(aws().sqs, url), bodies.length);
      },
    );

    law("brings at once what is hidden for no time", async () => {
      const { url, send, wait, receive } = await newQueue(LONG);
      await send("x");
      const [message] = await wait(1);
      await deliveryQueue(aws().sqs, url).hide([{ receipt: message?.ReceiptHandle ?? "", seconds: 0 }]);
      assert.equal((await receive()).length, 1);
    });

    law("hides a message for longer than the queue would, and for less", async () => {
      const { url, send, wait, receive } = await newQueue(SOON);
      const quick = await newQueue(LONG);
      await send("long");
      await quick.send("short");
      const [[long], [short]] = [await wait(1), await quick.wait(1)];
      await deliveryQueue(aws().sqs, url).hide([{ receipt: long?.ReceiptHandle ?? "", seconds: LONG }]);
      await deliveryQueue(aws().sqs, quick.url).hide([{ receipt: short?.ReceiptHandle ?? "", seconds: 2 }]);
      assert.equal((await quick.wait(1))[0]?.Attributes?.ApproximateReceiveCount, "2");
      // Twice the time is over in which it would have come.
      assert.deepEqual(await receive(), []);
    });

    law("puts what was received too often into its dead-letter queue, with its attributes", async () => {
      const { name, url, receive } = await newQueue(0, TRIES);
      const dead = testQueue(aws(), deadLetters(name));
      await sendTogether(aws().sqs, url, [{ body: "x", attributes: signed }]);
      for (let times = 0; times < TRIES; times++) assert.equal((await receive()).length, 1);
      assert.deepEqual(await receive(), []);
      const [message] = await dead.wait(1);
      assert.ok(message !== undefined);
      assert.deepEqual([message.Body, attributesOf(message)], ["x", signed]);
      assert.equal(await queueDepth(aws().sqs, url), 0);
    });

    law("puts dead letters back into their queue, when it is asked to, with all that they had", async () => {
      const { sqs } = aws();
      const { name, url, receive, wait } = await newQueue(0, 1);
      const dead = testQueue(aws(), deadLetters(name));
      await sendTogether(sqs, url, [{ body: "x", attributes: signed }]);
      await wait(1);
      assert.deepEqual(await receive(), []);
      const asked = new GetQueueAttributesCommand({ QueueUrl: dead.url, AttributeNames: ["QueueArn"] });
      const { Attributes } = await sqs.send(asked);
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes?.QueueArn }));
      const [message] = await wait(1);
      assert.ok(message !== undefined);
      assert.deepEqual([message.Body, attributesOf(message)], ["x", signed]);
    });
  });
