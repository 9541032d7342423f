import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { choiceStore } from "../../src/consent/store.ts";
import { service } from "../retell/service.ts";
import { only } from "../retell/support.ts";
import { contents, message } from "../support/events.ts";
import { learnerToken, PSEUDONYM_KEY } from "../support/tokens.ts";
import { changedSite, endingAt, LRS, sandbox, saved, shipped, theEvent, verbOf } from "./event-support.ts";
import { archive, deskOver, type OwnSite } from "./support.ts";

let changed: OwnSite;
before(async () => {
  changed = await changedSite();
});

describe("an event whose mapping has changed since", () => {
  it("shows what it becomes now, and that this is not what was sent", async () => {
    const archived = await saved();
    const before = endingAt(await theEvent(archived.bucket, await deskOver(archived, shipped)), LRS);
    const now = endingAt(await theEvent(archived.bucket, await deskOver(archived, changed)), LRS);
    const [one, other] = [only(before.statements), only(now.statements)];
    assert.deepEqual([one.as, verbOf(one)], ["sent", "save"]);
    assert.deepEqual([other.as, verbOf(other)], ["now", "update"]);
    assert.equal(other.id, one.id);
    assert.deepEqual(other.receipt, one.receipt);
    assert.ok(other.fields.length > 0);
  });

  it("shows what is set aside as it was sent, and explains nothing by another mapping", async () => {
    const archived = await saved("hw1/hw1.ipynb", true);
    const before = only(
      endingAt(await theEvent(archived.bucket, await deskOver(archived, shipped)), LRS).statements,
    );
    const now = only(
      endingAt(await theEvent(archived.bucket, await deskOver(archived, changed)), LRS).statements,
    );
    assert.deepEqual(now.statement, before.statement);
    assert.deepEqual([now.as, verbOf(now)], ["sent", "save"]);
    assert.ok(before.fields.length > 0);
    assert.deepEqual(now.fields, []);
  });

  it("shows what voided a statement, and what was sent in its place", async () => {
    const { take, retry, bucket } = service(sandbox, LRS);
    const event = await message(contents());
    await take(shipped.site, event);
    await take(changed.site, event);
    await retry(changed.site);
    const { statements } = endingAt(await theEvent(bucket, await deskOver({ bucket }, changed)), LRS);
    assert.deepEqual(statements.map((each) => [verbOf(each), each.as, each.state]).toSorted(), [
      ["update", "now", "delivered"],
      ["update", "sent", "delivered"],
      ["voided", "sent", "delivered"],
    ]);
    const voiding = statements.find((each) => verbOf(each) === "voided");
    const first = statements.find(({ as }) => as === "now");
    assert.equal(Object(voiding?.statement).object.id, first?.id);
    assert.equal(
      voiding?.fields.every(({ place }) => place === undefined),
      true,
    );
  });
});

describe("an event whose learner has said no since", () => {
  it("shows what was told, and that nothing would be told now", async () => {
    const archived = await saved();
    const store = choiceStore(archived.bucket, [PSEUDONYM_KEY]);
    await store.change("ada", { to: "out", endpoint: LRS }, "learner");
    const detail = await theEvent(archived.bucket, await deskOver(archived, shipped));
    const { nothing, statements } = endingAt(detail, LRS);
    assert.equal(
      nothing,
      "Nothing would be made of it now: the learner does not want the endpoint to be told.",
    );
    const { state, statement, receipt, translation } = only(statements);
    assert.deepEqual([state, statement], ["delivered", undefined]);
    assert.ok(receipt !== undefined);
    assert.equal(translation, "jupyter-server/contents:saved");
    assert.ok(detail.data !== undefined);
    assert.ok(only(endingAt(detail, "campus-caliper").statements).statement !== undefined);
  });
});

describe("an event that is filtered", () => {
  it("says that it would be told now, where that is so", async () => {
    const archived = await archive(shipped);
    const event = await message(contents(), {
      token: await learnerToken("emmy", { course: { id: "phys7" } }),
    });
    await archived.translate([event]);
    const detail = await theEvent(archived.bucket, await deskOver(archived, shipped));
    const filtered = detail.endpoints.find(({ state }) => state === "filtered");
    assert.equal(filtered?.nothing, "It is told nothing: the endpoint's condition keeps it back.");
    const route = shipped.site.routes[filtered?.name ?? ""];
    assert.ok(filtered !== undefined && route !== undefined);
    const { where: _, ...open } = route;
    const site = { ...shipped.site, routes: { ...shipped.site.routes, [filtered.name]: open } };
    const now = endingAt(
      await theEvent(archived.bucket, await deskOver(archived, { ...shipped, site })),
      filtered.name,
    );
    assert.match(now.nothing ?? "", /keeps it back\. By the files as they are now, it would be told\.$/);
    assert.deepEqual(now.statements, []);
  });
});

describe("an event whose mapping's folder has another name by now", () => {
  it("is told of under that name, as its schema is found there", async () => {
    const archived = await saved();
    const site = {
      ...shipped.site,
      schemas: shipped.site.schemas.map((schema) => ({ ...schema, source: renamed(schema.source) })),
      hashes: Object.fromEntries(
        Object.entries(shipped.site.hashes).map(([name, hash]) => [renamed(name), hash]),
      ),
    };
    const sources = shipped.files.sources.map((source) => ({ ...source, name: renamed(source.name) }));
    const files = { ...shipped.files, sources };
    const { source, title } = await theEvent(archived.bucket, await deskOver(archived, { files, site }));
    assert.equal(source, "jupyter-server/files");
    assert.notEqual(title, source);
  });
});

const renamed = (name: string): string => name.replace("jupyter-server/contents", "jupyter-server/files");
