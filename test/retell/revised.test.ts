import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { packTogether } from "../../src/retell/retold.ts";
import type { Site } from "../../src/site.ts";
import { contents, message } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { shippedSite, siteWith } from "../support/site.ts";
import { deliverSoon, service } from "./service.ts";
import { contentsSite, deliveredIn, failuresIn, only, refused, retold, sentOf, unsentOf } from "./support.ts";

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

const verbOf = (statement: unknown): string => String(Object(statement).verb.id).replace(/.*\//, "");

/** The verbs of what a store tells whoever asks it, and how many statements of it are voided. */
const toldBy = (store: string): { readonly verbs: readonly string[]; readonly voided: number } => {
  const voided = sandbox.voided(store);
  const standing = sandbox.statements(store).filter(({ id }) => !voided.includes(id));
  return { verbs: standing.map(verbOf).filter((verb) => verb !== "voided"), voided: voided.length };
};

describe("a mapping that is changed after its statements were delivered", () => {
  let shipped: Site;
  let changed: Site;
  before(async () => {
    shipped = await shippedSite();
    changed = await contentsSite((text) => text.replace("verb: save", "verb: update"));
  });

  it("has them voided and told anew at a store, once, and the account balances", async () => {
    const { store, take, retry, tell, account } = service(sandbox, "campus-lrs");
    const saved = await message(contents());
    await take(shipped, saved);
    assert.deepEqual(toldBy(store), { verbs: ["save"], voided: 0 });

    // The same message comes again after the deployment.
    await take(changed, saved);
    const [sent] = await retry(changed);
    assert.deepEqual([sent?.statements.length, sent?.replaces.length, sent?.becomes], [2, 1, "again"]);
    assert.deepEqual(toldBy(store), { verbs: ["update"], voided: 1 });
    assert.deepEqual(await retry(changed), []);

    const { received, delivered, waiting, setAside, unexplained } = await account();
    assert.deepEqual([received, delivered, waiting, setAside, unexplained], [3, 3, 0, 0, 0]);
    assert.deepEqual(await tell(changed), []);
  });

  it("is told back and forth, each time in place of the last", async () => {
    const { store, take, bucket, at } = service(sandbox, "campus-lrs");
    const saved = await message(contents());
    await take(shipped, saved);
    const delivered = only(await deliveredIn(bucket, "campus-lrs"));
    for (const [site, verb, voided] of [
      [changed, "update", 1],
      [shipped, "save", 2],
      [changed, "update", 3],
      [changed, "update", 3],
    ] as const) {
      const endpoint = at(site);
      const failure = {
        ...refused({ ...delivered, mapping: "another" }, "campus-lrs"),
        class: "waited" as const,
        status: 503,
      };
      const sent = sentOf(await retold([failure], site, "campus-lrs", bucket, { endpoint }));
      for (const { ledger } of sent) await writeLines(bucket, prefixOf("ledger"), ledger);
      const bodies = packTogether(
        sent.map(({ statements }) => statements),
        endpoint.batch,
      );
      await deliverSoon(
        endpoint,
        bucket,
        bodies.map(({ body }) => body),
      );
      assert.deepEqual(toldBy(store), { verbs: [verb], voided });
    }
  });

  it("changes nothing where the message with the revision comes twice", async () => {
    const { store, take, tell, bucket, at } = service(sandbox, "campus-lrs");
    const saved = await message(contents());
    await take(shipped, saved);
    await take(changed, saved);
    const [sent] = sentOf(await tell(changed));
    const endpoint = at(changed);
    const bodies = packTogether([sent?.statements ?? []], endpoint.batch).map(({ body }) => body);
    assert.equal(bodies.length, 1);
    for (let time = 0; time < 2; time++) {
      const { counts } = await deliverSoon(endpoint, bucket, bodies);
      assert.deepEqual([counts.delivered, counts.setAside], [2, 0]);
      assert.deepEqual(toldBy(store), { verbs: ["update"], voided: 1 });
    }
  });

  it("is revised again where its revision was refused, under the same id only where it says the same", async () => {
    const { store, take, retry, tell, account } = service(sandbox, "campus-lrs");
    const saved = await message(contents());
    await take(shipped, saved);
    await take(changed, saved);
    sandbox.behave(store, { refuseAbout: "schema/1.0/update" });
    await retry(changed);
    assert.deepEqual(toldBy(store), { verbs: [], voided: 1 });
    sandbox.behave(store, {});

    const [again] = sentOf(await tell(changed));
    assert.ok(again !== undefined);
    const { failure, statements, replaces, becomes } = again;
    assert.deepEqual([statements.map(({ id }) => id), replaces, becomes], [[failure.id], [], "again"]);
    assert.deepEqual(JSON.parse(only(statements).text), failure.statement);

    const third = await contentsSite((text) => text.replace("verb: save", "verb: create"));
    const other = only(await retry(third));
    assert.deepEqual([other.failure.id, other.becomes], [failure.id, "replaced"]);
    assert.notEqual(only(other.statements).id, failure.id);
    assert.deepEqual(toldBy(store), { verbs: ["create"], voided: 1 });
    const { waiting, setAside, unexplained } = await account();
    assert.deepEqual([waiting, setAside, unexplained], [0, 1, 0]);
  });

  it("has only those elements' statements voided that are refused, of an event with many", async () => {
    const endpoint = `title: Store
protocol: xapi
version: 2.0.0
url: https://store.example.edu/xapi
auth: { scheme: basic, secret: ssm:/logs }
select: { translations: ["+jupyterlab/session-log:given"] }
`;
    const site = await siteWith({ "endpoints/logs.yml": endpoint });
    const { take, bucket } = service(sandbox, "logs");
    const date = (second: number) => new Date(Date.UTC(2026, 10, 22, 1, 0, second)).toISOString();
    const commands = ["a", "b", "c"].map((id, at) => ({ id, args: {}, date: date(at) }));
    await take(site, await message({ id: "log", commands }));
    const all = await deliveredIn(bucket, "logs");
    assert.equal(all.length, 3);
    const [, second] = all;
    assert.ok(second !== undefined);
    for (const mode of ["now", "as-it-was"] as const) {
      const failure = refused(second, "logs", { status: 409 });
      const [sent] = sentOf(await retold([failure], site, "logs", bucket, { mode }));
      assert.deepEqual(sent?.replaces, [second.id]);
      assert.equal(sent?.statements.length, 2);
    }
  });

  it("leaves a Caliper endpoint with what it has, and says that it cannot be taken back", async () => {
    const { take, bucket } = service(sandbox, "campus-caliper");
    await take(shipped, await message(contents()));
    const delivered = only(await deliveredIn(bucket, "campus-caliper"));
    const failure = refused({ ...delivered, mapping: "another" }, "campus-caliper");
    const other = await contentsSite((text) => text.replace("action: Saved", "action: Modified"));
    const [unsent] = unsentOf(await retold([failure], other, "campus-caliper", bucket));
    assert.equal(unsent?.reason, "cannot.revise");
    const [already] = unsentOf(await retold([failure], shipped, "campus-caliper", bucket));
    assert.equal(already?.reason, "delivered.already");
  });
});

describe("a statement that was set aside, as it was", () => {
  it("is sent unchanged, without a look at the archived events, and the one that voids another by any mapping", async () => {
    const shipped = await shippedSite();
    const { take, bucket, store } = service(sandbox, "campus-lrs");
    sandbox.behave(store, { refuseAbout: "/files/" });
    await take(shipped, await message(contents()));
    const failure = only(await failuresIn(bucket, "campus-lrs"));
    const nothing = memoryBucket();
    const [gone] = unsentOf(await retold([failure], shipped, "campus-lrs", nothing));
    assert.equal(gone?.reason, "event.gone");
    const [sent] = sentOf(await retold([failure], shipped, "campus-lrs", nothing, { mode: "as-it-was" }));
    assert.deepEqual(
      sent?.statements.map(({ id, text }) => [id, JSON.parse(text)]),
      [[failure.id, failure.statement]],
    );

    const [revision] = sentOf(
      await retold([{ ...failure, status: 409 }], shipped, "campus-lrs", bucket, { mode: "as-it-was" }),
    );
    assert.equal(revision?.becomes, "replaced");
    const [voiding] = revision?.statements ?? [];
    assert.ok(voiding !== undefined);
    const about = refused(voiding, "campus-lrs", { status: 409 });
    for (const mode of ["now", "as-it-was"] as const) {
      const [again] = sentOf(await retold([about], shipped, "campus-lrs", bucket, { mode }));
      assert.deepEqual(again?.statements, [voiding]);
    }
  });

  it("is nothing where none could be made, and needs none where it was delivered since", async () => {
    const shipped = await shippedSite();
    const bucket = memoryBucket();
    const statement = { id: "s", event: "e", translation: "a:b", mapping: "m", text: '{"id":"s"}' };
    const failure = refused(statement, "campus-lrs");
    const { statement: _, ...none } = failure;
    const tell = async (...parts: Parameters<typeof retold>) => unsentOf(await retold(...parts))[0]?.reason;
    const mode = "as-it-was" as const;
    assert.equal(await tell([none], shipped, "campus-lrs", bucket, { mode }), "no.statement");
    const delivered = new Map([["s", "m"]]);
    assert.equal(
      await tell([failure], shipped, "campus-lrs", bucket, { mode, delivered }),
      "delivered.already",
    );
  });
});
