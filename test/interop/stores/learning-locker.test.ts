/** Delivery to an xAPI store that others wrote: the in-memory Learning Locker, which knows xAPI 1.0.3 only. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { body, statement } from "../../support/delivering.ts";
import { type Manners, readBack, sorted, toStore } from "./at-store.ts";
import { startStore } from "./learning-locker.ts";
import { storeTests } from "./store-tests.ts";

const manners: Manners = {
  sets: ["stored", "authority", "version"],
  malformed: 400,
  isLax: false,
  voids: true,
  knowsUntimed: true,
};

storeTests("Learning Locker", startStore, manners);

describe("What is particular to Learning Locker", () => {
  it("is that it refuses xAPI 2.0.0, and says so in what is set aside", async () => {
    await using store = await startStore();
    const some = [statement("xapi", "one"), statement("xapi", "two")];
    const to = toStore(store, { version: "2.0.0" });
    const { counts } = await to.deliver([body(...some)]);
    assert.deepEqual([counts.delivered, counts.setAside], [0, 2]);
    for (const { status, answer } of await to.bucket.records("failed", "a-store")) {
      assert.equal(status, 400);
      assert.match(String(answer), /X-Experience-API-Version/);
    }
    assert.deepEqual(await store.ids(), []);
  });

  it("is that it knows a statement again that leaves out what goes without saying", async () => {
    await using store = await startStore();
    const one = statement("xapi", "one");
    const { object, ...rest } = JSON.parse(one.text);
    const { objectType: _, ...brief } = object;
    await toStore(store).deliver([body(one)]);
    const again = { ...one, text: JSON.stringify({ ...rest, object: brief }) };
    const to = toStore(store);
    assert.equal((await to.deliver([body(again)])).counts.delivered, 1);
    assert.deepEqual(sorted(await store.ids()), [one.id]);
    assert.deepEqual(await readBack(store, manners, one.id), JSON.parse(one.text));
  });
});
