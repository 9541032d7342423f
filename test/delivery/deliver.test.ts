import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import type { Statement } from "../../src/delivery/pack.ts";
import { body, delivering, statement, statements } from "../support/delivering.ts";
import { comeAgain } from "../support/translating.ts";

const idsOf = (all: readonly Statement[]): readonly string[] => all.map(({ id }) => id).sort();

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

/** The requests that carried statements; a Caliper endpoint is also asked what it takes. */
const posted = (store: string): ReturnType<Sandbox["requests"]> =>
  sandbox.requests(store).filter(({ method }) => method === "POST");

const arrived = (store: string): readonly string[] => [
  ...sandbox.statements(store).map(({ id }) => id),
  ...sandbox.caliper(store).map(({ id }) => String(id).replace("urn:uuid:", "")),
];

for (const protocol of ["xapi", "caliper"] as const) {
  describe(`delivering ${protocol}`, () => {
    it("hands over whole messages in few requests and writes a receipt for each statement", async () => {
      const { store, deliver, receipts, failed, bucket } = delivering(sandbox, protocol);
      const all = statements(protocol, 50);
      const bodies = [body(...all.slice(0, 20)), body(...all.slice(20, 49)), body(...all.slice(49))];
      const { settled, counts } = await deliver(bodies);
      assert.deepEqual(comeAgain({ settled }), []);
      const { oldest, ...others } = counts;
      assert.deepEqual(others, { endpoint: "a-store", messages: 3, delivered: 50, setAside: 0, waiting: 0 });
      assert.ok(oldest >= 0);
      assert.deepEqual([...arrived(store)].sort(), idsOf(all));
      assert.deepEqual([...(await receipts())].sort(), idsOf(all));
      assert.deepEqual(await failed(), []);
      assert.equal(posted(store).length, 1);
      const [receipt] = await bucket.records("receipts", "a-store");
      const { id, event, translation, mapping, text } = all[0] ?? statement(protocol, "");
      const content = hash("sha256", text).slice(0, 16);
      assert.deepEqual(
        { ...receipt, at: "" },
        { id, event, translation, mappingHash: mapping, content, at: "", status: 200 },
      );
      assert.match(String(receipt?.at), /^\d{4}-.*Z$/);
    });

    it("keeps to the endpoint's count of statements per request", async () => {
      const { store, deliver } = delivering(sandbox, protocol, {
        changes: { batch: { events: 10, bytes: 1e6, wait: 0 } },
      });
      await deliver(Array.from({ length: 5 }, () => body(...statements(protocol, 4))));
      assert.deepEqual(
        posted(store).map(({ items }) => items),
        [10, 10],
      );
    });

    it("narrows a refusal down to the one bad statement of twenty, and delivers the rest", async () => {
      const { store, deliver, failed, bucket } = delivering(sandbox, protocol);
      sandbox.behave(store, { refuseAbout: "the-bad-one" });
      const good = statements(protocol, 19);
      const bad = statement(protocol, "the-bad-one");
      const { settled, counts } = await deliver([
        body(...good.slice(0, 7), bad, ...good.slice(7, 10)),
        body(...good.slice(10)),
      ]);
      assert.deepEqual(comeAgain({ settled }), []);
      assert.deepEqual([counts.delivered, counts.setAside, counts.waiting], [19, 1, 0]);
      assert.deepEqual([...arrived(store)].sort(), idsOf(good));
      assert.deepEqual(await failed(), [bad.id]);
      const [record] = await bucket.records("failed", "a-store");
      assert.equal(record?.reason, "endpoint.refused");
      assert.equal(record?.status, 400);
      assert.match(String(record?.answer), /sandbox/i);
      assert.deepEqual(record?.statement, JSON.parse(bad.text));
      assert.ok(posted(store).length <= 11);
    });

    it("splits a batch that is too large for the endpoint, and sets aside what alone is too large", async () => {
      const { store, deliver, failed, bucket } = delivering(sandbox, protocol);
      sandbox.behave(store, { maxBytes: 3000 });
      const small = statements(protocol, 8);
      const large = statement(protocol, "x".repeat(3000));
      const { settled } = await deliver([body(...small, large)]);
      assert.deepEqual(comeAgain({ settled }), []);
      assert.deepEqual([...arrived(store)].sort(), idsOf(small));
      assert.deepEqual(await failed(), [large.id]);
      assert.equal((await bucket.records("failed", "a-store"))[0]?.reason, "size.exceeded");
    });

    it("sends a statement once that is in two messages of a batch, or in one message twice", async () => {
      const { store, deliver, receipts } = delivering(sandbox, protocol);
      const [one, two] = [statement(protocol, "1"), statement(protocol, "2")];
      const { settled } = await deliver([body(one, two), body(one), body(two, two)]);
      assert.deepEqual(comeAgain({ settled }), []);
      assert.deepEqual([...arrived(store)].sort(), idsOf([one, two]));
      assert.equal((await receipts()).length, 2);
    });

    it("fails only the message that it cannot read", async () => {
      const { deliver, receipts } = delivering(sandbox, protocol);
      const good = statements(protocol, 2);
      const [first, second] = good.map((each) => body(each));
      const unreadable = [
        "",
        "hello",
        "statements/3\t\t\t\na\tb\tc\td\te\t{}",
        "statements/2\t\t\t\na\tb\tc\td\t{}",
        "statements/2\t\t\t\n",
      ];
      const { settled } = await deliver([first ?? "", ...unreadable, second ?? ""]);
      assert.deepEqual(comeAgain({ settled }), [1, 2, 3, 4, 5]);
      assert.deepEqual([...(await receipts())].sort(), idsOf(good));
    });

    it("may be asked again for what it has delivered: ids and receipts stay the same", async () => {
      const { store, deliver, receipts } = delivering(sandbox, protocol);
      const all = statements(protocol, 3);
      await deliver([body(...all)]);
      const { settled } = await deliver([body(...all)]);
      assert.deepEqual(comeAgain({ settled }), []);
      assert.deepEqual([...new Set(arrived(store))].sort(), idsOf(all));
      assert.deepEqual([...new Set(await receipts())].sort(), idsOf(all));
    });

    it("rejects where receipts cannot be kept, so that the messages come again", async () => {
      const { deliver } = delivering(sandbox, protocol, { fails: (key) => key.startsWith("receipts/") });
      await assert.rejects(deliver([body(...statements(protocol, 1))]), /SlowDown/);
    });

    it("makes no request for no statements", async () => {
      const { store, deliver, bucket } = delivering(sandbox, protocol);
      assert.deepEqual((await deliver([])).settled, []);
      assert.deepEqual((await deliver(["statements/2\t\t\t"])).settled, [undefined]);
      assert.equal(sandbox.requests(store).length, 0);
      assert.equal(bucket.puts.length, 0);
    });
  });
}

describe("an xAPI store that has another statement under the same id", () => {
  it("refuses only that one: it is set aside with the answer, its neighbours are delivered", async () => {
    const { store, deliver, failed, bucket } = delivering(sandbox, "xapi");
    const [first, ...others] = statements("xapi", 6);
    assert.ok(first !== undefined);
    await deliver([body(first)]);
    const changed = { ...first, text: first.text.replace("saved", "changed") };
    const { settled } = await deliver([body(...others.slice(0, 3), changed, ...others.slice(3))]);
    assert.deepEqual(comeAgain({ settled }), []);
    assert.deepEqual(await failed(), [first.id]);
    assert.equal((await bucket.records("failed", "a-store"))[0]?.status, 409);
    assert.deepEqual([...arrived(store)].sort(), idsOf([first, ...others]));
  });
});
