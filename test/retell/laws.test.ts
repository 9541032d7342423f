import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { type FailedRecord, failedLine, receiptLine } from "../../src/archive/records.ts";
import { pack, type Statement } from "../../src/delivery/pack.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { againRecords, packTogether, type Retold } from "../../src/retell/retold.ts";
import type { Site } from "../../src/site.ts";
import { statements as someStatements } from "../support/delivering.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { copies, shippedSite, siteThatFails } from "../support/site.ts";
import { learnerToken } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";
import { conflicting, contentsSite, failuresIn, refused, retold, sentOf } from "./support.ts";

const ENDPOINTS = ["campus-lrs", "campus-caliper"] as const;
const ENDS = ["delivered", "refused", "conflict", "delivered, then conflict", "waiting"] as const;
const AGAIN = "2026-12-03T00:00:00.000Z";

const step = fc.record({
  action: fc.constantFrom("save", "copy", "get", "upload"),
  path: fc.nat(4).map((at) => `${at}.ipynb`),
  ends: fc.tuple(fc.constantFrom(...ENDS), fc.constantFrom(...ENDS)),
});

const keep = (bucket: MemoryBucket, endpoint: string, failed: readonly FailedRecord[]): Promise<void> =>
  writeLines(bucket, prefixOf("failed", endpoint), failed.map(failedLine));

const deliver = (bucket: MemoryBucket, endpoint: string, all: readonly Statement[]): Promise<void> =>
  writeLines(
    bucket,
    prefixOf("receipts", endpoint),
    all.map(({ id, event, translation, mapping }) =>
      receiptLine({ id, event, translation, mappingHash: mapping, at: AGAIN, status: 200 }),
    ),
  );

/** Lets the statements of an endpoint's queue end as they shall. */
const end = async (
  way: Translating,
  endpoint: string,
  endOf: (id: string) => (typeof ENDS)[number],
): Promise<void> => {
  const all = [...new Map(way.statements(endpoint).map((each) => [each.id, each])).values()];
  const those = (...ends: readonly (typeof ENDS)[number][]): readonly Statement[] =>
    all.filter(({ id }) => ends.includes(endOf(id)));
  await deliver(way.bucket, endpoint, those("delivered", "delivered, then conflict"));
  const failed = [
    ...those("refused").map((each) => refused(each, endpoint)),
    ...those("conflict", "delivered, then conflict").map((each) => conflicting(each, endpoint)),
  ];
  await keep(way.bucket, endpoint, failed);
};

describe("telling an endpoint again", () => {
  const sites: Site[] = [];
  let failing: Site;
  before(async () => {
    failing = await siteThatFails(copies);
    sites.push(failing, await shippedSite());
    sites.push(
      await contentsSite((text) => text.replace("verb: save", "verb: update").replace("Saved", "Modified")),
    );
  });

  it("answers every failure once, in the same bytes each time, and the accounts balance with what it adds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
        fc.nat(2),
        fc.constantFrom("now" as const, "as-it-was" as const),
        async (batches, which, mode) => {
          const site = sites[which] ?? failing;
          const way = await translating({ site: failing });
          const token = await learnerToken("ada");
          for (const steps of batches) {
            const events = steps.map(({ action, path }) => contents({ action, path, source_path: "a" }));
            await way.translate(await Promise.all(events.map((each) => message(each, { token }))));
          }
          const ends = batches.flat().flatMap((each) => each.ends);
          for (const endpoint of ENDPOINTS) {
            const { bucket } = way;
            await end(
              way,
              endpoint,
              (id) => ends[Number.parseInt(id.slice(0, 4), 16) % ends.length] ?? "delivered",
            );
            const failures = await failuresIn(bucket, endpoint);
            const tell = (): Promise<readonly Retold[]> => retold(failures, site, endpoint, bucket, { mode });
            const waiting = await waitingOf(bucket, endpoint);

            const all = await tell();
            assert.deepEqual(
              all.map(({ failure }) => failure.id).sort(),
              failures.map(({ id }) => id).sort(),
            );
            assert.deepEqual(await tell(), all);

            const sent = sentOf(all);
            for (const { ledger, setAside } of sent) {
              await writeLines(bucket, prefixOf("ledger"), ledger);
              await keep(bucket, endpoint, setAside);
            }
            assert.deepEqual(await tell(), all, "the ledger's lines must not change what is sent");
            await keep(
              bucket,
              endpoint,
              sent.flatMap((each) => againRecords(each, AGAIN)),
            );
            const statements = new Map(
              sent.flatMap((each) => each.statements).map((each) => [each.id, each]),
            );
            assert.equal(await waitingOf(bucket, endpoint), waiting + statements.size);
            await deliver(bucket, endpoint, [...statements.values()]);
            assert.equal(await waitingOf(bucket, endpoint), waiting);

            assert.deepEqual(sentOf(await tell()), [], "what was delivered is not sent once more");
            const answered = sent
              .filter(({ becomes }) => becomes === "again")
              .map(({ failure }) => failure.id);
            const left = await setAsideStill(bucket, endpoint);
            assert.deepEqual(
              left.filter((id) => answered.includes(id)),
              [],
            );
          }
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it("packs what belongs together into one message, and no more into one than the endpoint takes", () => {
    const group = fc.array(fc.constantFrom(...someStatements("xapi", 30)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(group, { maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1000, max: 5000 }),
        (groups, events, bytes) => {
          const batch = { events, bytes, wait: 0 };
          const packs = packTogether(groups, batch);
          assert.deepEqual(
            packs.flatMap((each) => each.statements),
            groups.flat(),
          );
          const messages = packs.flatMap(({ statements }, number) => statements.map(() => number));
          for (const [number, each] of groups.entries()) {
            const begin = groups.slice(0, number).flat().length;
            const inside = new Set(messages.slice(begin, begin + each.length));
            if (each.length <= events && pack(each, { ...batch, bytes: bytes - 100 }).length === 1)
              assert.equal(inside.size, 1);
          }
          for (const { body, statements } of packs)
            assert.ok(statements.length <= events && Buffer.byteLength(body) <= bytes);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

/** How many wait by the account, which must balance. */
const waitingOf = async (bucket: MemoryBucket, endpoint: string): Promise<number> => {
  const { unaccounted, endpoints } = await readAccounts(bucket, [endpoint]);
  const [account] = endpoints;
  assert.ok(account !== undefined);
  const { received, delivered, filtered, setAside, waiting, unexplained } = account;
  const silent = Object.values(filtered).reduce((sum, count) => sum + count, 0);
  assert.deepEqual([unaccounted, unexplained, received], [0, 0, delivered + silent + setAside + waiting]);
  return waiting;
};

/** The ids of what is still set aside and was not delivered. */
const setAsideStill = async (bucket: MemoryBucket, endpoint: string): Promise<readonly string[]> => {
  const delivered = new Set((await bucket.records("receipts", endpoint)).map(({ id }) => id));
  const failures = await failuresIn(bucket, endpoint);
  return failures.filter(({ id, class: why }) => why !== "again" && !delivered.has(id)).map(({ id }) => id);
};
