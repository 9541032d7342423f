import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unpack } from "../../src/delivery/pack.ts";
import type { Outgoing } from "../../src/replay/decide.ts";
import { outboxTo, Untaken } from "../../src/replay/outbox.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { LRS } from "./support.ts";

const outgoing = (id: string): Outgoing => ({
  statements: [
    { id, event: `event of ${id}`, translation: "a:b", mapping: "0123456789ab", text: `{"id":"${id}"}` },
  ],
  ledger: [{ partition: "dt=2026-11-22", text: `{"event":"event of ${id}"}` }],
  of: new Set([id]),
});

/** An outbox whose queue takes nothing until it is let. */
const held = async (takes: () => boolean = () => true) => {
  const { endpoints } = await shippedSite();
  const endpoint = endpoints.find(({ name }) => name === LRS) ?? assert.fail();
  const bucket = memoryBucket();
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  const outbox = outboxTo({
    bucket,
    endpoint,
    send: async (_, bodies) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      const taken = bodies.map(takes);
      for (const [at, body] of bodies.entries())
        if (taken[at] === true) sent.push(...unpack(body).statements.map(({ id }) => id));
      return taken;
    },
    turn: async () => {},
    together: 1,
  });
  const letOne = async (): Promise<void> => {
    while (waiting.length === 0) await new Promise(setImmediate);
    waiting.shift()?.();
  };
  return { outbox, bucket, sent, waiting, letOne };
};

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
};

describe("What is sent while more is made", () => {
  it("is one lot at a time, in its order, each after its lines of the ledger", async () => {
    const { outbox, bucket, sent, waiting, letOne } = await held();
    outbox.put([outgoing("a")], []);
    await outbox.flush();
    assert.ok(outbox.isEmpty());
    outbox.put([outgoing("b")], []);
    let isBegun = false;
    const second = outbox.flush().then(() => {
      isBegun = true;
    });
    await turns();
    // The first one is still under way, and nothing of the second.
    assert.deepEqual([isBegun, sent, waiting.length], [false, [], 1]);
    assert.equal((await bucket.records("ledger")).length, 1);
    await letOne();
    await second;
    const settled = outbox.settle();
    await letOne();
    await settled;
    assert.deepEqual(sent, ["a", "b"]);
    assert.equal((await bucket.records("ledger")).length, 2);
  });

  it("throws where the queue does not take it, to whoever sends more or waits, and to nobody before", async () => {
    for (const next of ["flush", "settle"] as const) {
      const { outbox, letOne } = await held(() => false);
      const mark = { partition: "dt=2026-11-22", text: "{}" };
      outbox.put([outgoing("a")], [mark]);
      await outbox.flush();
      await letOne();
      await turns();
      outbox.put([outgoing("b")], []);
      await assert.rejects(outbox[next](), Untaken);
    }
  });

  it("marks what was set aside as sent only where the queue has it", async () => {
    const mark = { partition: "dt=2026-11-22", text: '{"id":"a"}' };
    for (const isTaken of [true, false]) {
      const { outbox, bucket, letOne } = await held(() => isTaken);
      outbox.put([outgoing("a")], [mark]);
      const settled = outbox.settle();
      await letOne();
      if (isTaken) await settled;
      else await assert.rejects(settled, Untaken);
      assert.equal((await bucket.records("failed", LRS)).length, isTaken ? 1 : 0);
    }
  });
});
