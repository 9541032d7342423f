import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isArchived } from "../../src/archive/layout.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import {
  type Act,
  archiveBatch,
  CALIPER,
  ENDPOINTS,
  erasing,
  idsBegin,
  LRS,
  linesIn,
  statementOf,
  tagOf,
  textOf,
  voidingOf,
  watched,
} from "./support.ts";

const LEARNERS = 500;
const FIRST = Date.parse("2026-10-01T00:00:00.000Z");

const nameOf = (at: number): string => `learner-${String(at).padStart(4, "0")}`;
const HERS = nameOf(217);

const endOf = (number: number): Pick<Act, "end"> => {
  const ends = { 3: "setAside", 5: "quarantined", 7: "forged", 11: "conflict" } as const;
  const end = ends[(number % 400) as keyof typeof ends];
  return end === undefined ? {} : { end };
};

/** Events as they come at a site: of each hour's batches, those who are at work then. */
const sessions = (at: number): Act => {
  const batch = Math.floor(at / 250);
  const learner = (batch * 17 + ((at * 7919) % 25)) % LEARNERS;
  return actOf(at, learner, FIRST + batch * 3_600_000);
};

/** The worst that can be: all learners in every batch. */
const mixed = (at: number): Act => actOf(at, at % LEARNERS, FIRST + Math.floor(at / 1000) * 3_600_000);

const actOf = (number: number, learner: number, arrived: number): Act => ({
  username: nameOf(learner),
  number,
  arrived: new Date(arrived).toISOString(),
  ...endOf(Math.floor(number / 3)),
});

const archived = async (actAt: (at: number) => Act, count: number, batch: number) => {
  const bucket = memoryBucket();
  const acts = Array.from({ length: count }, (_, at) => actAt(at));
  for (let from = 0; from < acts.length; from += batch)
    await archiveBatch(bucket, acts.slice(from, from + batch));
  return { bucket, acts };
};

const isHers = (text: string): boolean =>
  text.includes(HERS) || text.includes(tagOf(HERS)) || text.includes(idsBegin(HERS));

const assertGone = ({ objects }: MemoryBucket): void => {
  for (const [key, body] of objects) {
    assert.ok(!isHers(key), key);
    const text = isArchived(key) ? textOf(body) : Buffer.from(body).toString("utf8");
    assert.ok(!isHers(text), `something of the learner is in ${key}`);
  }
};

/** The accounts of the others are as they were; what voids is on its way. */
const assertBalanced = async (bucket: MemoryBucket, acts: readonly Act[], voided: number): Promise<void> => {
  const kept = acts.filter(
    ({ username, end }) => username !== HERS && end !== "quarantined" && end !== "forged",
  );
  const accounts = await readAccounts(bucket, ENDPOINTS);
  assert.deepEqual([accounts.accepted, accounts.unaccounted], [kept.length, 0]);
  for (const { endpoint, received, delivered, waiting, unexplained } of accounts.endpoints) {
    // What voids is on its way still.
    const voiding = endpoint === LRS ? voided : 0;
    assert.deepEqual([received, waiting, unexplained], [kept.length + voiding, voiding, 0]);
    assert.equal(delivered, kept.filter(({ end }) => end === undefined).length);
  }
};

describe("Of an archive of the events of 500 learners", () => {
  for (const [name, actAt, events, batch] of [
    ["100,000 of them, as they come at a site", sessions, 100_000, 250],
    ["all mixed in every batch", mixed, 20_000, 1000],
  ] as const)
    it(`one learner is exported and erased, ${name}: nothing of her remains, and all of the others`, async (t) => {
      const { bucket: inner, acts } = await archived(actAt, events, batch);
      const before = linesIn(inner.objects);
      const others = before.filter((line) => !isHers(line));
      const count = inner.objects.size;

      const exporting = watched(inner);
      let found = 0;
      for await (const { record } of learnerRecords(exporting.bucket, erasing(inner, HERS).parts.who)) {
        assert.ok(isHers(JSON.stringify(record)));
        found++;
      }
      assert.equal(found, before.length - others.length);
      assert.ok(exporting.reads() < count / 10);

      const { bucket, reads } = watched(inner);
      const { parts, sent, listed } = erasing(inner, HERS);
      const { remains, record } = await eraseLearner({ ...parts, bucket });
      t.diagnostic(`${count} objects; export read ${exporting.reads()}, erasing ${reads()}`);
      assert.ok(reads() < count / 10, `${reads()} of ${count} objects were read`);
      assert.deepEqual(remains, []);
      assert.equal(
        Object.values(record.removed).reduce((sum, each) => sum + each, 0),
        found,
      );

      assertGone(inner);
      const voidings = new Set(sent);
      const after = linesIn(inner.objects).filter((line) => !voidings.has(eventIn(line)));
      const expected = new Set(others);
      assert.deepEqual([after.length, new Set(after).size], [expected.size, others.length]);
      assert.ok(after.every((line) => expected.has(line)));

      const has = acts.filter(
        ({ username, end }) => username === HERS && (end === undefined || end === "conflict"),
      );
      assert.deepEqual(sent.toSorted(), has.map((act) => voidingOf(statementOf(act, LRS))).toSorted());
      assert.deepEqual(
        listed.map(({ id }) => id).toSorted(),
        has.map((act) => statementOf(act, CALIPER)).toSorted(),
      );

      await assertBalanced(inner, acts, sent.length);
    });
});

/** The event of a line of the ledger that is nobody's. */
const eventIn = (line: string): string =>
  /^ledger\/\S+ \{"event":"([^"]+)","to":[^}]+\}\}$/.exec(line)?.[1] ?? "";
