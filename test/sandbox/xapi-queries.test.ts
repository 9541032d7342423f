import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { assertRefused, fresh, getXapi, type Json, sandbox, sendXapi, statement } from "./support.ts";

describe("an xAPI store", () => {
  it("finds a statement by its id, with what the store adds", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, said);
    const found = (await (await getXapi(store, `?statementId=${said.id}`)).json()) as Json;
    assert.ok(typeof found.stored === "string" && typeof found.authority === "object");
    assert.deepEqual({ ...said, stored: found.stored, authority: found.authority, version: "1.0.0" }, found);
    await assertRefused(await getXapi(store, `?statementId=${randomUUID()}`), 404);
    await assertRefused(await getXapi(store, "?statementId=12"), 400);
  });

  it("lists statements newest first, by limit, verb, agent and activity", async () => {
    const store = fresh();
    const verb = { id: "http://activitystrea.ms/delete" };
    const actor = { mbox: "mailto:ada@example.edu" };
    const object = { id: "https://hub.example.edu/files/b.ipynb" };
    const [first, second, third, fourth] = [
      statement(),
      statement({ verb }),
      statement({ actor }),
      statement({ object }),
    ];
    await sendXapi(store, [first, second, third, fourth]);
    const ids = async (query: Record<string, string>): Promise<readonly unknown[]> => {
      const list = (await (await getXapi(store, `?${new URLSearchParams(query)}`)).json()) as {
        statements: readonly Json[];
        more: string;
      };
      assert.equal(list.more, "");
      return list.statements.map(({ id }) => id);
    };
    assert.deepEqual(await ids({}), [fourth.id, third.id, second.id, first.id]);
    assert.deepEqual(await ids({ limit: "1" }), [fourth.id]);
    assert.deepEqual(await ids({ verb: verb.id }), [second.id]);
    assert.deepEqual(await ids({ agent: JSON.stringify(actor) }), [third.id]);
    assert.deepEqual(await ids({ agent: JSON.stringify(first.actor) }), [fourth.id, second.id, first.id]);
    assert.deepEqual(await ids({ activity: object.id }), [fourth.id]);
    for (const query of [
      "?limit=-1",
      "?verb=save",
      "?activity=x",
      "?agent={",
      "?agent={}",
      "?since=2020",
      `?statementId=${first.id}&limit=1`,
    ]) {
      await assertRefused(await getXapi(store, query), 400);
    }
  });

  it("says to anybody which versions it takes", async () => {
    const response = await fetch(`${sandbox.url}/xapi/${fresh()}/about`);
    const { version } = (await response.json()) as { version: readonly string[] };
    assert.ok(version.includes("1.0.3") && version.includes("2.0.0"));
  });
});
