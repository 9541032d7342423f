import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { excerptOf, withoutSecrets } from "../../../src/delivery/excerpt.ts";
import type { Statement } from "../../../src/delivery/pack.ts";
import type { JsonObject } from "../../../src/event/json.ts";
import { writeVoiding } from "../../../src/xapi/voiding.ts";
import { body, type Delivering, SENSOR, statement, statements } from "../../support/delivering.ts";
import { comeAgain } from "../../support/translating.ts";
import { type Manners, readBack, said, setAside, sorted, toStore } from "./at-store.ts";
import { type Bad, forbidden, worse } from "./bad-statements.ts";
import { type ExampleStatement, exampleStatements } from "./examples.ts";
import type { Store } from "./store.ts";

/** The tests of delivery that hold for every store; `skip` tells why they cannot be run here. */
export const storeTests = (
  name: string,
  start: () => Promise<Store>,
  manners: Manners,
  skip: string | false = false,
): void => {
  describe(`Delivery to ${name}`, { skip }, () => {
    let store: Store;
    before(async () => {
      store = await start();
    });
    after(() => store[Symbol.asyncDispose]());
    const to = (): Delivering => toStore(store);
    const readEach = async (some: readonly Statement[]): Promise<void> => {
      for (const each of some) assert.deepEqual(await readBack(store, manners, each.id), parsed(each));
    };

    describe("of the statements of all examples", () => {
      const mappings = exampleStatements();
      const all = mappings.flat();
      const bodies = mappings.filter((some) => some.length > 0).map((some) => body(...some));

      it("has them all taken, at once and when they come again, and they are there once", async () => {
        assert.ok(all.length > 0, "The examples tell no xAPI statement.");
        const there = await store.ids();
        for (const time of ["at first", "again"]) {
          const delivery = to();
          const result = await delivery.deliver(bodies);
          assert.deepEqual(await refused(delivery, all), [], time);
          assert.deepEqual([comeAgain(result), result.counts.delivered], [[], all.length], time);
          assert.deepEqual(sorted(await delivery.receipts()), idsOf(all), time);
          assert.deepEqual(sorted(await store.ids()), sorted([...there, ...idsOf(all)]), time);
        }
      });

      it("has them read back as they were sent, to the last member, but for what a store sets", async () => {
        await to().deliver(bodies);
        for (const each of all)
          assert.deepEqual(await readBack(store, manners, each.id), parsed(each), each.from);
      });
    });

    it("changes nothing of what is there, where it comes again with something new", async () => {
      const [first, second, third] = [
        statement("xapi", "one"),
        statement("xapi", "two"),
        statement("xapi", "three"),
      ];
      await to().deliver([body(first, second)]);
      const before = [await store.read(first.id), await store.read(second.id)];
      const again = to();
      const { counts } = await again.deliver([body(first, third, second)]);
      assert.deepEqual([counts.delivered, counts.setAside], [3, 0]);
      assert.deepEqual(sorted(await again.receipts()), idsOf([first, second, third]));
      assert.deepEqual([await store.read(first.id), await store.read(second.id)], before);
      await readEach([third]);
    });

    it("may have a statement twice in a batch, which the store itself would refuse", async () => {
      const twice = statement("xapi", "twice");
      const delivery = to();
      const { counts } = await delivery.deliver([body(twice, statement("xapi", "once")), body(twice)]);
      assert.deepEqual([counts.delivered, await delivery.failed()], [2, []]);
      await readEach([twice]);
      assert.equal((await store.post(`[${twice.text},${twice.text}]`)).status, 400);
    });

    it("may have any text, letters that the queue refuses included", async () => {
      const names = [
        "naïve ψυχή 日本語 שלום",
        "🎓👩🏽‍🔬",
        '"quoted" \\ \t \u2028 \u0001',
        "\uFFFE and \uFFFF",
      ];
      const odd = names.map((each) => statement("xapi", each));
      const delivery = to();
      await delivery.deliver([body(...odd)]);
      assert.deepEqual(await delivery.failed(), []);
      await readEach(odd);
    });

    it("may have 500 statements in one request", async () => {
      const many = statements("xapi", 500, "many");
      const there = await store.ids();
      const size = Math.max(...many.map(({ text }) => Buffer.byteLength(text)));
      const delivery = toStore(store, { batch: { events: 500, bytes: 600 * size, wait: 0 } });
      const { counts } = await delivery.deliver([body(...many)]);
      assert.deepEqual([counts.delivered, await delivery.failed()], [500, []]);
      assert.deepEqual(sorted(await store.ids()), sorted([...there, ...idsOf(many)]));
    });

    it(`may void a statement, ${manners.voids ? "which is then gone" : "which this store still tells"}`, async () => {
      const target = statement("xapi", "voided");
      const id = randomUUID();
      const voiding = { ...target, id, text: writeVoiding(id, target.id, SENSOR) };
      await to().deliver([body(target)]);
      const { counts } = await to().deliver([body(voiding)]);
      assert.equal(counts.delivered, 1);
      const { timestamp, ...rest } = await readBack(store, manners, id);
      assert.deepEqual([typeof timestamp, rest], ["string", parsed(voiding)]);
      assert.equal((await store.read(target.id)) === undefined, manners.voids);

      // It has no time of its own, so that it is always the same.
      const again = to();
      await again.deliver([body(voiding)]);
      const conflict = manners.knowsUntimed ? [] : [[id, 409]];
      const failed = await again.bucket.records("failed", "a-store");
      assert.deepEqual(
        failed.map((each) => [each.id, each.status]),
        conflict,
      );
    });

    const isSetAside = async ({ status, from }: Bad, at: number): Promise<void> => {
      const there = statement("xapi", "there");
      await to().deliver([body(there)]);
      const bad = badFrom(there, from);
      const good = statements("xapi", 6, "neighbour");
      const before = await store.ids();

      const delivery = to();
      const { settled, counts } = await delivery.deliver([body(...good.toSpliced(at, 0, bad))]);
      assert.deepEqual(comeAgain({ settled }), []);
      assert.deepEqual([counts.delivered, counts.setAside], [6, 1]);
      assert.deepEqual(sorted(await delivery.receipts()), idsOf(good));
      const alone = await store.post(`[${bad.text}]`);
      assert.equal(alone.status, status(manners));
      // What the store says, without what the statement says of the learner.
      const answer = said(excerptOf(withoutSecrets(await alone.text(), []), [bad.text]));
      const found = await setAside(delivery);
      assert.deepEqual(found, [{ id: bad.id, status: status(manners), said: answer }]);
      assert.doesNotMatch(JSON.stringify(found), /pseudonym/);

      const now = sorted([...before, ...idsOf(good)]);
      assert.deepEqual(sorted(await store.ids()), now, "It has the neighbours besides, and nothing else.");
      await readEach([there, ...good]);
    };
    for (const [what, bad] of Object.entries(worse)) {
      for (const at of [0, 3, 6]) {
        it(`sets a statement aside that has ${what}, and delivers its neighbours (${at + 1} of 7)`, () =>
          isSetAside(bad, at));
      }
    }
    for (const [what, bad] of Object.entries(forbidden)) {
      if (manners.isLax)
        it(`delivers a statement that has ${what}, as this store takes it`, async () => {
          const taken = badFrom(statement("xapi", "there"), bad.from);
          assert.equal((await to().deliver([body(taken)])).counts.delivered, 1);
          await readEach([taken]);
        });
      else
        it(`sets a statement aside that has ${what}, and delivers its neighbours`, () => isSetAside(bad, 3));
    }
  });
};

const parsed = ({ text }: Statement): JsonObject => JSON.parse(text);

const badFrom = (there: Statement, from: Bad["from"]): Statement => {
  const bad = from(parsed(there));
  return { ...there, id: String(bad.id), text: JSON.stringify(bad) };
};

const idsOf = (some: readonly Statement[]): readonly string[] => sorted(some.map(({ id }) => id));

/** What the store would not take of these, with its answer: each is a fault of a mapping. */
const refused = async (to: Delivering, all: readonly ExampleStatement[]): Promise<readonly string[]> =>
  (await to.bucket.records("failed", "a-store")).map(
    ({ id, status, answer }) =>
      `${all.find((each) => each.id === id)?.from}: the store answered ${status}, ${answer}`,
  );
