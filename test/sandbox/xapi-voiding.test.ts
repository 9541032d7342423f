import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import {
  assertRefused,
  fresh,
  getXapi,
  type Json,
  putXapi,
  sandbox,
  sendXapi,
  statement,
  v2Headers,
  without,
  xapiHeaders,
} from "./support.ts";

const verb = { id: "http://adlnet.gov/expapi/verbs/voided", display: { en: "voided" } };
const actor = { account: { homePage: "https://hub.example.edu", name: "administrator" } };
const reference = (id: unknown): Json => ({ objectType: "StatementRef", id });
const voiding = (id: unknown): Json => statement({ actor, verb, object: reference(id) });

const listed = async (store: string, query: Record<string, string> = {}): Promise<readonly unknown[]> => {
  const response = await getXapi(store, `?${new URLSearchParams(query)}`);
  const { statements } = (await response.json()) as { statements: readonly Json[] };
  return statements.map(({ id }) => id);
};

/** Whether statementId and voidedStatementId find it. */
const found = async (store: string, { id }: Json): Promise<readonly number[]> => {
  const [byId, asVoided] = [`?statementId=${id}`, `?voidedStatementId=${id}`];
  return [(await getXapi(store, byId)).status, (await getXapi(store, asVoided)).status];
};

describe("an xAPI store, told that a statement is void,", () => {
  for (const [version, headers] of [
    ["1.0.3", xapiHeaders],
    ["2.0", v2Headers],
  ] as const) {
    it(`gives it to voidedStatementId only (${version})`, async () => {
      const store = fresh();
      const [said, other] = [statement(), statement()];
      await sendXapi(store, [said, other], headers);
      const voids = voiding(said.id);
      assert.equal((await sendXapi(store, voids, headers)).status, 200);
      await assertRefused(await getXapi(store, `?statementId=${said.id}`), 404);
      const kept = (await (await getXapi(store, `?voidedStatementId=${said.id}`)).json()) as Json;
      assert.deepEqual([kept.id, kept.object], [said.id, said.object]);
      assert.deepEqual(await found(store, other), [200, 404]);
      assert.deepEqual(await found(store, voids), [200, 404]);
      assert.deepEqual(await listed(store), [voids.id, other.id]);
      assert.deepEqual(sandbox.voided(store), [said.id]);
      assert.equal(sandbox.statements(store).length, 3);
    });
  }

  it("does so whichever came first, in one batch or by PUT, whatever the case of the id", async () => {
    const orders = [
      (said: Json, voids: Json) => [[voids], [said]],
      (said: Json, voids: Json) => [[said, voids]],
      (said: Json, voids: Json) => [[voids, said]],
    ];
    for (const order of orders) {
      const store = fresh();
      const said = statement();
      for (const batch of order(said, voiding(String(said.id).toUpperCase()))) {
        assert.equal((await sendXapi(store, batch)).status, 200);
      }
      assert.deepEqual(await found(store, said), [404, 200]);
      assert.deepEqual(sandbox.voided(store), [said.id]);
    }
    const store = fresh();
    const [said, voids] = [statement(), voiding(randomUUID())];
    await sendXapi(store, said);
    await putXapi(store, String(voids.id), { ...voids, object: reference(said.id) });
    assert.deepEqual(await found(store, said), [404, 200]);
  });

  it("knows nothing of a statement that is void before it has come", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, voiding(said.id));
    assert.deepEqual(await found(store, said), [404, 404]);
    assert.deepEqual(sandbox.voided(store), []);
  });

  it("keeps a statement that would void one that voids, and voids nothing by it", async () => {
    const store = fresh();
    const said = statement();
    const voids = voiding(said.id);
    const again = voiding(voids.id);
    await sendXapi(store, [again, said, voids]);
    assert.deepEqual(await found(store, said), [404, 200]);
    assert.deepEqual(await found(store, voids), [200, 404]);
    assert.deepEqual(await found(store, again), [200, 404]);
    assert.deepEqual(sandbox.voided(store), [said.id]);
  });

  it("takes it again as it was, and not in other words, and leaves it void", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, [said, voiding(said.id)]);
    assert.equal((await sendXapi(store, said)).status, 200);
    await assertRefused(await sendXapi(store, { ...said, result: { success: true } }), 409);
    assert.deepEqual(await found(store, said), [404, 200]);
  });

  it("lists what is about it as if it were there, voiding or not, and in circles too", async () => {
    const store = fresh();
    const object = { id: "https://hub.example.edu/files/b.ipynb" };
    const said = statement({ object });
    const [voids, confirms] = [voiding(said.id), statement({ actor, object: reference(said.id) })];
    const [one, two] = [randomUUID(), randomUUID()];
    const circle = [
      statement({ id: one, object: reference(two) }),
      statement({ id: two, object: reference(one), actor }),
    ];
    await sendXapi(store, [said, voids, confirms, ...circle]);
    const agent = JSON.stringify(said.actor);
    assert.deepEqual(await listed(store, { activity: object.id }), [confirms.id, voids.id]);
    assert.deepEqual(await listed(store, { verb: verb.id, agent }), [voids.id]);
    assert.deepEqual(await listed(store, { verb: "http://activitystrea.ms/save", agent, limit: "3" }), [
      two,
      one,
      confirms.id,
    ]);
  });

  it("refuses a statement that voids without a StatementRef, but lets a sub-statement say so", async () => {
    const activity = { id: "https://hub.example.edu/files/a.ipynb" };
    for (const object of [activity, actor, { objectType: "Agent", ...actor }]) {
      await assertRefused(await sendXapi(fresh(), statement({ verb, object })), 400);
    }
    await assertRefused(await sendXapi(fresh(), [statement({ verb, object: activity })]), 400, "/0/object");
    const store = fresh();
    const said = statement();
    const planned = {
      ...without(without(voiding(said.id), "id"), "timestamp"),
      objectType: "SubStatement",
    };
    assert.equal((await sendXapi(store, [said, statement({ object: planned })])).status, 200);
    assert.deepEqual(await found(store, said), [200, 404]);
  });

  it("wants voidedStatementId to be a UUID and to stand alone", async () => {
    const id = randomUUID();
    for (const query of ["x", `${id}&limit=1`, `${id}&statementId=${id}`, `${id}&voidedStatementId=${id}`]) {
      await assertRefused(await getXapi(fresh(), `?voidedStatementId=${query}`), 400);
    }
  });

  it("leaves a reference with another verb without effect", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, [said, statement({ object: reference(said.id) })]);
    assert.deepEqual(await found(store, said), [200, 404]);
    assert.deepEqual(sandbox.voided(store), []);
  });
});
