import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { EventMessage } from "../../src/intake.ts";
import type { Route, Site, Translate } from "../../src/site.ts";
import { message } from "../support/events.ts";
import { openSite } from "../support/site.ts";
import { comeAgain, translating } from "../support/translating.ts";

const pioneer = (path: string, cells: number): object => ({
  eventDetail: {
    eventName: "CellExecuteEvent",
    eventTime: Date.parse("2026-11-22T09:00:00Z"),
    eventInfo: { cells: Array.from({ length: cells }, (_, at) => ({ id: `c${at}` })), success: true },
  },
  notebookState: { sessionID: "s", notebookPath: path },
});

const GZIP = { "content-encoding": "gzip" };

const gzipped = (id: string, events: readonly object[]): Promise<EventMessage> =>
  message(gzipSync(events.map((each) => JSON.stringify(each)).join("\n")).toString("base64"), {
    id,
    attributes: GZIP,
  });

/** The same site, but each statement declares an act; each is another one. */
const whereAllMayRepeat = async (): Promise<Site> => {
  const site = await openSite();
  const declaring =
    (translate: Translate): Translate =>
    (event, scope) =>
      translate(event, scope).map((each) => ({ ...each, act: each.id, within: 1 }));
  const declared = ({ translate, ...route }: Route): Route => ({
    ...route,
    translate: Object.fromEntries(Object.entries(translate).map(([name, each]) => [name, declaring(each)])),
  });
  return {
    ...site,
    routes: Object.fromEntries(Object.entries(site.routes).map(([name, each]) => [name, declared(each)])),
  };
};

/** Queues that take a while, and the most characters that were on their way to them at once. */
const underWay = () => {
  let [now, most] = [0, 0];
  const sending = async (bodies: readonly string[]): Promise<void> => {
    const size = bodies.reduce((sum, { length }) => sum + length, 0);
    now += size;
    most = Math.max(most, now);
    await sleep(100);
    now -= size;
  };
  return { sending, most: () => most };
};

// Paths as they are: those of pseudonyms are never long.
describe("what comes of a batch", () => {
  it("is bounded for one event: a long list of what is long is set aside, and nothing else is", async () => {
    const { translate, bucket, statements } = await translating({ site: await openSite() });
    const { settled, counts } = await translate([
      await message(pioneer("x".repeat(20_000), 1000)),
      await message(pioneer("hw1.ipynb", 3)),
    ]);
    assert.deepEqual(comeAgain({ settled }), []);
    assert.equal(counts.accepted, 2);
    const failed = await bucket.records("failed", "campus-caliper");
    assert.deepEqual(
      failed.map(({ class: kind, reason }) => [kind, reason]),
      [["size", "size.exceeded"]],
    );
    assert.match(String(failed[0]?.detail), /mappings\/jupyterlab-pioneer\/notebook\/mapping\.yml:\d+:\d+/);
    assert.equal(statements("campus-caliper").length, 3);
  });

  /** Some 28 million characters of statements for each message. */
  const largeMessages = (): Promise<readonly EventMessage[]> =>
    Promise.all(
      ["a", "b", "c", "d"].map((id) =>
        gzipped(
          id,
          Array.from({ length: 50 }, (_, at) => pioneer(`${id}${at}${"y".repeat(1000)}.ipynb`, 100)),
        ),
      ),
    );

  it("is no more at once than there is room for, however much it is in all", async () => {
    const { sending, most } = underWay();
    const { translate, statements, bucket, story } = await translating({ site: await openSite(), sending });
    const { settled, counts } = await translate(await largeMessages());
    assert.ok(most() > 4_000_000 && most() < 12_000_000, String(most()));
    assert.deepEqual(comeAgain({ settled }), []);
    assert.deepEqual([counts.accepted, counts.statements], [200, 4 * 2 * 50 * 100]);
    const told = statements("campus-caliper").map(({ id }) => id);
    assert.deepEqual([told.length, new Set(told).size], [4 * 50 * 100, 4 * 50 * 100]);
    assert.deepEqual(await bucket.records("failed", "campus-caliper"), []);
    // One object of all events, then one request after the other, and in the end one object of the ledger.
    assert.equal(story.filter((each) => each.startsWith("put ")).length, 2);
    assert.ok(
      story[0]?.startsWith("put raw/") && story.filter((each) => each.startsWith("send ")).length > 20,
    );
  });

  it("is no more at once, also where all of it may repeat something", async () => {
    const { sending, most } = underWay();
    const { translate, statements, story } = await translating({ site: await whereAllMayRepeat(), sending });
    const { settled, counts } = await translate(await largeMessages());
    assert.deepEqual(comeAgain({ settled }), []);
    assert.deepEqual([counts.accepted, counts.statements], [200, 4 * 2 * 50 * 100]);
    assert.equal(new Set(statements("campus-caliper").map(({ id }) => id)).size, 4 * 50 * 100);
    assert.equal(story.filter((each) => each.startsWith("put ")).length, 2);
    assert.ok(most() > 4_000_000 && most() < 12_000_000, String(most()));
  });

  it("counts what was sent, and apart from it what is too large for a message of its endpoint", async () => {
    const site = await openSite();
    const endpoints = site.endpoints.map((each) => ({ ...each, batch: { ...each.batch, bytes: 10_000 } }));
    const { translate, statements } = await translating({ site: { ...site, endpoints } });
    const { counts } = await translate([
      await message([pioneer("hw1.ipynb", 2), pioneer("x".repeat(19_000), 3)]),
    ]);
    assert.deepEqual([counts.statements, counts.setAside], [4, 6]);
    assert.equal(statements("campus-caliper").length, 2);
  });

  it("comes again from the round that the archive did not take, and nothing that was told before it", async () => {
    let puts = 0;
    const fails = (key: string): boolean => key.startsWith("raw/") && ++puts === 2;
    const { translate, statements } = await translating({ site: await openSite(), fails });
    // Some six million characters of events for each message: a round takes three.
    const messages = await Promise.all(
      ["a", "b", "c", "d"].map((id) => {
        const unknown = Array.from({ length: 60 }, (_, at) => ({
          hello: `${id}${at}${"z".repeat(100_000)}`,
        }));
        return gzipped(id, [pioneer(`${id}.ipynb`, 3), ...unknown]);
      }),
    );
    const first = await translate(messages);
    assert.deepEqual(comeAgain(first), [3]);
    assert.deepEqual([first.counts.accepted, first.counts.statements], [3, 3 * 2 * 3]);
    assert.deepEqual(comeAgain(await translate(messages.slice(3))), []);
    const told = statements("campus-caliper").map(({ id }) => id);
    assert.deepEqual([told.length, new Set(told).size], [4 * 3, 4 * 3]);
  });

  it("is told as far as there is time: other messages come again, and are told then", async () => {
    const { translate, statements, bucket } = await translating({ site: await openSite() });
    const bad = await Promise.all(
      ["e", "f"].map((id) => gzipped(id, [pioneer(`${id}.ipynb`, 1), { bad: id }])),
    );
    const [a, ...others] = await largeMessages();
    const [first, second] = bad;
    assert.ok(a && first && second);
    const messages = [a, first, ...others, second];
    let turns = 0;
    const began = await translate(messages, () => (++turns < 3 ? 60_000 : 10_000));
    // What is late is archived, and counts when it is told.
    assert.deepEqual(comeAgain(began), [3, 4, 5]);
    assert.deepEqual([began.counts.accepted, began.counts.statements], [101, 2 * (2 * 50 * 100 + 1)]);
    assert.deepEqual(began.counts.quarantined, { "schema.unknown": 1 });
    assert.equal((await bucket.records("ledger")).length, 101);
    assert.equal(statements("campus-caliper").length, 2 * 50 * 100 + 1);
    const again = await translate(messages.slice(3));
    assert.deepEqual(comeAgain(again), []);
    assert.deepEqual([again.counts.accepted, again.counts.messages], [101, 3]);
    assert.deepEqual(again.counts.quarantined, { "schema.unknown": 1 });
    assert.equal((await bucket.records("ledger")).length, 202);
    const told = statements("campus-caliper").map(({ id }) => id);
    assert.deepEqual([told.length, new Set(told).size], [4 * 50 * 100 + 2, 4 * 50 * 100 + 2]);
  });

  it("is bounded for the first message as well: what there is no room for is set aside", async () => {
    const { translate, statements, bucket } = await translating({ site: await openSite() });
    const one = await gzipped(
      "a",
      Array.from({ length: 100 }, (_, at) => pioneer(`${at}${"y".repeat(1000)}.ipynb`, 100)),
    );
    const { settled } = await translate([one]);
    assert.deepEqual(comeAgain({ settled }), []);
    const failed = await bucket.records("failed", "campus-caliper");
    assert.ok(failed.length > 0 && failed.every(({ reason }) => reason === "size.exceeded"));
    assert.equal(statements("campus-caliper").length / 100 + failed.length, 100);
  });
});
