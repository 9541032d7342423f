import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { afterwards, readOpenFailures, replacedLine } from "../../src/ledger/failures.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { failureOf, putFailures, putReceipt, STORE } from "./support.ts";

const time = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 0, minute)).toISOString();

/** What happened to one statement, in this order. */
const step = fc.constantFrom("refused", "conflict", "delivered", "again", "replaced");

describe("what is set aside", () => {
  it("is what was refused last, unless it was delivered, sent again or replaced since", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 4 }), async (stories) => {
        const bucket = memoryBucket();
        const expected: string[] = [];
        for (const [at, steps] of stories.entries()) {
          const id = `s${at}`;
          let last = failureOf(id, "");
          let isOpen = false;
          for (const [minute, each] of steps.entries()) {
            if (each === "refused" || each === "conflict") {
              const conflict = { reason: "endpoint.conflict", status: 409 } as const;
              last = failureOf(id, time(minute), each === "conflict" ? conflict : {});
              await putFailures(bucket, last);
              isOpen = true;
            } else if (each === "delivered") {
              await putReceipt(bucket, id, time(minute));
              isOpen = false;
            } else if (last.at !== "") {
              const mark = afterwards(last);
              if (each === "again")
                await putFailures(bucket, { ...last, class: "again", at: mark, since: time(minute) });
              else await writeLines(bucket, prefixOf("failed", STORE), [replacedLine(last, "other", mark)]);
              isOpen = false;
            }
          }
          if (isOpen) expected.push(id);
        }
        const found = await readOpenFailures(bucket, STORE);
        assert.deepEqual(found.map(({ id }) => id).sort(), expected);
      }),
      { numRuns: 200 },
    );
  });

  it("tells what was refused although it had been delivered before, however long before", async () => {
    const bucket = memoryBucket();
    await putReceipt(bucket, "s", "2026-01-01T00:00:00.000Z");
    const conflict = { reason: "endpoint.conflict", status: 409 } as const;
    await putFailures(bucket, failureOf("s", time(1), conflict), failureOf("t", time(2), conflict));
    const found = await readOpenFailures(bucket, STORE);
    assert.deepEqual(
      found.map(({ id, deliveredBefore }) => [id, deliveredBefore]),
      [
        ["s", true],
        ["t", false],
      ],
    );
  });

  it("is over for an event that no mapping could tell, when a statement of it is delivered later", async () => {
    const bucket = memoryBucket();
    const mapping = { class: "mapping", reason: "mapping.failed" } as const;
    await putFailures(bucket, failureOf("e", time(1), { ...mapping, event: "e" }));
    assert.equal((await readOpenFailures(bucket, STORE)).length, 1);
    await putReceipt(bucket, "s", time(3), { event: "e" });
    assert.deepEqual(await readOpenFailures(bucket, STORE), []);
  });

  it("can be read of some days alone, however much there is of others", async () => {
    const bucket = memoryBucket();
    const at = (day: number): string => new Date(Date.UTC(2026, 10, day)).toISOString();
    for (let day = 1; day <= 20; day++) {
      await putFailures(bucket, failureOf(`s${day}`, at(day), { reason: "endpoint.conflict", status: 409 }));
      await putReceipt(bucket, `other-${day}`, at(day));
    }
    const again = failureOf("s20", at(20));
    await putFailures(bucket, failureOf("again", at(20)));
    await putFailures(bucket, { ...failureOf("again", at(20)), class: "again", at: afterwards(again) });
    await putReceipt(bucket, "s19", new Date(Date.UTC(2026, 10, 19, 5)).toISOString());
    const read: string[] = [];
    const counting: typeof bucket = {
      ...bucket,
      get: async (key) => {
        read.push(key);
        return bucket.get(key);
      },
    };
    const days = { from: "2026-11-18", to: "2026-11-20" };
    const found = await readOpenFailures(counting, STORE, { days });
    assert.deepEqual(
      found.map(({ id }) => id),
      ["s18", "s20"],
    );
    assert.ok(
      read.every((key) => /dt=2026-11-(18|19|20)\//.test(key)),
      String(read),
    );
  });

  it("is found by what is asked for, with when it was first set aside, and without its statement", async () => {
    const bucket = memoryBucket();
    await putFailures(bucket, failureOf("s", time(1)));
    await putFailures(
      bucket,
      failureOf("s", "2026-11-23T00:00:00.000Z", { status: 422 }),
      failureOf("t", time(2)),
    );
    const found = await readOpenFailures(bucket, STORE, { wanted: ({ status }) => status === 422 });
    assert.deepEqual(
      found.map(({ id, first, ...others }) => [id, first, "statement" in others]),
      [["s", time(1), false]],
    );
  });
});
