import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dayOf, daysAfter, isWithin } from "../../src/archive/days.ts";
import { type Bucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { daysOfArrival, markArchived, type Wanted, wantedEvents } from "../../src/imports/archived.ts";
import { fileIds } from "../../src/imports/ids.ts";
import { takeIn } from "../../src/intake.ts";
import { contents, serverAction } from "../support/events.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { shippedSite } from "../support/site.ts";
import { intoTables } from "../support/tables.ts";
import { ADA, HUB, shipped, shippedJudge, textsOf } from "./support.ts";

const { schemas, settings } = await shippedSite();
const HAPPENED = Date.parse("2026-11-02T00:05:00.000Z");
const NOW = Date.parse("2026-12-20T12:00:00.000Z");

const linesOf = (count: number, of = "hw"): readonly string[] =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify(contents({ path: `${of}${at}.ipynb`, __timestamp__: new Date(HAPPENED).toISOString() })),
  );

/** Archives lines as if they had come at a time. */
const archive = async (
  bucket: MemoryBucket,
  lines: readonly string[],
  arrived = HAPPENED,
  sender = ADA,
): Promise<void> => {
  const readers = { readEvent: eventReader(schemas), trust: settings.trust, readSender: async () => sender };
  const message = { id: "one", body: lines.join("\n"), attributes: {}, arrived };
  const { accepted, quarantined } = await takeIn(message, 0, readers);
  assert.equal(quarantined.length, 0);
  await writeLines(
    bucket,
    prefixOf("raw"),
    accepted.map(({ line }) => line),
  );
};

/** Looks lines up; gives those that would still be sent. */
const rest = async (
  bucket: Bucket,
  lines: readonly string[],
  { sender = ADA, all = false, retention = 400 } = {},
): Promise<{ readonly wanted: Wanted; readonly left: readonly string[]; readonly troubles: number }> => {
  const judge = await shippedJudge(sender);
  const wanted = wantedEvents(all);
  for (const line of lines) wanted.add(judge(line, NOW));
  let troubles = 0;
  await markArchived(bucket, wanted, { retention, now: NOW, onTrouble: () => troubles++ });
  const isArchived = ({ id }: { readonly id?: string }) => id !== undefined && wanted.ids.isMarked(id);
  const left: string[] = [];
  for await (const shipment of shipped(lines.join("\n"), judge, { all, isArchived }))
    left.push(...textsOf(shipment));
  return { wanted, left, troubles };
};

describe("What the archive has already", () => {
  it("stays out of an import, whether it lies in small objects or in a table", async () => {
    const lines = linesOf(20);
    for (const [asTable, arrived] of [
      [false, HAPPENED],
      [true, HAPPENED],
      // A clock that is ahead of the queue's; and a message that has waited for fourteen days.
      [false, HAPPENED - 9 * 60_000],
      [true, HAPPENED + 14 * 86_400_000],
    ] as const) {
      const bucket = memoryBucket();
      await archive(bucket, lines.slice(5, 15), arrived);
      if (asTable) await intoTables(bucket);
      const { wanted, left } = await rest(bucket, lines);
      assert.deepEqual(left, [...lines.slice(0, 5), ...lines.slice(15)]);
      assert.equal(wanted.ids.marked, 10);
    }
  });

  it("is known by who sent it, too", async () => {
    const lines = linesOf(3);
    const bucket = memoryBucket();
    await archive(bucket, lines);
    for (const sender of [
      { ...ADA, subject: "grace" },
      { ...ADA, server: "other" },
    ])
      assert.deepEqual((await rest(bucket, lines, { sender })).left, lines);
    const hubs = [
      JSON.stringify(serverAction({ username: "ada", __timestamp__: new Date(HAPPENED).toISOString() })),
    ];
    await archive(bucket, hubs, HAPPENED, HUB);
    assert.deepEqual((await rest(bucket, hubs, { sender: HUB })).left, []);
  });

  it("counts each of a file's events, and a line that goes as it is has none that stays out", async () => {
    const [line = ""] = linesOf(1);
    const bucket = memoryBucket();
    await archive(bucket, [line]);
    assert.equal((await rest(bucket, [line, line])).wanted.ids.marked, 2);
    const mixed = `[${line}, {"no": "event"}]`;
    const { wanted, left } = await rest(bucket, [mixed, line], { all: true });
    assert.deepEqual([wanted.ids.marked, left.length, left[0]], [1, 2, line]);
  });

  it("is never an event without a time of its own: it is another one each time", async () => {
    const untimed = JSON.stringify({
      schema_id: "https://events.jupyter.org/jupyter_server/contents_service/v1",
      action: "save",
      path: "a.ipynb",
    });
    const bucket = memoryBucket();
    await archive(bucket, [untimed], NOW);
    assert.deepEqual((await rest(bucket, [untimed])).left, [untimed]);
  });

  it("is found where its objects become a table meanwhile", async () => {
    const lines = linesOf(4);
    const bucket = memoryBucket();
    await archive(bucket, lines);
    let isMoved = false;
    const moving: Bucket = {
      ...bucket,
      get: async (key) => {
        if (!isMoved) await intoTables(bucket);
        isMoved = true;
        return bucket.get(key);
      },
    };
    assert.deepEqual((await rest(moving, lines)).left, []);
  });

  it("is not known where it is damaged, which is told", async () => {
    const lines = linesOf(2);
    const bucket = memoryBucket();
    await archive(bucket, lines);
    const [key = ""] = bucket.objects.keys();
    await bucket.put(key, Buffer.from("damaged"));
    const { left, troubles } = await rest(bucket, lines);
    assert.deepEqual([left, troubles], [lines, 1]);
  });
});

describe("The days on which events may have come in", () => {
  const TODAY = dayOf(NOW);

  it("are all that there may be, and none that the archive does not keep", () => {
    const day = fc.integer({ min: -500, max: 3 }).map((count) => daysAfter(TODAY, count));
    fc.assert(
      fc.property(fc.array(day), fc.integer({ min: 1, max: 450 }), (days, retention) => {
        const spans = daysOfArrival(days, retention, TODAY);
        for (let each = daysAfter(TODAY, -520); each <= daysAfter(TODAY, 20); each = daysAfter(each, 1)) {
          const may = days.some((happened) => happened <= each && each <= daysAfter(happened, 15));
          const isKept = each >= daysAfter(TODAY, -retention - 1) && each <= daysAfter(TODAY, 1);
          assert.equal(spans.filter((span) => isWithin(each, span)).length, may && isKept ? 1 : 0, each);
        }
      }),
      { numRuns: runs(30) },
    );
  });
});

describe("The ids of a file", () => {
  it("are what was put in, however many there are", () => {
    const [ours, others] = [0, 1].map(() => Array.from({ length: 5000 }, () => randomUUID()));
    assert.ok(ours !== undefined && others !== undefined);
    const ids = fileIds();
    for (const id of ours) ids.add(id);
    ids.add(ours[0] ?? "");
    for (const id of [...others, ...ours.slice(0, 1000), ...ours.slice(0, 1000), "no id", ""]) ids.mark(id);
    assert.deepEqual(
      ours.map((id) => ids.isMarked(id)),
      ours.map((_, at) => at < 1000),
    );
    assert.ok(!others.some((id) => ids.isMarked(id)));
    assert.equal(ids.marked, 1001);
  });
});
