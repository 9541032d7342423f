import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine } from "../../src/archive/records.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
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
    assert.ok(isGone(bucket, ADA));
    const { waiting, unexplained, delivered } = await accountOf(bucket, LRS);
    assert.deepEqual([waiting, unexplained, delivered], [0, 0, 8]);
  });

  it("waits for nothing that no queue can hold any more", async () => {
    const bucket = memoryBucket();
    await archiveBatch(bucket, acts(ADA, 3, { end: "waiting", arrived: "2026-11-01T00:00:00.000Z" }));
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
    assert.ok(isGone(bucket, ADA));
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
