/** Delivery to an xAPI store that others wrote: the in-memory Learning Locker, which knows xAPI 1.0.3 only. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, it } from "node:test";
import { excerptOf, withoutSecrets } from "../../../src/delivery/excerpt.ts";
import type { Statement } from "../../../src/delivery/pack.ts";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import {
  body,
  type Delivering,
  delivering,
  SENSOR,
  statement,
  statements,
} from "../../support/delivering.ts";
import { comeAgain } from "../../support/translating.ts";
import { type ExampleStatement, exampleStatements } from "./examples.ts";
import { startStore } from "./learning-locker.ts";

// Where it cannot be had, this file fails as a whole, with one error that says why.
const store = await startStore();
after(() => store[Symbol.asyncDispose]());

/** The project's own delivery to the store, with an archive of its own. */
const toStore = (): Delivering =>
  delivering(store, "xapi", { changes: { url: store.url, limits: { concurrency: 2, timeout: 20_000 } } });

/** The statement with this id as the store has it, less what it sets itself (xAPI 1.0.3 Part Two, 2.4.8 to 2.4.10). */
const readBack = async (id: string): Promise<JsonObject> => {
  const response = await store.get(id);
  assert.equal(response.status, 200, `The store has no statement ${id}.`);
  const found: unknown = await response.json();
  assert.ok(isObject(found));
  const { stored, authority, version, ...sent } = found;
  assert.match(String(stored), /^\d{4}-/);
  assert.ok(isObject(authority));
  assert.match(String(version), /^1\.0\.\d$/);
  return sent;
};

const parsed = ({ text }: Statement): JsonObject => JSON.parse(text);

/** What was set aside, with the store's status and what it said of it. */
const setAside = async ({ bucket }: Delivering): Promise<readonly unknown[]> =>
  (await bucket.records("failed", "a-store")).map(({ id, status, answer }) => ({
    id,
    status,
    said: said(answer),
  }));

/** An answer of this store is one of `message` and `warnings`, beside an id that is new each time. */
const said = (answer: unknown): unknown => {
  const { errorId: _, ...rest } = JSON.parse(String(answer));
  return rest;
};

describe("The statements of all examples, delivered to a store that others wrote", () => {
  const mappings = exampleStatements();
  const all = mappings.flat();
  const bodies = mappings.filter((some) => some.length > 0).map((some) => body(...some));

  it("are all taken, at once and when they come again, and are there once", async () => {
    assert.ok(all.length > 0, "The examples tell no xAPI statement.");
    const there = await store.ids();
    for (const time of ["at first", "again"]) {
      const to = toStore();
      const result = await to.deliver(bodies);
      assert.deepEqual(await refused(to, all), [], time);
      assert.deepEqual([comeAgain(result), result.counts.delivered], [[], all.length], time);
      assert.deepEqual(sorted(await to.receipts()), sorted(all.map(({ id }) => id)), time);
      assert.deepEqual(sorted(await store.ids()), sorted([...there, ...all.map(({ id }) => id)]), time);
    }
  });

  it("are read back as they were sent, to the last member, but for what a store sets", async () => {
    await toStore().deliver(bodies);
    for (const each of all) assert.deepEqual(await readBack(each.id), parsed(each), each.from);
  });
});

describe("A batch for a store that others wrote", () => {
  it("may hold a statement twice, which the store itself would refuse", async () => {
    const twice = statement("xapi", "twice");
    const to = toStore();
    const { counts } = await to.deliver([body(twice, statement("xapi", "once")), body(twice)]);
    assert.deepEqual([counts.delivered, await to.failed()], [2, []]);
    assert.deepEqual(await readBack(twice.id), parsed(twice));

    const response = await store.post(`[${twice.text},${twice.text}]`);
    assert.equal(response.status, 400);
  });

  it("may hold any text, letters that the queue refuses included", async () => {
    const names = ["naïve ψυχή 日本語 שלום", "🎓👩🏽‍🔬", '"quoted" \\ \t \u2028 \u0001', "\uFFFE and \uFFFF"];
    const odd = names.map((name) => statement("xapi", name));
    const to = toStore();
    await to.deliver([body(...odd)]);
    assert.deepEqual(await to.failed(), []);
    for (const each of odd) assert.deepEqual(await readBack(each.id), parsed(each));
  });

  const worse: Readonly<Record<string, { status: number; from: (good: Statement) => JsonObject }>> = {
    "the id of another that is there, but says something else": {
      status: 409,
      from: (there) => ({ ...parsed(there), timestamp: "2026-11-22T01:07:50.000Z" }),
    },
    "no verb": {
      status: 400,
      from: (good) => {
        const { verb: _, ...rest } = parsed(good);
        return { ...rest, id: randomUUID() };
      },
    },
    "an actor whom two things identify": {
      status: 400,
      from: (good) => {
        const account = { homePage: SENSOR, name: "pseudonym" };
        return { ...parsed(good), id: randomUUID(), actor: { mbox: "mailto:ada@example.edu", account } };
      },
    },
  };
  for (const [what, { status, from }] of Object.entries(worse)) {
    for (const at of [0, 3, 6]) {
      it(`has a statement set aside that has ${what}, and its neighbours delivered (${at + 1} of 7)`, async () => {
        const there = statement("xapi", "there");
        await toStore().deliver([body(there)]);
        const text = JSON.stringify(from(there));
        const bad: Statement = { ...there, id: String(JSON.parse(text).id), text };
        const good = statements("xapi", 6, "neighbour");
        const before = await store.ids();

        const to = toStore();
        const { settled, counts } = await to.deliver([body(...good.toSpliced(at, 0, bad))]);
        assert.deepEqual(comeAgain({ settled }), []);
        assert.deepEqual([counts.delivered, counts.setAside], [6, 1]);
        assert.deepEqual(sorted(await to.receipts()), sorted(good.map(({ id }) => id)));
        const alone = await store.post(`[${bad.text}]`);
        assert.equal(alone.status, status);
        // What the store says, without what the statement says of the learner.
        const answer = said(excerptOf(withoutSecrets(await alone.text(), []), [bad.text]));
        assert.deepEqual(await setAside(to), [{ id: bad.id, status, said: answer }]);

        assert.deepEqual(
          sorted(await store.ids()),
          sorted([...before, ...good.map(({ id }) => id)]),
          "The store has the neighbours besides, and nothing else.",
        );
        for (const each of [there, ...good]) assert.deepEqual(await readBack(each.id), parsed(each));
      });
    }
  }
});

/** What the store would not take of these, with its answer: each is a fault of a mapping. */
const refused = async (to: Delivering, all: readonly ExampleStatement[]): Promise<readonly string[]> =>
  (await to.bucket.records("failed", "a-store")).map(
    ({ id, status, answer }) =>
      `${all.find((each) => each.id === id)?.from}: the store answered ${status}, ${answer}`,
  );

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();
