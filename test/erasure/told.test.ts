import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { unpack } from "../../src/delivery/pack.ts";
import { receiptsOf } from "../../src/delivery/records.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { eraseLearner, survey } from "../../src/erasure/erase.ts";
import { takingBack } from "../../src/erasure/voidings.ts";
import type { PseudonymKeys } from "../../src/learner/pseudonym-keys.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { ledgerLine } from "../../src/ledger/ledger.ts";
import { allDays } from "../../src/ledger/window.ts";
import { reviserOf } from "../../src/retell/revision.ts";
import { writeVoiding } from "../../src/xapi/voiding.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { acts, idsOf, isGone } from "./outcome.ts";
import {
  type Act,
  archiveBatch,
  archiveEnds,
  CALIPER,
  ENDPOINTS,
  erasing,
  eventOf,
  KEY,
  LRS,
  statementOf,
  tagOf,
  textOf,
  voidingOf,
} from "./support.ts";

const ADA = "ada";

const at = (time: string) => () => new Date(`2026-11-22T${time}:00.000Z`);

/** The same acts, with an end at a later time. */
const delivered = (all: readonly Act[], arrived: string): readonly Act[] =>
  all.map(({ end: _, ...act }) => ({ ...act, arrived }));

/** Cuts an erasure off before it removes an object whose text says this. */
const cutBefore = (bucket: MemoryBucket, word: string) => ({
  ...bucket,
  remove: async (key: string) => {
    const body = bucket.objects.get(key);
    if (body !== undefined && key.endsWith(".gz") && textOf(body).includes(word)) throw new Error("CutOff");
    await bucket.remove(key);
  },
});

describe("What endpoints are told of an erasure", () => {
  it("is also what they got while somebody thought about it, and while it went on", async () => {
    const bucket = memoryBucket();
    const late = acts(ADA, 3, { end: "waiting", arrived: "2026-11-22T09:00:00.000Z" });
    await archiveBatch(bucket, late);
    const [first, second, third] = late.map((act) => [act]);
    assert.ok(first && second && third);
    const before = await survey(erasing(bucket, ADA, { now: at("10:00") }).parts);
    for (const each of ENDPOINTS)
      await archiveEnds(bucket, each, delivered(first, "2026-11-22T10:05:00.000Z"));
    const one = erasing(bucket, ADA, { now: at("15:00") });
    assert.deepEqual((await eraseLearner(one.parts, before)).remains, ["waiting"]);
    assert.deepEqual(one.sent, idsOf(first, LRS).map(voidingOf));
    // Its clock was late.
    for (const each of ENDPOINTS)
      await archiveEnds(bucket, each, delivered(second, "2026-11-22T14:30:00.000Z"));
    const two = erasing(bucket, ADA, { now: at("16:00") });
    assert.deepEqual((await eraseLearner(two.parts)).remains, ["waiting"]);
    assert.deepEqual(
      two.listed.map(({ id }) => id),
      idsOf(second, CALIPER),
    );
    // It came after this was looked for, and before it was told.
    const three = erasing(bucket, ADA, {
      now: at("18:00"),
      handOver: async () => {
        for (const each of ENDPOINTS)
          await archiveEnds(bucket, each, delivered(third, "2026-11-22T15:00:00.000Z"));
      },
    });
    await archiveBatch(bucket, [{ username: ADA, number: 9, arrived: "2026-11-22T17:59:00.000Z" }]);
    assert.deepEqual((await eraseLearner(three.parts)).remains, []);
    assert.ok(
      idsOf(third, LRS)
        .map(voidingOf)
        .every((id) => three.sent.includes(id)),
    );
    assert.ok(await isGone(bucket, ADA));
  });

  it("is also what they got meanwhile, where it is cut off before it looks again", async () => {
    const bucket = memoryBucket();
    const late = acts(ADA, 2, { end: "waiting", arrived: "2026-11-22T09:00:00.000Z" });
    await archiveBatch(bucket, late);
    const before = await survey(erasing(bucket, ADA, { now: at("10:00") }).parts);
    for (const each of ENDPOINTS)
      await archiveEnds(bucket, each, delivered(late, "2026-11-22T10:05:00.000Z"));
    const one = erasing(bucket, ADA, { now: at("15:00") });
    const cut = cutBefore(bucket, '"source":');
    await assert.rejects(eraseLearner({ ...one.parts, bucket: cut }, before), /CutOff/);
    assert.deepEqual(one.sent, []);
    const two = erasing(bucket, ADA, { now: at("16:00") });
    assert.deepEqual((await eraseLearner(two.parts)).remains, []);
    assert.deepEqual(two.sent.toSorted(), idsOf(late, LRS).map(voidingOf).toSorted());
    assert.deepEqual(two.listed.map(({ id }) => id).toSorted(), idsOf(late, CALIPER));
  });

  it("is told once, where it was cut off after that", async () => {
    const bucket = memoryBucket();
    const hers = acts(ADA, 4);
    await archiveBatch(bucket, hers);
    const one = erasing(bucket, ADA);
    const cut = cutBefore(bucket, '"source":');
    await assert.rejects(eraseLearner({ ...one.parts, bucket: cut }), /CutOff/);
    assert.deepEqual([one.sent.length, one.listed.length], [4, 4]);
    const two = erasing(bucket, ADA, { now: () => new Date("2026-11-23T09:00:00.000Z") });
    const { remains, record } = await eraseLearner(two.parts);
    assert.deepEqual([remains, two.sent, two.listed], [[], [], []]);
    assert.deepEqual([record.voided, record.listed], [{ [LRS]: 4 }, { [CALIPER]: 4 }]);
    assert.ok(await isGone(bucket, ADA));
  });

  it("is never that a voiding is void, though the receipt is gone of what it voided", async () => {
    const bucket = memoryBucket();
    const [act] = acts(ADA, 1);
    assert.ok(act);
    const first = statementOf(act, LRS);
    const voiding = voidingOf(first);
    const revised = "33333333-3333-5333-8333-333333333333";
    const about = { event: eventOf(act), learner: tagOf(ADA), translation: "a:b", mapping: "0" };
    await writeLines(bucket, prefixOf("ledger"), [
      ledgerLine(act.arrived, { ...about, to: { [LRS]: [voiding, revised] } }),
    ]);
    // As the store's function writes it.
    const receipts = receiptsOf(
      [
        { ...about, id: voiding, text: writeVoiding(voiding, first, "https://hub.example.edu") },
        { ...about, id: revised, text: '{"verb":{"id":"https://example.edu/said"}}' },
      ].map((statement) => ({ statement, end: "delivered", answer: { status: 200, excerpt: "" } })),
      act.arrived,
    );
    assert.deepEqual(
      receipts.map(({ voids }) => voids),
      [true, undefined],
    );
    await writeLines(bucket, prefixOf("receipts", LRS), receipts.map(receiptLine));
    const { parts, sent } = erasing(bucket, ADA);
    assert.deepEqual((await eraseLearner(parts)).remains, []);
    assert.deepEqual(sent, [voidingOf(revised)]);
  });

  it("is booked on the day on which it is sent, so that the ledger balances months later", async () => {
    const bucket = memoryBucket();
    const late = acts(ADA, 2, { end: "waiting", arrived: "2026-06-01T00:00:00.000Z" });
    await archiveBatch(bucket, late);
    const begun = erasing(bucket, ADA, { now: () => new Date("2026-06-02T00:00:00.000Z") });
    assert.deepEqual((await eraseLearner(begun.parts)).remains, ["waiting"]);
    for (const each of ENDPOINTS)
      await archiveEnds(bucket, each, delivered(late, "2026-06-03T00:00:00.000Z"));
    const resumed = erasing(bucket, ADA);
    assert.deepEqual((await eraseLearner(resumed.parts)).remains, []);
    const window = allDays(resumed.parts.retention, "2026-11-23");
    const [account] = (await readAccounts(bucket, [LRS], { window })).endpoints;
    assert.deepEqual([account?.waiting, account?.overdue], [2, 0]);
    const statements = resumed.bodies.flatMap((body) => unpack(body).statements);
    await writeLines(
      bucket,
      prefixOf("receipts", LRS),
      receiptsOf(
        statements.map((statement) => ({
          statement,
          end: "delivered",
          answer: { status: 204, excerpt: "" },
        })),
        "2026-11-22T21:00:00.000Z",
      ).map(receiptLine),
    );
    const [after] = (await readAccounts(bucket, [LRS], { window })).endpoints;
    assert.deepEqual([after?.delivered, after?.waiting, after?.unexplained], [2, 0, 0]);
  });

  it("has the ids that a revision would give it, also after a change of the key", async () => {
    const site = await shippedSite();
    const endpoint = site.endpoints.find(({ name }) => name === LRS);
    assert.ok(endpoint);
    const former = { key: KEY, since: Date.parse("2026-11-01"), overlap: 0 };
    const keys: PseudonymKeys = { key: "the new key", former };
    const reviser = reviserOf(endpoint, framesFor(endpoint, site.settings, keys), site.settings.hub.id);
    const id = "33333333-3333-5333-8333-333333333333";
    const statement = { id, event: id, translation: "a:b", mapping: "1", text: JSON.stringify({ id }) };
    const past = { delivered: new Map([[id, "0"]]), successors: () => [] };
    const revision = reviser.revise(statement, undefined, past);
    assert.ok(typeof revision === "object");
    const told = {
      has: new Map([[id, { at: "" }]]),
      voidings: new Set<string>(),
      waiting: new Set<string>(),
    };
    const [back] = takingBack(LRS, ["the new key", KEY], site.settings.hub.id, told, () => false);
    assert.deepEqual(
      [back?.voiding.id, back?.voiding.text],
      [revision.made[0], revision.statements[0]?.text],
    );
  });
});
