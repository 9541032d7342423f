import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import { addedLine } from "../../src/retell/retold.ts";
import { lastAnswers } from "../../workbench/index/answers.ts";
import { minutesOf } from "../../workbench/index/minutes.ts";
import { failureOf, noon, putEvent, putFailures, putRaw, putReceipt, STORE } from "../ledger/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { eventId } from "./index-history.ts";
import { indexOver } from "./index-support.ts";

const DAY = "2026-11-20";

/** An index of an archive that is put before it is read. */
const indexOf = async (put: (bucket: MemoryBucket) => Promise<void>) => {
  const bucket = memoryBucket();
  await put(bucket);
  const index = indexOver(bucket, { endpoints: [STORE] });
  await index.refresh();
  return index;
};

const at = (minute: number, second = 0): string =>
  new Date(Date.parse(noon(DAY)) + minute * 60_000 + second * 1000).toISOString();

describe("What became of an event at an endpoint", () => {
  const stateOf = async (put: (bucket: MemoryBucket) => Promise<void>) =>
    (await indexOf(put)).event("event")?.states[0];
  const ofEvent = { event: "event" };

  it("is not known before the ledger knows it", async () => {
    assert.deepEqual(await stateOf((bucket) => putRaw(bucket, "event", DAY)), {
      state: "untold",
      statements: [],
    });
  });

  it("is what is worst of its statements", async () => {
    const put = async (bucket: MemoryBucket): Promise<void> => {
      await putEvent(bucket, "event", DAY, ["1", "2", "3"]);
      await putReceipt(bucket, "1", at(1), ofEvent);
    };
    const statements = ["1", "2", "3"];
    assert.deepEqual(await stateOf(put), { state: "waiting", statements });
    const refused = async (bucket: MemoryBucket): Promise<void> => {
      await put(bucket);
      await putFailures(bucket, failureOf("2", at(2), ofEvent));
    };
    assert.deepEqual(await stateOf(refused), { state: "setAside", statements });
    const ended = async (bucket: MemoryBucket): Promise<void> => {
      await refused(bucket);
      for (const id of ["2", "3"]) await putReceipt(bucket, id, at(3), ofEvent);
    };
    assert.deepEqual(await stateOf(ended), { state: "delivered", statements });
  });

  it("is that of what the ledger says was made of it, whatever an end says it is of", async () => {
    for (const isFirst of [true, false]) {
      const end = (bucket: MemoryBucket) => putReceipt(bucket, "1", at(1), { event: "another" });
      const put = async (bucket: MemoryBucket): Promise<void> => {
        if (isFirst) await end(bucket);
        await putEvent(bucket, "event", isFirst ? "2026-11-19" : DAY, ["1"]);
        if (!isFirst) await end(bucket);
      };
      assert.deepEqual(await stateOf(put), { state: "delivered", statements: ["1"] });
    }
  });

  it("is why it is told nothing, unless another line of the ledger says more", async () => {
    const filtered = (bucket: MemoryBucket) => putEvent(bucket, "event", DAY, "repeat");
    assert.deepEqual(await stateOf(filtered), { state: "filtered", filter: "repeat", statements: [] });
    const told = async (bucket: MemoryBucket): Promise<void> => {
      await filtered(bucket);
      await putEvent(bucket, "event", DAY, ["1"]);
    };
    assert.deepEqual(await stateOf(told), { state: "waiting", statements: ["1"] });
  });

  it("is set aside where its mapping failed, until it is sent again and delivered", async () => {
    const failed = async (bucket: MemoryBucket): Promise<void> => {
      await putEvent(bucket, "event", DAY, "failed");
      await putFailures(
        bucket,
        failureOf("event", at(0), { ...ofEvent, class: "mapping", reason: "mapping.failed" }),
      );
    };
    assert.equal((await stateOf(failed))?.state, "setAside");
    const again = async (bucket: MemoryBucket): Promise<void> => {
      await failed(bucket);
      await writeLines(bucket, prefixOf("ledger"), [addedLine("event", noon(DAY), STORE, ["1"])]);
      await putFailures(bucket, failureOf("event", at(1), { ...ofEvent, class: "again" }));
    };
    assert.deepEqual(await stateOf(again), { state: "waiting", statements: ["1"] });
    const delivered = async (bucket: MemoryBucket): Promise<void> => {
      await again(bucket);
      await putReceipt(bucket, "1", at(2), ofEvent);
    };
    assert.equal((await stateOf(delivered))?.state, "delivered");
    // Where the ledger's line of what was sent again is lost, its receipt tells.
    const unexplained = async (bucket: MemoryBucket): Promise<void> => {
      await failed(bucket);
      await putReceipt(bucket, "1", at(2), ofEvent);
    };
    assert.equal((await stateOf(unexplained))?.state, "delivered");
  });
});

describe("What is known of an endpoint", () => {
  it("are its last answers, how each statement ended, and since when the oldest waits", async () => {
    const raw = (id: number, arrived: string) =>
      rawLine(eventId(id), arrived, "a", { roles: [], proven: true, sender: {} }, "{}");
    const index = await indexOf(async (bucket) => {
      for (const id of ["1", "2", "3", "4"]) await putEvent(bucket, `event of ${id}`, DAY, [id]);
      await putReceipt(bucket, "1", at(1));
      await putReceipt(bucket, "2", at(1), { content: "0123" });
      await putFailures(
        bucket,
        failureOf("3", at(2)),
        failureOf("4", at(2)),
        failureOf("4", at(3), { class: "again", since: at(5) }),
      );
      // What was never sent had no answer.
      await putFailures(bucket, failureOf("event of 5", at(4), { event: "event of 5", class: "mapping" }));
      await writeLines(bucket, prefixOf("raw"), [raw(6, at(7)), raw(7, at(6))]);
      for (const id of [6, 7]) await putEvent(bucket, eventId(id), DAY, [`statement ${id}`]);
    });
    assert.deepEqual(index.answers(STORE, 10), [
      { at: at(2), status: 400, statements: 2, end: "setAside" },
      { at: at(1), status: 200, statements: 2, end: "delivered" },
    ]);
    assert.equal(index.answers(STORE, 1).length, 1);
    assert.deepEqual(index.answers("nobody", 1), []);
    assert.deepEqual(index.endOf(STORE, "2"), {
      end: "delivered",
      at: at(1),
      status: 200,
      content: "0123",
      translation: "a:b",
    });
    assert.deepEqual(index.endOf(STORE, "3"), { end: "setAside", at: at(2) });
    assert.equal(index.endOf(STORE, "4"), undefined);
    assert.deepEqual((await index.failedRecord(STORE, "4"))?.statement, { id: "4" });
    assert.equal(index.oldestWaiting(STORE), `${DAY}T00:00:00.000Z`);
    assert.deepEqual([...index.byTranslation()], [["a:b", 2]]);
    assert.deepEqual(index.lastMinute(Date.parse(at(2, 30))), { accepted: 0, delivered: { [STORE]: 2 } });
  });

  it("are its very last answers, in whatever order they are read", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1500 }), { minLength: 1200, maxLength: 3000 }), (times) => {
        const answers = lastAnswers();
        for (const time of times) answers.add({ at: at(time), status: 200, end: "delivered" });
        const counts = Map.groupBy(times, (time) => time);
        const expected = [...counts].sort(([one], [other]) => other - one).slice(0, 20);
        assert.deepEqual(
          answers.last(20),
          expected.map(([time, { length }]) => ({
            at: at(time),
            status: 200,
            end: "delivered",
            statements: length,
          })),
        );
      }),
      { numRuns: runs(20) },
    );
  });
});

describe("The time line", () => {
  it("has every count once, in no more bars than are asked for, from the first to the last", () => {
    const times = fc.array(fc.nat({ max: 3_000_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(
        times,
        times,
        times,
        fc.integer({ min: 1, max: 80 }),
        (accepted, delivered, quarantined, most) => {
          const minutes = minutesOf(2);
          for (const each of accepted) minutes.add("accepted", at(each));
          for (const each of delivered) minutes.add(each % 2, at(each));
          // What is taken back was never there.
          minutes.add("setAside", at(-5000));
          minutes.add("setAside", at(-5000), -1);
          const { from, step, bars } = minutes.timeline(
            most,
            quarantined.map((each) => at(each)),
          );
          assert.ok(bars.length <= most);
          const sum = (of: "accepted" | "delivered" | "quarantined" | "setAside"): number =>
            bars.reduce((all, bar) => all + bar[of], 0);
          assert.deepEqual(
            [sum("accepted"), sum("delivered"), sum("quarantined"), sum("setAside")],
            [accepted.length, delivered.length, quarantined.length, 0],
          );
          for (const each of accepted) {
            const bar = bars[Math.floor((Date.parse(at(each)) - Date.parse(from)) / step)];
            assert.ok((bar?.accepted ?? 0) > 0);
          }
          for (const end of [bars[0], bars.at(-1)])
            assert.ok(end === undefined || end.accepted + end.delivered + end.quarantined > 0);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
