import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventOf } from "../../workbench/views/event.ts";
import { service } from "../retell/service.ts";
import { only } from "../retell/support.ts";
import { contents, message } from "../support/events.ts";
import { copies, FAILED_AT, siteThatFails } from "../support/site.ts";
import { endingAt, idsIn, LRS, sandbox, saved, shipped, theEvent } from "./event-support.ts";
import { archive, deskOver } from "./support.ts";

describe("an event that was refused", () => {
  it("shows the endpoint's answer and what to do", async () => {
    const archived = await saved("hw1/hw1.ipynb", true);
    const ending = endingAt(await theEvent(archived.bucket, await deskOver(archived, shipped)), LRS);
    const { state, as, failure, receipt, statement } = only(ending.statements);
    assert.deepEqual([ending.state, state, as, receipt], ["setAside", "setAside", "sent", undefined]);
    assert.equal(JSON.stringify(statement), only(archived.statements(LRS)).text);
    assert.equal(failure?.status, 400);
    assert.equal(failure.reason, "endpoint.refused");
    assert.match(failure.detail, /answered 400/);
    assert.ok((failure.answer ?? "").length > 0);
    assert.match(failure.advice, /jlt failures retry/);
  });

  it("shows its place in the mapping where that failed, and no statement", async () => {
    const own = { ...shipped, site: await siteThatFails(copies) };
    const archived = await archive(own);
    await archived.translate([await message(contents({ action: "copy" }))]);
    const { state, failure, statements, nothing } = endingAt(
      await theEvent(archived.bucket, await deskOver(archived, own)),
      LRS,
    );
    assert.deepEqual([state, statements, nothing], ["setAside", [], undefined]);
    assert.equal(failure?.reason, "mapping.failed");
    assert.ok(failure.detail.includes(FAILED_AT));
    assert.ok(failure.advice.length > 0);
  });

  it("waits again where it was sent again", async () => {
    const { take, retry, bucket, at } = service(sandbox, LRS);
    sandbox.behave(String(at(shipped.site).url).split("/").at(-1) ?? "", { status: 400 });
    await take(shipped.site, await message(contents()));
    sandbox.behave(String(at(shipped.site).url).split("/").at(-1) ?? "", {});
    const id = only(await idsIn(bucket));
    const refused = only(endingAt(await eventOf(await deskOver({ bucket }, shipped), id), LRS).statements);
    assert.equal(refused.state, "setAside");
    await retry(shipped.site);
    const sent = only(endingAt(await eventOf(await deskOver({ bucket }, shipped), id), LRS).statements);
    assert.deepEqual(
      [sent.id, sent.state, sent.as, sent.failure],
      [refused.id, "delivered", "sent", undefined],
    );
  });
});

describe("an event that waits", () => {
  it("shows what it becomes now, as nobody knows yet what is sent", async () => {
    const archived = await archive(shipped);
    await archived.translate([await message(contents())]);
    const ending = endingAt(await theEvent(archived.bucket, await deskOver(archived, shipped)), LRS);
    const { state, as, statement } = only(ending.statements);
    assert.deepEqual([ending.state, state, as], ["waiting", "waiting", "now"]);
    assert.equal(JSON.stringify(statement), only(archived.statements(LRS)).text);
  });

  it("says so where the ledger does not know it", async () => {
    const archived = await saved();
    for (const key of [...archived.bucket.objects.keys()])
      if (!key.startsWith("raw/")) await archived.bucket.remove(key);
    const { state, nothing, statements } = endingAt(
      await theEvent(archived.bucket, await deskOver(archived, shipped)),
      LRS,
    );
    assert.deepEqual([state, statements], ["untold", []]);
    assert.match(nothing ?? "", /^The ledger says nothing of it/);
  });
});
