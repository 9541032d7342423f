import assert from "node:assert/strict";
import { after, before } from "node:test";
import fc from "fast-check";
import { type Account, accountAt } from "../../../src/aws/administer.ts";
import { queueDepth, sendMessages, sendTogether } from "../../../src/aws/queue.ts";
import { attributeBytes, LARGEST, MOST_MESSAGES, type QueueAnswer } from "../../../src/imports/message.ts";
import { makeQueue, type NewQueue } from "./messages.ts";
import { laws, opened, type Player } from "./player.ts";

/** Seconds after which a message comes again: in no test. */
const LONG = 600;

/** Whatever may be in a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const texts = (unit: fc.Arbitrary<number>): readonly string[] => [
  ...new Set(
    fc.sample(
      fc
        .array(fc.oneof(unit, fc.constantFrom(9, 10, 34, 92)), { minLength: 1 })
        .map((codes) => String.fromCodePoint(...codes)),
      50,
    ),
  ),
];

const COMMON = fc.oneof(fc.integer({ min: 0x20, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0xfffd }));
const RARE = fc.integer({ min: 0x10000, max: 0x10ffff });

/** What the product needs of SQS where it puts something into a queue. */
export const queueTests = (player: Player): void =>
  laws("A queue", player, (law) => {
    const aws = opened(player);
    let account: Account;
    before(() => {
      const { address } = aws();
      account = accountAt({
        stage: "test",
        region: "us-east-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
        addresses: { aws: address, parameters: address },
      });
    });
    after(() => account.close());

    const newQueue = (): Promise<NewQueue> => makeQueue(aws(), LONG);

    const takesAll = async (bodies: readonly string[]): Promise<void> => {
      const { url, wait, receive } = await newQueue();
      const sent = await sendMessages(aws().sqs, url, bodies);
      assert.deepEqual(
        bodies.filter((_, at) => sent[at] !== true),
        [],
      );
      const got = await wait(bodies.length);
      assert.deepEqual(got.map(({ Body }) => Body).sort(), bodies.toSorted());
      assert.deepEqual(await receive(), []);
    };

    law("takes any number of messages, and has each once, as it was", () =>
      takesAll([...texts(COMMON), "語é".repeat(100_000), "x".repeat(LARGEST)]),
    );

    law("takes what is beyond U+FFFF, such as 😀", () => takesAll(["😀", ...texts(RARE)]));

    const attributes = { "learner-context": "t".repeat(1000) };
    const room = LARGEST - attributeBytes(attributes);

    law("takes 1 MiB in one request, attributes and all", async () => {
      const { url, wait } = await newQueue();
      const [answer] = await sendTogether(aws().sqs, url, [{ body: "x".repeat(room), attributes }]);
      assert.ok(answer !== undefined && "message" in answer);
      assert.equal((await wait(1))[0]?.Body?.length, room);
    });

    law("takes not a byte more", async () => {
      const { url } = await newQueue();
      const body = "x".repeat(LARGEST + 1);
      await assert.rejects(sendTogether(aws().sqs, url, [{ body, attributes: {} }]));
    });

    law("counts attributes with what it takes at most", async () => {
      const { url } = await newQueue();
      await assert.rejects(sendTogether(aws().sqs, url, [{ body: "x".repeat(room + 1), attributes }]));
    });

    law("takes ten messages in one request, and refuses eleven", async () => {
      const { url } = await newQueue();
      const of = (count: number) => Array.from({ length: count }, () => ({ body: "x", attributes: {} }));
      const answers = await sendTogether(aws().sqs, url, of(MOST_MESSAGES));
      assert.equal(new Set(answers.map((each) => "message" in each && each.message)).size, MOST_MESSAGES);
      await assert.rejects(sendTogether(aws().sqs, url, of(MOST_MESSAGES + 1)));
      assert.equal(await queueDepth(aws().sqs, url), MOST_MESSAGES);
    });

    const besideABadOne = async (): Promise<readonly QueueAnswer[]> => {
      const { url, wait } = await newQueue();
      const answers = await sendTogether(aws().sqs, url, [
        { body: "\u0001", attributes: {} },
        { body: "fine", attributes: {} },
      ]);
      assert.ok(answers[1] !== undefined && "message" in answers[1]);
      assert.ok((await wait(1)).every(({ Body }) => Body === "fine"));
      return answers;
    };

    law("refuses a message that may not be, and takes those beside it", async () => {
      const [bad] = await besideABadOne();
      assert.ok(bad !== undefined && "code" in bad);
      assert.equal(bad.again, false);
    });

    law("says of a message that may not be that it is for what is in it", async () => {
      const [bad] = await besideABadOne();
      assert.deepEqual(bad, { code: "InvalidMessageContents", again: false });
    });

    law("is found by its name, with its depth; where there is none, none is told", async () => {
      const { name, wait } = await newQueue();
      const url = (await account.queueUrl(name)) ?? "";
      assert.deepEqual(await account.send(url, ["a", "b"]), [true, true]);
      assert.deepEqual(
        await account
          .sendTogether(url, [{ body: "c", attributes: {} }])
          .then((all) => all.map((each) => "message" in each)),
        [true],
      );
      assert.equal((await wait(3)).length, 3);
      assert.equal(await account.depth(name), 3);
      assert.equal(await account.queueUrl("none"), undefined);
      assert.equal(await account.depth("none"), 0);
    });

    law("takes nothing where there is none, and says so", async (): Promise<void> => {
      const url = aws().queueUrl("none");
      assert.deepEqual(await sendMessages(aws().sqs, url, ["a", "b"]), [false, false]);
      await assert.rejects(account.sendTogether(url, [{ body: "a", attributes: {} }]));
    });

    law("tells what time it is", async () => {
      const { name } = await newQueue();
      await account.depth(name);
      const ahead = account.clockAhead();
      assert.ok(ahead !== undefined && Math.abs(ahead) < 3_600_000, `${ahead}`);
    });
  });
