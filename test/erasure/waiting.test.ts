import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine } from "../../src/archive/records.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { ledgerLine } from "../../src/ledger/ledger.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { accountOf, acts, deliver, idsOf, isGone } from "./outcome.ts";
import {
  type Act,
  archiveBatch,
  archiveEnds,
  CALIPER,
  ENDPOINTS,
  erasing,
  eventOf,
  idsBegin,
  LRS,
  linesIn,
  statementOf,
  tagOf,
  voidingOf,
} from "./support.ts";

const ADA = "ada";

describe("An erasure, of what is on its way", () => {
  it("leaves it in the ledger until it has arrived, and takes it back then", async () => {
    const bucket = memoryBucket();
    const late = acts(ADA, 3, { end: "waiting" });
    await archiveBatch(bucket, [
      ...late,
      ...acts(ADA, 5).map((act) => ({ ...act, number: act.number + 10 })),
    ]);
    const first = erasing(bucket, ADA);
    const { remains, record } = await eraseLearner(first.parts);
    assert.deepEqual(
      [remains, record.waiting, record.done],
      [["waiting"], { [LRS]: 3, [CALIPER]: 3 }, undefined],
    );
    assert.ok(!first.said.includes("forget"));
    const left = linesIn(bucket.objects).filter((line) => line.includes(idsBegin(ADA)));
    assert.deepEqual([left.length, left.every((line) => line.startsWith("ledger/"))], [3, true]);
    await deliver(bucket, first.bodies);
    assert.equal((await accountOf(bucket, LRS)).waiting, 3);
    // Nothing is told or removed twice meanwhile.
    const before = linesIn(bucket.objects).toSorted();
    assert.deepEqual((await eraseLearner(first.parts)).remains, ["waiting"]);
    assert.deepEqual([linesIn(bucket.objects).toSorted(), first.sent.length], [before, 5]);

    const arrived = late.map(({ end: _, ...act }): Act => ({ ...act, arrived: "2026-11-22T19:59:00.000Z" }));
    for (const endpoint of ENDPOINTS) await archiveEnds(bucket, endpoint, arrived);
    const second = erasing(bucket, ADA);
    assert.deepEqual((await eraseLearner(second.parts)).remains, []);
    assert.deepEqual([...second.sent].sort(), late.map((act) => voidingOf(statementOf(act, LRS))).sort());
    assert.deepEqual(second.listed.map(({ id }) => id).sort(), idsOf(late, CALIPER));
    await deliver(bucket, second.bodies);
    assert.ok(await isGone(bucket, ADA));
    const { waiting, unexplained, delivered } = await accountOf(bucket, LRS);
    assert.deepEqual([waiting, unexplained, delivered], [0, 0, 8]);
  });

  it("waits for nothing that no queue can hold any more", async () => {
    const bucket = memoryBucket();
    await archiveBatch(bucket, acts(ADA, 3, { end: "waiting", arrived: "2026-11-01T00:00:00.000Z" }));
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
    assert.ok(await isGone(bucket, ADA));
  });

  it("waits for what came long ago, and was taken in from quarantine only now", async () => {
    const bucket = memoryBucket();
    const [act] = acts(ADA, 1, { arrived: "2026-10-01T00:00:00.000Z" });
    assert.ok(act);
    const made = { event: eventOf(act), to: { [LRS]: [statementOf(act, LRS)] }, learner: tagOf(ADA) };
    const recovered = "2026-11-21T00:00:00.000Z";
    await writeLines(bucket, prefixOf("ledger"), [ledgerLine(act.arrived, { ...made, recovered })]);
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, ["waiting"]);
    const later = erasing(bucket, ADA, { now: () => new Date("2026-12-07T00:00:00.000Z") });
    assert.deepEqual((await eraseLearner(later.parts)).remains, []);
    assert.ok(await isGone(bucket, ADA));
  });

  it("leaves of a line of the ledger what waits, and takes the rest of it away", async () => {
    const bucket = memoryBucket();
    const [act] = acts(ADA, 1, { end: "waiting" });
    assert.ok(act);
    await archiveBatch(bucket, [act]);
    await archiveEnds(bucket, LRS, [{ username: ADA, number: act.number, arrived: act.arrived }]);
    const { parts, sent } = erasing(bucket, ADA);
    const { remains, record } = await eraseLearner(parts);
    assert.deepEqual([remains, record.waiting], [["waiting"], { [CALIPER]: 1 }]);
    assert.deepEqual(sent, [voidingOf(statementOf(act, LRS))]);
    const left = linesIn(bucket.objects).filter((line) => line.includes(idsBegin(ADA)));
    const entry = {
      event: eventOf(act),
      to: { [CALIPER]: [statementOf(act, CALIPER)] },
      learner: tagOf(ADA),
    };
    assert.deepEqual(
      left.map((line) => line.slice(line.indexOf(" ") + 1)),
      [JSON.stringify(entry)],
    );
    const [lrs, caliper] = [await accountOf(bucket, LRS), await accountOf(bucket, CALIPER)];
    // What voids it at the store is on its way there.
    assert.deepEqual([lrs.received, lrs.waiting, caliper.received, caliper.waiting], [1, 1, 1, 1]);
  });

  it("leaves an event of which the ledger knows nothing yet, as its batch comes again", async () => {
    const bucket = memoryBucket();
    const [act, other] = acts(ADA, 2);
    assert.ok(act && other);
    await archiveBatch(bucket, [act, other]);
    const isOf =
      (part: string) =>
      (key: string): boolean =>
        key.startsWith(`${part}/`);
    const removeAll = async (test: (key: string) => boolean): Promise<void> => {
      for (const key of [...bucket.objects.keys()].filter(test)) await bucket.remove(key);
    };
    // One was cut off after its event was kept, and before anything else was.
    await removeAll((key) => !isOf("raw")(key));
    const { parts, said } = erasing(bucket, ADA);
    const { remains, record } = await eraseLearner(parts);
    assert.deepEqual([remains, record.done], [["coming"], undefined]);
    assert.ok(!said.includes("forget"));
    assert.equal(linesIn(bucket.objects).filter((line) => line.includes(idsBegin(ADA))).length, 2);

    await archiveBatch(bucket, [act, other]);
    const again = erasing(bucket, ADA);
    assert.deepEqual((await eraseLearner(again.parts)).remains, []);
    assert.deepEqual(again.sent.length, 2);
    assert.ok(await isGone(bucket, ADA));
  });

  it("waits no longer for an event of which the ledger knows nothing than a queue can hold it", async () => {
    for (const [arrived, remains] of [
      ["2026-11-07T00:00:00.000Z", ["coming"]],
      ["2026-11-06T23:59:00.000Z", []],
    ] as const) {
      const bucket = memoryBucket();
      await archiveBatch(bucket, acts(ADA, 1, { arrived }));
      for (const key of [...bucket.objects.keys()]) if (!key.startsWith("raw/")) await bucket.remove(key);
      assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, remains);
      assert.equal(await isGone(bucket, ADA), remains.length === 0);
    }
  });

  it("keeps since when something waits that was sent again", async () => {
    const bucket = memoryBucket();
    const [act] = acts(ADA, 1, { end: "setAside", arrived: "2026-11-01T00:00:00.000Z" });
    assert.ok(act);
    await archiveBatch(bucket, [act]);
    for (const endpoint of ENDPOINTS)
      await writeLines(bucket, prefixOf("failed", endpoint), [
        failedLine({
          id: statementOf(act, endpoint),
          event: eventOf(act),
          learner: tagOf(ADA),
          endpoint,
          at: "2026-11-01T00:00:00.001Z",
          since: "2026-11-21T00:00:00.000Z",
          mapping: "a",
          mappingHash: "0",
          class: "again",
          reason: "endpoint.refused",
          detail: "",
        }),
      ]);
    const { parts } = erasing(bucket, ADA);
    for (let again = 0; again < 2; again++) {
      assert.deepEqual((await eraseLearner(parts)).remains, ["waiting"]);
      const { waiting, setAside } = await accountOf(bucket, LRS);
      assert.deepEqual([waiting, setAside], [1, 0]);
    }
  });
});
