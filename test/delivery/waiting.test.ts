import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { backoff, hiddenFor, restOf } from "../../src/delivery/waiting.ts";
import { body, delivering, statement, statements } from "../support/delivering.ts";
import { messageOf } from "../support/delivery-queue.ts";
import { listener } from "../support/listener.ts";
import { comeAgain } from "../support/translating.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

/** Lets no time go by but what a test lets pass, however long it takes: rests are as short as a second. */
const standStill = ({ mock }: TestContext): void => mock.timers.enable({ apis: ["Date"], now: Date.now() });

/** A function that has no time to wait, but to send something. */
const hurried = (): number => 6500;

const one = { events: 1, bytes: 512 * 1024, wait: 0 };

describe("the time between two tries", () => {
  it("doubles from a second to an hour, and stays there", () => {
    assert.deepEqual([1, 2, 3, 12, 13, 5000].map(backoff), [1000, 2000, 4000, 2_048_000, HOUR, HOUR]);
  });

  it("is spread by chance, is never shorter than it must be nor longer than an hour", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 0, max: 2 * HOUR }),
        random,
        (tries, least, by) => {
          const time = hiddenFor(tries, least, () => by);
          assert.ok(time >= Math.min(HOUR, least) && time >= backoff(tries) / 2 && time <= HOUR);
        },
      ),
    );
    assert.notEqual(
      hiddenFor(5, 0, () => 0),
      hiddenFor(5, 0, () => 0.9),
    );
    assert.notEqual(
      hiddenFor(1, 60_000, () => 0),
      hiddenFor(1, 60_000, () => 0.9),
    );
  });

  it("comes to fewer tries than SQS counts, for as long as a message is kept", () => {
    let [age, tries] = [0, 0];
    while (age < 14 * DAY) age += hiddenFor(++tries, 0, () => 0);
    assert.ok(tries < 1000, `${tries}`);
  });
});

describe("an endpoint in trouble", () => {
  it("rests for a second, then for longer, up to five minutes; and is forgiven at once", () => {
    let now = 0;
    const rest = restOf(() => now);
    assert.equal(rest.left(), 0);
    const rests = Array.from({ length: 12 }, () => {
      rest.failed();
      const left = rest.left();
      now += left;
      assert.equal(rest.left(), 0);
      return left;
    });
    assert.deepEqual(rests.slice(0, 4), [1000, 2000, 4000, 8000]);
    assert.deepEqual(rests.slice(-2), [300_000, 300_000]);
    rest.failed(1_800_000);
    assert.equal(rest.left(), 1_800_000);
    rest.failed(50 * HOUR);
    assert.equal(rest.left(), HOUR);
    rest.succeeded();
    assert.equal(rest.left(), 0);
  });

  it("is tried with one request after each rest, however many messages come", async (t) => {
    standStill(t);
    const { store, deliver, pass, queue } = delivering(sandbox, "xapi", {
      changes: { batch: one },
      random: () => 0,
    });
    sandbox.behave(store, { status: 503 });
    const bodies = statements("xapi", 5).map((each) => body(each));
    for (let batch = 0; batch < 10; batch++) {
      const { settled, counts } = await deliver(bodies, hurried);
      assert.equal(comeAgain({ settled }).length, 5);
      assert.equal(counts.trouble?.why, batch === 0 ? "retry" : "rest");
    }
    assert.equal(sandbox.requests(store).length, 1);
    pass(1000);
    for (let batch = 0; batch < 10; batch++) await deliver(bodies, hurried);
    assert.equal(sandbox.requests(store).length, 2);
    // What comes while it rests is hidden until it may be tried.
    assert.ok(queue.hidden.slice(55).every(({ seconds }) => seconds >= 1 && seconds <= 3));
    sandbox.behave(store, {});
    pass(2000);
    assert.equal((await deliver(bodies, hurried)).counts.delivered, 5);
    assert.equal((await deliver(bodies.slice(0, 1), hurried)).counts.delivered, 1);
  });

  it("is waited for by the function itself where its rest is short", async () => {
    const { store, deliver } = delivering(sandbox, "xapi");
    sandbox.behave(store, { status: 503 });
    const bodies = [body(statement("xapi", "one"))];
    await deliver(bodies);
    sandbox.behave(store, {});
    assert.equal((await deliver(bodies)).counts.delivered, 1);
  });

  it("is left alone for as long as it asks, in either form of Retry-After", async (t) => {
    standStill(t);
    for (const header of ["120", new Date(Date.now() + 120_500).toUTCString()]) {
      await using server = await listener(() => ({ status: 429, headers: { "Retry-After": header } }));
      const { deliver, queue, pass } = delivering({ url: server.url }, "xapi", { random: () => 0 });
      const bodies = [body(statement("xapi", "one"))];
      await deliver(bodies);
      const [{ seconds } = { seconds: 0 }] = queue.hidden;
      assert.ok(seconds >= 118 && seconds <= 121, `${seconds}`);
      pass(100_000);
      assert.equal((await deliver(bodies)).counts.trouble?.why, "rest");
      assert.equal(server.requests.length, 1);
      pass(22_000);
      await deliver(bodies);
      assert.equal(server.requests.length, 2);
    }
  });

  it("is tried again ever more seldom for a message that comes again and again", async () => {
    const { store, deliverMessages, queue, pass } = delivering(sandbox, "xapi", { random: () => 0 });
    sandbox.behave(store, { status: 503 });
    for (const received of [1, 4, 9, 30]) {
      await deliverMessages([messageOf(body(statement("xapi", "one")), { received })]);
      pass(HOUR);
    }
    assert.deepEqual(
      queue.hidden.map(({ seconds }) => seconds),
      // Half of the time at the least; and for as long as the endpoint rests.
      [1, 4, 128, 1800],
    );
  });
});

describe("a message that partly ends", () => {
  it("is acknowledged, and only what remains of it goes back into the queue, with its past", async () => {
    const { store, deliverMessages, queue, pass } = delivering(sandbox, "xapi", {
      changes: { batch: { ...one, events: 2 } },
    });
    sandbox.behave(store, { failEvery: 2 });
    const all = statements("xapi", 5);
    const since = Date.now() - HOUR;
    const { settled, counts } = await deliverMessages([
      messageOf(body(...all), { received: 3, sent: since }),
    ]);
    assert.deepEqual([comeAgain({ settled }), counts.delivered, counts.waiting], [[], 2, 3]);
    assert.equal(queue.hidden.length, 0);
    assert.equal(queue.sent.length, 2);
    assert.ok(queue.sent.every(({ body: text }) => text.startsWith(`statements/2\t${since}\t3\t\n`)));
    sandbox.behave(store, {});
    pass(1000);
    await deliverMessages(queue.sent.map(({ body: text }) => messageOf(text)));
    assert.equal(sandbox.statements(store).length, 5);
    const accepted = sandbox.requests(store).filter(({ status }) => status === 200);
    assert.equal(
      accepted.reduce((sum, { items }) => sum + items, 0),
      5,
    );
  });

  it("comes again whole where the queue does not take the remainder: nothing is lost", async () => {
    const { store, deliverMessages, queue } = delivering(sandbox, "xapi", {
      changes: { batch: one },
      takes: () => false,
    });
    sandbox.behave(store, { failEvery: 2 });
    const { settled } = await deliverMessages([messageOf(body(...statements("xapi", 3)))]);
    assert.deepEqual([comeAgain({ settled }), queue.sent.length, queue.hidden.length], [[0], 0, 1]);
  });
});

describe("a statement that waits for thirteen days", () => {
  it("is set aside before the queue forgets it, with the last answer, how often and how long it was tried", async () => {
    const { store, deliverMessages, bucket } = delivering(sandbox, "xapi");
    sandbox.behave(store, { status: 503 });
    const [old, recent] = [statement("xapi", "old"), statement("xapi", "recent")];
    const since = Date.now() - 13 * DAY - 1000;
    const { settled, counts } = await deliverMessages([
      messageOf(body(old), { received: 340, sent: since }),
      messageOf(body(recent)),
    ]);
    assert.deepEqual([comeAgain({ settled }), counts.setAside, counts.waiting], [[1], 1, 1]);
    assert.ok(counts.oldest >= 13 * DAY);
    const [record] = await bucket.records("failed", "a-store");
    assert.deepEqual(
      [record?.id, record?.class, record?.reason, record?.status, record?.tries, record?.since],
      [old.id, "waited", "endpoint.unavailable", 503, 340, new Date(since).toISOString()],
    );
  });

  it("is set aside while the endpoint rests as well", async (t) => {
    standStill(t);
    const { store, deliverMessages, bucket } = delivering(sandbox, "xapi");
    sandbox.behave(store, { status: 503 });
    await deliverMessages([messageOf(body(statement("xapi", "recent")))], hurried);
    await deliverMessages(
      [messageOf(body(statement("xapi", "old")), { sent: Date.now() - 14 * DAY })],
      hurried,
    );
    assert.equal((await bucket.records("failed", "a-store")).length, 1);
    assert.equal(sandbox.requests(store).length, 1);
  });
});
