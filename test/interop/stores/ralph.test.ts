/**
 * Delivery to an xAPI store that others wrote: Ralph with its file-system backend, which sees to little of the
 * standard. It looks only at a statement's id, its actor and whether it has a verb and an object with ids.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { body, statement } from "../../support/delivering.ts";
import { type Manners, readBack, sorted, toStore } from "./at-store.ts";
import { exampleStatements } from "./examples.ts";
import { ralph, startRalph } from "./ralph.ts";
import { basic } from "./store.ts";
import { storeTests } from "./store-tests.ts";

const manners: Manners = {
  sets: ["stored", "authority"],
  malformed: 422,
  isLax: true,
  voids: false,
  knowsUntimed: false,
};

const part = await ralph();
const skip = "missing" in part ? part.missing : false;

storeTests("Ralph", startRalph, manners, skip);

describe("What is particular to Ralph", { skip }, () => {
  it("is that it takes xAPI 2.0.0 as well: the statements of all examples, which are read back", async () => {
    await using store = await startRalph();
    const all = exampleStatements().flat();
    const to = toStore(store, { version: "2.0.0" });
    const { counts } = await to.deliver([body(...all)]);
    assert.deepEqual([counts.delivered, await to.failed()], [all.length, []]);
    assert.deepEqual(sorted(await store.ids()), sorted(all.map(({ id }) => id)));
    for (const each of all)
      assert.deepEqual(await readBack(store, manners, each.id), JSON.parse(each.text), each.from);
  });

  it("is that it lets in only those whom it knows, and that the others' statements wait", async () => {
    await using store = await startRalph({ authorization: basic("hub:a password") });
    assert.equal(store.secret, "hub:a password");
    const one = statement("xapi", "one");
    const stranger = toStore({ ...store, secret: "hub:another" });
    const { counts } = await stranger.deliver([body(one)]);
    assert.deepEqual([counts.waiting, counts.trouble?.why, counts.trouble?.status], [1, "setup", 401]);
    assert.equal((await toStore(store).deliver([body(one)])).counts.delivered, 1);
    assert.deepEqual(await store.ids(), [one.id]);
  });
});
