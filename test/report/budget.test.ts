import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { DamagedArchive } from "../../src/archive/damaged.ts";
import type { Bucket } from "../../src/archive/layout.ts";
import { budgetOf, OverBudget, readSpendings, spend, totalOf } from "../../src/report/budget.ts";
import { publish, readPublished } from "../../src/report/publish.ts";
import { DamagedReports, PUBLISHED, SPENT } from "../../src/report/stored.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { asked, epsilon } from "./support.ts";

const publishing = { hub: "Hub", total: epsilon("2"), at: "2026-11-22T10:00:00.000Z" };
const costing = (amount: string) => asked({ by: ["kind"], epsilon: epsilon(amount) });

const spentOf = async (bucket: Bucket): Promise<bigint> => {
  const spendings = await readSpendings(bucket);
  return budgetOf(spendings, totalOf(spendings)).spent;
};

describe("The budget for privacy", () => {
  it("is touched before a report is kept, and the report is kept before it is told", async () => {
    const bucket = memoryBucket();
    const { id } = await publish(bucket, costing("0.5"), publishing);
    assert.deepEqual(bucket.puts, [
      `${SPENT}2026-11-22-${id}.json.gz`,
      `${PUBLISHED}2026-11-22-${id}.json.gz`,
    ]);
    assert.equal(await spentOf(bucket), epsilon("0.5"));
  });

  it("is spent where a run is cut off after it, and nothing is told", async () => {
    const bucket = memoryBucket({ fails: (key) => key.startsWith(PUBLISHED) });
    await assert.rejects(publish(bucket, costing("0.5"), publishing), /SlowDown/);
    assert.equal(await spentOf(bucket), epsilon("0.5"));
    assert.deepEqual(await readPublished(bucket), []);
  });

  it("lets nothing be told where it cannot be written", async () => {
    const bucket = memoryBucket({ fails: (key) => key.startsWith(SPENT) });
    await assert.rejects(publish(bucket, costing("0.5"), publishing), /SlowDown/);
    assert.deepEqual(bucket.puts, []);
  });

  it("is not touched by a run that finds the archive damaged", async () => {
    const bucket = memoryBucket();
    await bucket.put("raw/dt=2026-11-01/hour=00/a.ndjson.gz", Buffer.from("damaged"));
    await assert.rejects(publish(bucket, costing("0.5"), publishing), DamagedArchive);
    assert.equal(await spentOf(bucket), 0n);
  });

  it("can be spent to the last millionth, and not one more", async () => {
    const bucket = memoryBucket();
    await publish(bucket, costing("1.3"), publishing);
    await assert.rejects(publish(bucket, costing("0.700001"), publishing), OverBudget);
    await publish(bucket, costing("0.7"), publishing);
    const before = bucket.puts.length;
    await assert.rejects(
      publish(bucket, costing("0.000001"), publishing),
      (error) => error instanceof OverBudget && /of ε = 2 in all, 2 is spent/.test(error.message),
    );
    assert.equal(bucket.puts.length, before);
  });

  it("is not touched by a run that finds it spent only when its own turn comes", async () => {
    const bucket = memoryBucket();
    const late = { id: "late", at: publishing.at, epsilon: epsilon("1.5"), total: publishing.total };
    await publish(bucket, costing("1"), publishing);
    await assert.rejects(spend(bucket, late), OverBudget);
    assert.equal(await spentOf(bucket), epsilon("1"));
  });

  it("is 10 until a run names another total, which holds from then on", async () => {
    const bucket = memoryBucket();
    assert.equal(totalOf(await readSpendings(bucket)), epsilon("10"));
    await publish(bucket, costing("1"), publishing);
    assert.equal(totalOf(await readSpendings(bucket)), epsilon("2"));
    await publish(bucket, costing("3"), {
      ...publishing,
      at: "2026-11-23T10:00:00.000Z",
      total: epsilon("4"),
    });
    assert.equal(totalOf(await readSpendings(bucket)), epsilon("4"));
  });

  it("is never exceeded by reports that are told, however many are made at once", async () => {
    const amounts = fc.array(fc.constantFrom("0.4", "0.7", "1", "1.6"), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), amounts, async (scheduler, costs) => {
        const bucket = memoryBucket();
        const shared = mixed(bucket, scheduler);
        const made = costs.map((cost) => publish(shared, costing(cost), publishing));
        const ends = await scheduler.waitFor(Promise.allSettled(made));
        let told = 0n;
        for (const [at, end] of ends.entries())
          if (end.status === "fulfilled") told += epsilon(costs[at] ?? "");
          else assert.ok(end.reason instanceof OverBudget, String(end.reason));
        assert.ok(told <= publishing.total, `${told}`);
        assert.ok((await spentOf(bucket)) >= told);
        assert.equal((await readPublished(bucket)).length, ends.filter(isFulfilled).length);
      }),
      { numRuns: runs(60) },
    );
  });
});

const isFulfilled = ({ status }: PromiseSettledResult<unknown>): boolean => status === "fulfilled";

/** The same bucket, as a network would have it: what is asked at once comes to it in any order. */
const mixed = (bucket: Bucket, scheduler: fc.Scheduler): Bucket => ({
  put: async (key, body) => {
    await scheduler.schedule(Promise.resolve());
    await bucket.put(key, body);
  },
  get: async (key) => {
    await scheduler.schedule(Promise.resolve());
    return bucket.get(key);
  },
  open: async (key) => {
    await scheduler.schedule(Promise.resolve());
    return bucket.open(key);
  },
  list: async function* (prefix) {
    await scheduler.schedule(Promise.resolve());
    yield* bucket.list(prefix);
  },
});

describe("A damaged record of the budget", () => {
  const good = { id: "1", at: "2026-11-22T10:00:00.000Z", epsilon: "1", total: "2" };
  const damaged: Readonly<Record<string, Uint8Array>> = {
    "no gzip": Buffer.from(JSON.stringify(good)),
    "cut off": gzipSync(JSON.stringify(good)).subarray(0, 20),
    empty: gzipSync(""),
    "no object": gzipSync("[]"),
    "no amount": gzipSync(JSON.stringify({ ...good, epsilon: undefined })),
    "an amount of zero": gzipSync(JSON.stringify({ ...good, epsilon: "0" })),
    "an amount below zero": gzipSync(JSON.stringify({ ...good, epsilon: "-5" })),
    "a number": gzipSync(JSON.stringify({ ...good, epsilon: 1 })),
    "no total": gzipSync(JSON.stringify({ ...good, total: "all" })),
    "no time": gzipSync(JSON.stringify({ ...good, at: "later" })),
  };
  for (const [what, body] of Object.entries(damaged))
    it(`is no free pass: ${what}`, async () => {
      const bucket = memoryBucket();
      await bucket.put(`${SPENT}2026-11-22-1.json.gz`, body);
      const before = bucket.puts.length;
      await assert.rejects(publish(bucket, costing("0.5"), publishing), DamagedReports);
      assert.equal(bucket.puts.length, before);
    });

  it("is also one that is gone, while its report is there", async () => {
    const bucket = memoryBucket();
    await publish(bucket, costing("0.5"), publishing);
    const without = memoryBucket();
    for (const [key, body] of bucket.objects) if (key.startsWith(PUBLISHED)) await without.put(key, body);
    await assert.rejects(publish(without, costing("0.5"), publishing), DamagedReports);
  });

  it("is not a console's folder", async () => {
    const bucket = memoryBucket();
    for (const folder of [SPENT, PUBLISHED, `${SPENT}notes/`]) await bucket.put(folder, Buffer.from(""));
    await publish(bucket, costing("0.5"), publishing);
    assert.equal(await spentOf(bucket), epsilon("0.5"));
  });
});

it("What is kept of a run's cost names no learner, course or day", async () => {
  const bucket = memoryBucket();
  await publish(bucket, costing("0.5"), publishing);
  const [record] = [...bucket.objects].filter(([key]) => key.startsWith(SPENT));
  assert.deepEqual(Object.keys(JSON.parse(String(gunzipSync(record?.[1] ?? "")))), [
    "id",
    "at",
    "epsilon",
    "total",
  ]);
});
