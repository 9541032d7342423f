import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import type { Depths } from "../../src/ledger/balance.ts";
import { type Account, ledgerLine } from "../../src/ledger/ledger.ts";
import { account } from "../../src/ledger/tally.ts";
import type { Desk } from "../../workbench/desk.ts";
import type { ArchiveIndex } from "../../workbench/index/archive-index.ts";
import { aboutOf } from "../../workbench/views/about.ts";
import { flowEndpoints, flowOf } from "../../workbench/views/flow.ts";
import { exampleMessages } from "../retell/support.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { ARRIVED } from "../support/tokens.ts";
import { EMPTY } from "./held.ts";
import { eventId } from "./index-history.ts";
import { type Archived, archive, deskOver, type OwnSite, ownSite } from "./support.ts";

/** An hour after everything arrived: nothing is in motion any more. */
const LATER = ARRIVED + 3_600_000;

const NOBODY = { roles: [], proven: true, sender: {} };

let shipped: OwnSite;
let filled: Archived;
before(async () => {
  shipped = await ownSite();
  filled = await archive(shipped);
  await filled.translate(await exampleMessages(shipped.site));
});

const waitingIn = (events: number, deliveries: Depths["deliveries"] = {}): Depths => ({
  ...EMPTY,
  events,
  deliveries,
});

describe("what is looked at", () => {
  it("is the service, its endpoints, and what may be done", async () => {
    const desk = await deskOver(filled, shipped);
    assert.deepEqual(aboutOf(desk), {
      stage: "local",
      kind: "running",
      mayWrite: true,
      maySave: false,
      endpoints: shipped.site.endpoints.map(({ name, title, protocol, version }) => ({
        name,
        title,
        protocol,
        version,
      })),
      problems: [],
      files: "same",
    });
    assert.equal(aboutOf({ ...desk, take: async () => {} }).maySave, true);
  });
});

describe("the flow", () => {
  it("shows the way of everything, with what the queues held when they were last asked", async () => {
    const [endpoint] = shipped.site.endpoints;
    const name = endpoint?.name ?? "";
    const depths = [
      waitingIn(9),
      {
        events: 3,
        deliveries: { [name]: 2 },
        deadLetters: { events: 1, deliveries: { [name]: 4 } },
      },
    ];
    const desk = await deskOver(filled, shipped, { depths: () => depths });
    const flow = flowOf(desk, LATER);
    const records = await filled.bucket.records("raw");
    assert.equal(flow.at, new Date(LATER).toISOString());
    assert.equal(flow.accepted, records.length);
    assert.deepEqual(flow.queue, { messages: 3, deadLetters: 1 });
    assert.deepEqual(
      flow.endpoints.map((each) => each.name),
      shipped.site.endpoints.map((each) => each.name),
    );
    const [first] = flow.endpoints;
    assert.deepEqual([first?.messages, first?.deadLetters], [2, 4]);
    assert.equal(first?.account.waiting, filled.statements(name).length);
    assert.ok(flow.timeline.bars.length > 0 && flow.timeline.bars.length <= 60);
  });

  it("counts what came in the last whole minute", async () => {
    const desk = await deskOver(filled, shipped);
    assert.equal(flowOf(desk, LATER).perMinute, 0);
    assert.equal(flowOf(desk, ARRIVED + 60_000).perMinute, flowOf(desk, LATER).accepted);
  });

  it("knows nothing yet of an endpoint whose file has only just come", async () => {
    const desk = await deskOver(filled, shipped);
    const flow = flowEndpoints({ ...desk, index: { ...desk.index, accounts: () => [] } }, LATER);
    assert.equal(flow.length, shipped.site.endpoints.length);
    assert.deepEqual(
      flow.map((each) => each.account.received),
      flow.map(() => 0),
    );
  });
});

describe("the balance", () => {
  it("is out where what should wait is in no queue, and says so", async () => {
    const { balance } = flowOf(await deskOver(filled, shipped), LATER);
    assert.equal(balance.state, "faults");
    assert.equal(balance.faults.length, shipped.site.endpoints.length);
    assert.match(balance.faults[0] ?? "", /should wait, but no queue holds anything/);
  });

  it("is right where a queue held it whenever one of the last times the queues were asked", async () => {
    const held = Object.fromEntries(shipped.site.endpoints.map(({ name }) => [name, 1]));
    const depths = [EMPTY, waitingIn(0, held), EMPTY];
    const desk = await deskOver(filled, shipped, { depths: () => depths });
    assert.deepEqual(flowOf(desk, LATER).balance, { state: "balanced", faults: [] });
  });

  it("takes nothing for lost that is in motion", async () => {
    const desk = await deskOver(filled, shipped);
    assert.deepEqual(flowOf(desk, ARRIVED + 30_000).balance, { state: "balanced", faults: [] });
  });

  it("takes no event for lost that has only just been archived, but one of an hour ago", async () => {
    const untold = await archive(shipped);
    const [message] = await exampleMessages(shipped.site);
    assert.ok(message !== undefined);
    await untold.translate([message]);
    for (const key of [...untold.bucket.objects.keys()])
      if (!key.startsWith("raw/")) await untold.bucket.remove(key);
    const desk = await deskOver(untold, shipped);
    assert.equal(flowOf(desk, ARRIVED + 30_000).balance.state, "balanced");
    const { faults } = flowOf(desk, LATER).balance;
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? "", /^1 archived event\(s\) are not in the ledger, and no message/);
    assert.equal(flowOf({ ...desk, depths: () => [waitingIn(1)] }, LATER).balance.state, "balanced");
  });

  it("is out where an event of an hour ago is lost, though others have just come of which only a former endpoint was told", async () => {
    const bucket = memoryBucket();
    const ago = (minutes: number): string => new Date(LATER - minutes * 60_000).toISOString();
    const recent = [eventId(2), eventId(3)];
    await writeLines(bucket, prefixOf("raw"), [
      rawLine(eventId(1), ago(60), "a", NOBODY, "{}"),
      ...recent.map((id) => rawLine(id, ago(0.5), "a", NOBODY, "{}")),
    ]);
    await writeLines(
      bucket,
      prefixOf("ledger"),
      recent.map((event) => ledgerLine(ago(0.5), { event, to: { former: "selection" } })),
    );
    const { balance } = flowOf(await deskOver({ bucket }, shipped), LATER);
    assert.deepEqual(balance.state, "faults");
    assert.match(balance.faults.join(), /^1 archived event\(s\) are not in the ledger, and no message/);
  });

  it("says what lies in a dead-letter queue", async () => {
    const dead: Depths = { ...waitingIn(1), deadLetters: { events: 2, deliveries: {} } };
    const desk = await deskOver(filled, shipped, { depths: () => [dead] });
    const { faults } = flowOf(desk, LATER).balance;
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? "", /^2 message\(s\) in the dead-letter queue of the events/);
  });

  const unknown: readonly (readonly [string, (desk: Desk) => Partial<Desk>])[] = [
    ["the archive is still being read", ({ index }) => ({ index: { ...index, isWhole: false } })],
    ["only the latest is looked at", ({ index }) => ({ index: withReading(index, { isCut: true }) })],
    ["nobody has asked the queues yet", () => ({ depths: () => [] })],
  ];
  for (const [when, changes] of unknown)
    it(`is not known while ${when}`, async () => {
      const desk = await deskOver(filled, shipped);
      assert.deepEqual(flowOf({ ...desk, ...changes(desk) }, LATER).balance, {
        state: "unknown",
        faults: [],
      });
    });

  it("is not known where all seems right, but an object could not be read", async () => {
    const desk = await deskOver(filled, shipped, { depths: () => [waitingIn(1)] });
    const damaged = { ...desk, index: withReading(desk.index, { troubles: ["An object is damaged."] }) };
    assert.equal(flowOf(damaged, LATER).balance.state, "unknown");
  });

  it("tells what is overdue, whatever the queues hold", async () => {
    const desk = await deskOver(filled, shipped, { depths: () => [waitingIn(1)] });
    const overdue = (each: Account): Account => ({ ...each, waiting: 5, overdue: 5 });
    const index: ArchiveIndex = {
      ...desk.index,
      accounts: () => [overdue(account("campus-lrs", [], { delivered: new Set(), setAside: new Set() }))],
    };
    const { faults } = flowOf({ ...desk, index }, LATER).balance;
    assert.deepEqual(faults.length, 1);
    assert.match(faults[0] ?? "", /^campus-lrs: 5 have neither been delivered nor set aside/);
  });
});

const withReading = (index: ArchiveIndex, reading: Partial<ArchiveIndex["reading"]>): ArchiveIndex => ({
  ...index,
  reading: { ...index.reading, ...reading },
});

describe("the balance of a while ago", () => {
  it("is judged as of then, and told as of then", async () => {
    const desk = await deskOver(filled, shipped);
    const at = ARRIVED + 30_000;
    const flow = flowOf(desk, LATER, { at });
    assert.equal(flow.at, new Date(at).toISOString());
    assert.deepEqual(flow.balance, { state: "balanced", faults: [] });
  });
});
