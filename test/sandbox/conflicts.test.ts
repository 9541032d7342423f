import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefused, fresh, sandbox, sendXapi, statement, without } from "./support.ts";

describe("an xAPI store", () => {
  it("answers 200 to an identical repeat, whatever the order of its keys", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, said);
    const turned = Object.fromEntries(Object.entries(said).reverse());
    assert.equal((await sendXapi(store, turned)).status, 200);
    assert.equal(
      (await sendXapi(store, { ...said, stored: "2020-01-01T00:00:00Z", version: "1.0.0" })).status,
      200,
    );
    assert.equal((await sendXapi(store, without(said, "timestamp"))).status, 200);
    assert.equal(sandbox.statements(store).length, 1);
  });

  it("answers 409 to the same id with other content, and keeps nothing of that batch", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, said);
    const other = { ...said, verb: { id: "http://activitystrea.ms/delete" } };
    await assertRefused(await sendXapi(store, [statement(), other]), 409, "/1/id");
    assert.equal(sandbox.statements(store).length, 1);
  });

  it("refuses the whole batch for one bad statement, and says which", async () => {
    const store = fresh();
    await assertRefused(
      await sendXapi(store, [statement(), statement({ verb: { id: "saved" } })]),
      400,
      "/1/verb/id",
    );
    assert.equal(sandbox.statements(store).length, 0);
  });

  it("refuses a batch that holds the same id twice", async () => {
    const store = fresh();
    const said = statement();
    await assertRefused(
      await sendXapi(store, [said, { ...said, id: String(said.id).toUpperCase() }]),
      400,
      "/1/id",
    );
    assert.equal(sandbox.statements(store).length, 0);
  });
});
