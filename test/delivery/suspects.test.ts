import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { body, delivering, statement, statements } from "../support/delivering.ts";
import { messageOf } from "../support/delivery-queue.ts";
import { listener } from "../support/listener.ts";

const HOUR = 3_600_000;

describe("a statement that an endpoint fails at, instead of refusing it", () => {
  it("comes to wait alone, while all others are delivered", async () => {
    await using server = await listener((_, text) => ({ status: text.includes("the-poison") ? 500 : 200 }));
    const { deliverMessages, queue, pass, receipts } = delivering({ url: server.url }, "xapi");
    const poison = statement("xapi", "the-poison");
    const good = statements("xapi", 19);
    let waiting = [body(...good.slice(0, 9), poison, ...good.slice(9))];
    for (let tries = 1; tries < 30; tries++) {
      queue.sent.length = 0;
      // The endpoint takes something else in between.
      await deliverMessages([messageOf(body(statement("xapi", "other")))]);
      const { settled } = await deliverMessages(waiting.map((text) => messageOf(text, { received: tries })));
      waiting = [
        ...waiting.filter((_, at) => settled[at] !== undefined),
        ...queue.sent.map((each) => each.body),
      ];
      pass(HOUR / 10);
    }
    assert.equal(new Set(await receipts()).size, 19 + 29);
    assert.deepEqual(waiting.length, 1);
    assert.ok(waiting[0]?.includes(poison.id) && good.every(({ id }) => !waiting[0]?.includes(id)));
  });

  it("is not looked for where the endpoint takes nothing at all, or says that it is busy", async () => {
    for (const [status, text] of [
      [500, ""],
      [503, "the-poison"],
    ] as const) {
      await using server = await listener((_, sent) => ({ status: sent.includes(text) ? status : 200 }));
      const { deliverMessages, queue, pass } = delivering({ url: server.url }, "xapi");
      const message = body(...statements("xapi", 3), statement("xapi", "the-poison"));
      for (let tries = 1; tries < 20; tries++) {
        await deliverMessages([messageOf(body(statement("xapi", "other")))]);
        await deliverMessages([messageOf(message, { received: tries })]);
        pass(HOUR / 10);
      }
      assert.equal(queue.sent.length, 0);
    }
  });
});

describe("an endpoint that fails now and then at whatever it is sent", () => {
  it("gets about as many requests as if no statement were ever blamed", async () => {
    let draw = 1;
    // The same draws every time: Park and Miller's generator.
    const chance = (): number => {
      draw = (draw * 48_271) % 2_147_483_647;
      return draw / 2_147_483_647;
    };
    await using server = await listener(() => ({ status: chance() < 0.5 ? 500 : 200 }));
    const { deliverMessages, queue, pass } = delivering({ url: server.url }, "xapi");
    let waiting = Array.from({ length: 40 }, (_, at) => ({
      text: body(...statements("xapi", 20, `m${at}`)),
      tries: 9,
    }));
    let most = waiting.length;
    for (let round = 0; waiting.length > 0 && round < 400; round++) {
      queue.sent.length = 0;
      const [now, later] = [waiting.slice(0, 10), waiting.slice(10)];
      const { settled } = await deliverMessages(
        now.map(({ text, tries }) => messageOf(text, { received: tries })),
      );
      const again = now.filter((_, at) => settled[at] !== undefined);
      waiting = [
        ...later,
        ...again.map(({ text, tries }) => ({ text, tries: tries + 1 })),
        ...queue.sent.map((each) => ({ text: each.body, tries: 9 })),
      ];
      most = Math.max(most, waiting.length);
      pass(HOUR / 10);
    }
    assert.deepEqual(waiting, []);
    assert.ok(
      most < 50 && server.requests.length < 160,
      `${most} messages, ${server.requests.length} requests`,
    );
  });
});
