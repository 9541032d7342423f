import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { unpack } from "../../src/delivery/pack.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { erasureName, readErasures } from "../../src/erasure/job.ts";
import { takeUpErasure } from "../../src/erasure/keep.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { ledgerLine } from "../../src/ledger/ledger.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { AT, accountOf, acts, deliver, idsOf, isGone } from "./outcome.ts";
import {
  archiveBatch,
  CALIPER,
  erasing,
  eventOf,
  idsBegin,
  KEY,
  LRS,
  linesIn,
  statementOf,
  tagOf,
  voidingOf,
} from "./support.ts";

const ADA = "ada";
const GRACE = "grace";

describe("An erasure", () => {
  it("voids what a store has, by statements that lead to nobody, and the ledger balances when they are there", async () => {
    const bucket = memoryBucket();
    const hers = acts(ADA, 60);
    await archiveBatch(bucket, [...hers, ...acts(GRACE, 40)]);
    const { parts, bodies, sent } = erasing(bucket, ADA);
    const { remains, record } = await eraseLearner(parts);
    assert.deepEqual([remains, record.voided, record.listed], [[], { [LRS]: 60 }, { [CALIPER]: 60 }]);
    assert.deepEqual([...sent].sort(), hers.map((act) => voidingOf(statementOf(act, LRS))).sort());
    for (const { id, event, learner, text } of bodies.flatMap((body) => unpack(body).statements)) {
      assert.deepEqual([event, learner ?? ""], [id, ""]);
      assert.ok(!text.includes(ADA) && !text.includes(tagOf(ADA)));
    }
    assert.equal((await accountOf(bucket, LRS)).waiting, 60);
    await deliver(bucket, bodies);
    assert.ok(await isGone(bucket, ADA));
    const { received, delivered, waiting, unexplained } = await accountOf(bucket, LRS);
    assert.deepEqual([received, delivered, waiting, unexplained], [100, 100, 0, 0]);
    const caliper = await accountOf(bucket, CALIPER);
    assert.deepEqual([caliper.received, caliper.delivered, caliper.unexplained], [40, 40, 0]);
  });

  it("voids neither what a revision has voided, nor what voids", async () => {
    const bucket = memoryBucket();
    const [act] = acts(ADA, 1);
    assert.ok(act);
    await archiveBatch(bucket, [act]);
    const first = statementOf(act, LRS);
    const revised = `${idsBegin(ADA)}aaaa-5aaa-8aaa-aaaaaaaaaaaa`;
    const made = [voidingOf(first), revised];
    const about = { event: eventOf(act), learner: tagOf(ADA) };
    await writeLines(bucket, prefixOf("ledger"), [ledgerLine(AT, { ...about, to: { [LRS]: made } })]);
    const receipts = made.map((id, index) =>
      receiptLine({
        ...about,
        id,
        translation: "a:b",
        mappingHash: "0",
        at: AT,
        status: 200,
        ...(index === 0 && { voids: true }),
      }),
    );
    await writeLines(bucket, prefixOf("receipts", LRS), receipts);
    const { parts, sent } = erasing(bucket, ADA);
    assert.deepEqual((await eraseLearner(parts)).remains, []);
    assert.deepEqual(sent, [voidingOf(revised)]);
    assert.ok(await isGone(bucket, ADA));
  });

  it("removes nothing where a queue does not take what voids, and goes on when it does", async () => {
    const bucket = memoryBucket();
    await archiveBatch(bucket, acts(ADA, 60));
    const before = linesIn(bucket.objects).length;
    const refused = erasing(bucket, ADA, { send: async (_, bodies) => bodies.map((_each, at) => at === 0) });
    const { remains, record } = await eraseLearner(refused.parts);
    assert.deepEqual([remains, record.done, record.removed], [["untaken"], undefined, {}]);
    assert.equal(linesIn(bucket.objects).filter((line) => line.includes(idsBegin(ADA))).length, before);
    const taken = erasing(bucket, ADA);
    assert.deepEqual([(await eraseLearner(taken.parts)).remains, taken.sent.length], [[], 60]);
  });

  it("finds what comes in while it goes on, and says so where it does not end", async () => {
    const bucket = memoryBucket();
    await archiveBatch(bucket, acts(ADA, 3));
    let comes = 3;
    const coming = async (): Promise<void> => {
      if (comes-- <= 0) return;
      await archiveBatch(bucket, [
        { username: ADA, number: 100 + comes, arrived: "2026-11-22T19:58:00.000Z" },
      ]);
    };
    const { parts } = erasing(bucket, ADA, { handOver: coming });
    assert.deepEqual((await eraseLearner(parts)).remains, []);
    assert.ok(await isGone(bucket, ADA));
    comes = 1000;
    await coming();
    const endless = await eraseLearner(parts);
    assert.deepEqual([endless.remains, endless.record.done], [["coming"], undefined]);
  });

  it("of two learners at once leaves nothing of either, and all of a third", async () => {
    const bucket = memoryBucket();
    const others = acts("katherine", 30);
    for (let at = 0; at < 30; at += 3) {
      const some = [ADA, GRACE, "katherine"].flatMap((name) => acts(name, 30).slice(at, at + 3));
      await archiveBatch(bucket, some);
    }
    const before = linesIn(bucket.objects)
      .filter((line) => line.includes(idsBegin("katherine")))
      .toSorted();
    const both = [ADA, GRACE].map((name) => erasing(bucket, name));
    const ended = await Promise.all(both.map(({ parts }) => eraseLearner(parts)));
    for (const { remains } of ended) assert.deepEqual(remains, []);
    for (const name of [ADA, GRACE]) assert.ok(await isGone(bucket, name), name);
    const after = linesIn(bucket.objects).filter((line) => line.includes(idsBegin("katherine")));
    assert.deepEqual([...new Set(after)].toSorted(), before);
    assert.equal((await accountOf(bucket, CALIPER)).delivered, others.length);
  });

  it("finds what was written under the former key, and before objects' names told whose it is", async () => {
    const bucket = memoryBucket();
    const former = learnerTags("the former key")(ADA);
    const [act] = acts(ADA, 1);
    assert.ok(act);
    const entry = { event: eventOf(act), to: {}, learner: former };
    await writeLines(bucket, prefixOf("ledger"), [ledgerLine(AT, entry)]);
    const old = {
      raw: `{"id":"${eventOf(act)}","learner":{"username":"${ADA}"}}`,
      other: '{"id":"1","learner":{}}',
    };
    const receipt = { id: statementOf(act, CALIPER), event: eventOf(act), at: AT };
    await bucket.put("raw/dt=2026-11-20/hour=09/0123.ndjson.gz", gzipSync(`${old.raw}\n${old.other}\n`));
    await bucket.put(
      `receipts/endpoint=${CALIPER}/dt=2026-11-20/0123.ndjson.gz`,
      gzipSync(`${JSON.stringify(receipt)}\n{"id":"2","event":"1"}\n`),
    );
    const { parts, listed } = erasing(bucket, ADA, { who: { username: ADA, tags: [tagOf(ADA), former] } });
    assert.deepEqual((await eraseLearner(parts)).remains, []);
    assert.deepEqual(listed, [{ endpoint: CALIPER, id: receipt.id, at: AT }]);
    assert.ok(await isGone(bucket, ADA));
    // What names did not tell before, they do not tell now.
    const left = [...bucket.objects.keys()].filter((key) => key.endsWith(".gz"));
    assert.deepEqual([left.length, left.every((key) => key.endsWith(".unknown.ndjson.gz"))], [2, true]);
  });

  it("removes a failure, and voids nothing for it, unless the store refused it for what it has", async () => {
    const bucket = memoryBucket();
    const [refused, conflict] = [acts(ADA, 2, { end: "setAside" }), acts(GRACE, 2, { end: "conflict" })];
    await archiveBatch(bucket, [...refused, ...conflict]);
    const [one, other] = [erasing(bucket, ADA), erasing(bucket, GRACE)];
    await eraseLearner(one.parts);
    await eraseLearner(other.parts);
    assert.deepEqual([one.sent, [...other.sent].sort()], [[], idsOf(conflict, LRS).map(voidingOf).sort()]);
    assert.ok((await isGone(bucket, ADA)) && (await isGone(bucket, GRACE)));
  });

  it("writes nothing anew whose time is over, of whomever it is", async () => {
    const bucket = memoryBucket();
    const days = { past: "2026-10-22", last: "2026-10-23" };
    for (const day of Object.values(days))
      await archiveBatch(
        bucket,
        [ADA, GRACE].flatMap((name) => acts(name, 2, { arrived: `${day}T09:15:00.000Z` })),
      );
    const month = { raw: 30, quarantine: 30, failed: 30, receipts: 30, ledger: 30 };
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA, { retention: month }).parts)).remains, []);
    assert.ok(await isGone(bucket, ADA));
    // The voidings were sent on the day of the erasure.
    const left = linesIn(bucket.objects).filter((line) => line.includes(idsBegin(GRACE)));
    assert.deepEqual([left.length, left.every((line) => line.includes(`/dt=${days.last}`))], [2 * 4, true]);
  });

  it("is recorded without a name, and again where the learner has come back", async () => {
    const bucket = memoryBucket();
    const name = erasureName(KEY, ADA);
    assert.ok(!name.includes(tagOf(ADA)));
    const { parts } = erasing(bucket, ADA);
    for (const count of [2, 3]) {
      await archiveBatch(bucket, acts(ADA, count));
      await eraseLearner(parts);
    }
    for await (const { learner, done, before, removed, steps, ...others } of readErasures(bucket)) {
      assert.deepEqual([learner, before.length, removed.raw], [name, 1, 3]);
      // What it needs to go on is not kept.
      assert.deepEqual(Object.keys(others).sort(), ["begun", "listed", "objects", "voided", "waiting"]);
      assert.ok(done !== undefined);
      assert.deepEqual(Object.keys(steps).sort(), ["removed", "stopped", "told", "verified"]);
    }
    const begun = (await takeUpErasure(bucket, [name], AT)).record();
    assert.deepEqual([begun.before.length, begun.removed], [2, {}]);
    const again = (await takeUpErasure(bucket, [name], "2027-01-01T00:00:00.000Z")).record();
    assert.deepEqual({ ...again, run: begun.run }, begun);
  });
});
