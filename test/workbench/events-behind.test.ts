import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import type { EventsQuery } from "../../workbench/api/events.ts";
import type { Flow } from "../../workbench/api/flow.ts";
import type { Desk } from "../../workbench/desk.ts";
import { timeBars } from "../../workbench/page/bars.ts";
import { eventsOf } from "../../workbench/views/events.ts";
import { flowOf } from "../../workbench/views/flow.ts";
import { mappingsOf } from "../../workbench/views/mappings.ts";
import { service } from "../retell/service.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { ARRIVED, learnerToken } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";
import { LRS } from "./event-support.ts";
import { deskOver, type OwnSite, ownSite } from "./support.ts";

const LATER = ARRIVED + 3_600_000;
const STATES = ["delivered", "waiting", "setAside"] as const;

let sandbox: Sandbox;
let shipped: OwnSite;
let bucket: MemoryBucket;
let desk: Desk;
let flow: Flow;
before(async () => {
  sandbox = await startSandbox();
  shipped = await ownSite();
  const { site } = shipped;
  const at = service(sandbox, LRS);
  bucket = at.bucket;
  await at.take(site, await message(contents({ path: "saved.ipynb" })));
  // Refused, and accepted when it was sent again.
  sandbox.behave(at.store, { refuseAbout: "renamed" });
  await at.take(site, await message(contents({ action: "rename", path: "renamed.ipynb", source_path: "a" })));
  sandbox.behave(at.store, {});
  await at.retry(site);
  // Of one event several statements, of which one is refused.
  sandbox.behave(at.store, { refuseAbout: "second-cell" });
  await at.take(site, await message(ran("first-cell", "second-cell", "third-cell")));
  sandbox.behave(at.store, {});
  // What waits, and what is filtered.
  const way = await translating({ site });
  const phys7 = await learnerToken("emmy", { course: { id: "phys7" } });
  await way.translate([
    await message(ran("fourth-cell", "fifth-cell"), { arrived: ARRIVED + 200_000 }),
    await message(contents({ path: "other.ipynb" }), { token: phys7 }),
  ]);
  for (const [key, body] of way.bucket.objects) await bucket.put(key, body);
  desk = await deskOver({ bucket }, shipped);
  flow = flowOf(desk, LATER);
});
after(() => sandbox.stop());

/** A learner ran some cells at once. */
const ran = (...ids: readonly string[]) => ({
  eventDetail: {
    eventName: "CellExecuteEvent",
    eventTime: 1794821620700,
    eventInfo: {
      cells: ids.map((id, index) => ({ id, index, type: "code" })),
      success: true,
      kernelError: null,
    },
  },
  notebookState: { sessionID: "s", notebookPath: "lab/lab.ipynb", notebookContent: null },
});

/** Statements as they lie in the archive: how each ended, and of which event it is. */
const statementsAt = async (endpoint: string) => {
  const delivered = new Set((await bucket.records("receipts", endpoint)).map(({ id }) => id));
  const failed = new Map(
    (await bucket.records("failed", endpoint))
      .toSorted((one, other) => (String(one.at) < String(other.at) ? -1 : 1))
      .map((record) => [record.id, record.class]),
  );
  const stateOf = (id: string): (typeof STATES)[number] => {
    if (delivered.has(id)) return "delivered";
    return failed.has(id) && failed.get(id) !== "again" ? "setAside" : "waiting";
  };
  const all = (await bucket.records("ledger")).flatMap(({ event, to }) => {
    const made: unknown = Object(to)[endpoint];
    return Array.isArray(made) ? made.map((id) => ({ id: String(id), event: String(event) })) : [];
  });
  return [...new Map(all.map((each) => [each.id, each])).values()].map((each) => ({
    ...each,
    state: stateOf(each.id),
  }));
};

const behind = async (query: EventsQuery): Promise<readonly string[]> =>
  (await eventsOf(desk, query)).rows.map(({ id }) => id).toSorted();

const eventsIn = (records: readonly { readonly event: unknown }[]): readonly string[] =>
  [...new Set(records.map(({ event }) => String(event)))].toSorted();

describe("the list behind a number", () => {
  it("of an endpoint's statements has every event that has such a statement, and no other", async () => {
    for (const { name, account } of flow.endpoints) {
      const statements = await statementsAt(name);
      for (const state of STATES) {
        const those = statements.filter((each) => each.state === state);
        assert.equal(account[state], those.length, `${name} ${state}`);
        assert.deepEqual(await behind({ endpoint: name, state }), eventsIn(those), `${name} ${state}`);
      }
    }
    const account = flow.endpoints.find(({ name }) => name === LRS)?.account;
    assert.deepEqual([account?.delivered, account?.setAside, account?.waiting], [4, 1, 2]);
  });

  it("has an event that was told only in part in two lists", async () => {
    const [refused] = await behind({ endpoint: LRS, state: "setAside" });
    assert.ok((await behind({ endpoint: LRS, state: "delivered" })).includes(refused ?? ""));
    assert.ok(!(await behind({ endpoint: LRS, state: "waiting" })).includes(refused ?? ""));
  });

  it("of what an endpoint is not told has as many events, for each reason", async () => {
    let filtered = 0;
    for (const { name, account } of flow.endpoints)
      for (const filter of ["consent", "selection", "launch", "where", "mapping", "repeat"] as const) {
        const events = await behind({ endpoint: name, state: "filtered", filter });
        assert.equal(events.length, account.filtered[filter]);
        filtered += events.length;
      }
    assert.ok(filtered > 0);
  });

  it("of a translation's statements has every event that has one that was delivered", async () => {
    const receipts = (
      await Promise.all(flow.endpoints.map(({ name }) => bucket.records("receipts", name)))
    ).flat();
    let checked = 0;
    for (const { name, events, translations } of mappingsOf(desk).rows) {
      assert.equal((await behind({ source: name })).length, events);
      for (const { name: translation, delivered } of translations) {
        const those = receipts.filter((each) => each.translation === translation);
        assert.equal(delivered, those.length, translation);
        const events = await behind({ translation, state: "delivered" });
        assert.deepEqual(events, eventsIn(those.map(({ event }) => ({ event }))), translation);
        checked += those.length;
      }
    }
    assert.equal(checked, 4);
  });

  it("of a bar has the events that arrived in its time", async () => {
    const bars = timeBars(flow.timeline);
    for (const { from, to, accepted } of bars)
      assert.equal((await behind({ from, to })).length, accepted, from);
    assert.ok(bars.some(({ accepted, delivered }) => accepted > 0 && delivered > 0));
  });
});
