import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { body, delivering, statement, statements } from "../support/delivering.ts";
import { messageOf } from "../support/delivery-queue.ts";
import { listener } from "../support/listener.ts";
import { comeAgain } from "../support/translating.ts";

describe("an endpoint that is so slow that a function has no time to find what it refuses", () => {
  it("gets all the good statements in the end, and the bad one is set aside", async () => {
    let spent = 0;
    await using server = await listener((_, text) => {
      spent += 250_000;
      return { status: text.includes("the-bad-one") ? 400 : 200 };
    });
    const { deliverMessages, queue, receipts, failed, pass } = delivering({ url: server.url }, "xapi", {
      changes: { limits: { concurrency: 2, timeout: 300_000 } },
    });
    const good = statements("xapi", 49);
    const bad = statement("xapi", "the-bad-one");
    let waiting = [body(bad, ...good)];
    for (let tries = 1; waiting.length > 0 && tries < 60; tries++) {
      const [first = "", ...others] = waiting;
      queue.sent.length = 0;
      spent = 0;
      const { settled } = await deliverMessages(
        [messageOf(first, { received: tries })],
        () => 900_000 - spent,
      );
      pass(1_000_000);
      waiting = [
        ...others,
        ...(settled[0] === undefined ? [] : [first]),
        ...queue.sent.map((each) => each.body),
      ];
    }
    assert.deepEqual(waiting, []);
    assert.deepEqual([...(await receipts())].sort(), good.map(({ id }) => id).sort());
    assert.deepEqual(await failed(), [bad.id]);
  });
});

describe("an archive that takes nothing", () => {
  it("makes messages wait ever longer, instead of sending the same statements again and again", async () => {
    await using server = await listener(() => ({}));
    const { deliverMessages, queue, pass } = delivering({ url: server.url }, "xapi", {
      fails: () => true,
      random: () => 0,
    });
    const messages = statements("xapi", 3).map((each) => messageOf(body(each), { received: 6 }));
    for (let batch = 0; batch < 5; batch++) {
      await assert.rejects(deliverMessages(messages), /SlowDown/);
      pass(60_000);
    }
    assert.equal(queue.hidden.length, 15);
    assert.ok(queue.hidden.every(({ seconds }) => seconds >= 16));
    // Meanwhile, the endpoint is left alone like one in trouble.
    await deliverMessages(messages).catch(() => undefined);
    pass(-59_000);
    assert.equal((await deliverMessages(messages)).counts.trouble?.why, "rest");
  });
});

describe("a queue that takes a remainder only in part", () => {
  it("is asked once more for what it did not take", async () => {
    await using server = await listener((_, text) => ({ status: text.includes("waits") ? 503 : 200 }));
    let calls = 0;
    const { deliverMessages, queue } = delivering({ url: server.url }, "xapi", {
      changes: { batch: { events: 1, bytes: 512 * 1024, wait: 0 } },
      takes: (at) => calls++ > 1 || at === 0,
    });
    const [first, ...others] = [
      statement("xapi", "goes"),
      statement("xapi", "waits-1"),
      statement("xapi", "waits-2"),
    ];
    assert.ok(first !== undefined);
    const { settled } = await deliverMessages([messageOf(body(first, ...others))]);
    assert.deepEqual(comeAgain({ settled }), []);
    assert.equal(queue.sent.length, 2);
  });
});
