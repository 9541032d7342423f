import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { type FailedRecord, failedLine } from "../../src/archive/records.ts";
import { choiceStore } from "../../src/consent/store.ts";
import { afterwards, replacedLine } from "../../src/ledger/failures.ts";
import type { ToldStatement } from "../../workbench/api/event.ts";
import type { Desk } from "../../workbench/desk.ts";
import { stateOf } from "../../workbench/page/endpoint-state.ts";
import { endpointsOf } from "../../workbench/views/endpoints.ts";
import { eventOf } from "../../workbench/views/event.ts";
import { failuresOf } from "../../workbench/views/failures.ts";
import { service } from "../retell/service.ts";
import { only, refused } from "../retell/support.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { ARRIVED, PSEUDONYM_KEY } from "../support/tokens.ts";
import { changedSite, endingAt, idsIn, LRS, theEvent, verbOf } from "./event-support.ts";
import { type Archived, archive, deskOver, type OwnSite, ownSite } from "./support.ts";

let sandbox: Sandbox;
let shipped: OwnSite;
let changed: OwnSite;
before(async () => {
  sandbox = await startSandbox();
  shipped = await ownSite();
  changed = await changedSite();
});
after(() => sandbox.stop());

const toldIn = async (bucket: MemoryBucket, site: OwnSite): Promise<ToldStatement> =>
  only(endingAt(await theEvent(bucket, await deskOver({ bucket }, site)), LRS).statements);

/** The learner says no: nothing is made of her events any more. */
const optOut = (bucket: MemoryBucket): Promise<unknown> =>
  choiceStore(bucket, [PSEUDONYM_KEY]).change("ada", { to: "out", endpoint: LRS }, "learner");

/** A save was refused, and sent again by the files as they are by then. */
const retried = async (by: OwnSite): Promise<MemoryBucket> => {
  const { store, take, retry, bucket } = service(sandbox, LRS);
  sandbox.behave(store, { refuseAbout: "saved" });
  await take(shipped.site, await message(contents()));
  sandbox.behave(store, {});
  await retry(by.site);
  return bucket;
};

/** A save was made, and set aside. */
const setAside = async (changes: (record: FailedRecord) => FailedRecord): Promise<Archived> => {
  const archived = await archive(shipped);
  await archived.translate([await message(contents())]);
  const record = refused(only(archived.statements(LRS)), LRS);
  await writeLines(archived.bucket, prefixOf("failed", LRS), [failedLine(changes(record))]);
  return archived;
};

describe("what is shown as sent", () => {
  it("is never what was refused, where another form was accepted since and is made no more", async () => {
    const bucket = await retried(changed);
    assert.deepEqual(
      [(await toldIn(bucket, changed)).as, verbOf(await toldIn(bucket, changed))],
      ["sent", "update"],
    );
    await optOut(bucket);
    const { state, as, statement, receipt, translation } = await toldIn(bucket, changed);
    assert.deepEqual([state, as, statement, receipt?.status], ["delivered", "now", undefined, 200]);
    assert.equal(translation, "jupyter-server/contents:saved");
  });

  it("is what was refused, where the same was accepted since and is made no more", async () => {
    const bucket = await retried(shipped);
    await optOut(bucket);
    const told = await toldIn(bucket, shipped);
    assert.deepEqual([told.state, told.as, verbOf(told)], ["delivered", "sent", "save"]);
  });

  it("is nothing of what waits again", async () => {
    const { bucket } = await setAside((record) => record);
    const [record] = await bucket.records("failed", LRS);
    assert.ok(record !== undefined);
    const { statement: _, status: __, ...about } = record as unknown as FailedRecord;
    await writeLines(bucket, prefixOf("failed", LRS), [
      failedLine({ ...about, class: "again", at: afterwards(about) }),
    ]);
    await optOut(bucket);
    const { state, as, statement } = await toldIn(bucket, shipped);
    assert.deepEqual([state, as, statement], ["waiting", "now", undefined]);
  });

  it("is nothing that was set aside without an answer", async () => {
    const asked = await toldIn((await setAside((record) => record)).bucket, shipped);
    assert.deepEqual([asked.state, asked.as], ["setAside", "sent"]);
    const { bucket } = await setAside(({ status: _, answer: __, ...record }) => ({
      ...record,
      class: "setAside",
      reason: "endpoint.unlisted",
      detail: "It was not sent.",
    }));
    const told = await toldIn(bucket, shipped);
    assert.deepEqual([told.state, told.as, verbOf(told)], ["setAside", "unsent", "save"]);
  });
});

describe("what is set aside for ever, as another was sent in its place", () => {
  it("asks for nothing, neither on its own page nor at its endpoint", async () => {
    const { bucket } = await setAside((record) => record);
    const [record] = await bucket.records("failed", LRS);
    assert.ok(record !== undefined);
    const failure = record as unknown as FailedRecord;
    await writeLines(bucket, prefixOf("failed", LRS), [
      replacedLine(failure, "the-other", afterwards(failure)),
    ]);
    const desk = await deskOver({ bucket }, shipped);
    const told = only(endingAt(await theEvent(bucket, desk), LRS).statements);
    assert.equal(told.state, "setAside");
    assert.equal(
      told.failure?.advice,
      "Another statement was sent in its place (the-other). There is nothing to do.",
    );
    assert.deepEqual(failuresOf(desk).groups, []);
    const row = endpointsOf(desk, ARRIVED).rows.find(({ name }) => name === LRS);
    assert.ok(row !== undefined);
    assert.equal(row.account.setAside, 1);
    assert.match(
      stateOf(row, ARRIVED).sentences.join(" "),
      /1 was set aside, and another was sent in its place\./,
    );
  });
});

describe("an event that is looked at while the files change", () => {
  it("is told of by one index and one site", async () => {
    const { bucket } = await setAside((record) => record);
    const [one, other] = [
      await deskOver({ bucket }, shipped),
      await deskOver({ bucket: (await archive(shipped)).bucket }, changed),
    ];
    let now = one;
    const desk: Desk = {
      ...one,
      get index() {
        return now.index;
      },
      site: () => now.site(),
    };
    const id = only(await idsIn(bucket));
    const asked = eventOf(desk, id);
    now = other;
    assert.deepEqual(await asked, await eventOf(one, id));
  });
});
