import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { daysAfter } from "../../src/archive/days.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { LONGEST_WAIT } from "../../src/ledger/ledger.ts";
import { oneDay } from "../../src/ledger/window.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { failureOf, noon, putEvent, putFailures, putReceipt, STORE } from "./support.ts";

const TODAY = "2026-11-22";
const YESTERDAY = daysAfter(TODAY, -1);
const LAST = daysAfter(TODAY, -LONGEST_WAIT - 1);

describe("accounts that are read only until nothing waits any more", () => {
  it("know what waits, what is overdue and what was received as well as others do, by fewer objects", async () => {
    const kind = fc.constantFrom("delivered", "setAside", "again", "againDelivered", "waits" as const);
    const fate = fc.record({ kind, after: fc.nat({ max: 14 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 8 }), async (fates) => {
        const bucket = memoryBucket();
        for (const [at, { kind, after }] of fates.entries()) {
          const id = `statement ${at}`;
          const end = noon(daysAfter(LAST, after));
          await putEvent(bucket, `event ${at}`, LAST, [id]);
          if (kind === "delivered" || kind === "againDelivered") await putReceipt(bucket, id, end);
          if (kind !== "delivered" && kind !== "waits") await putFailures(bucket, failureOf(id, noon(LAST)));
          const again = failureOf(id, `${LAST}T12:00:00.001Z`, { class: "again", since: noon(LAST) });
          if (kind.startsWith("again")) await putFailures(bucket, again);
        }
        const read = async (untilEnded: boolean) => {
          let objects = 0;
          const onObject = (): number => objects++;
          const { endpoints } = await readAccounts(bucket, [STORE], {
            window: oneDay(LAST, TODAY),
            untilEnded,
            onObject,
          });
          const [account] = endpoints;
          assert.ok(account !== undefined);
          return { objects, told: [account.received, account.waiting, account.overdue, account.unexplained] };
        };
        const [all, some] = [await read(false), await read(true)];
        assert.deepEqual(some.told, all.told);
        assert.ok(some.objects <= all.objects);
      }),
      { numRuns: 60 },
    );
  });

  it("leave the receipts of later days alone", async () => {
    const bucket = memoryBucket();
    await putEvent(bucket, "event", LAST, ["statement"]);
    await putReceipt(bucket, "statement", noon(LAST));
    await putReceipt(bucket, "of another day", noon(YESTERDAY));
    const keys: string[] = [];
    const watched: MemoryBucket = {
      ...bucket,
      get: (key) => {
        keys.push(key);
        return bucket.get(key);
      },
    };
    await readAccounts(watched, [STORE], { window: oneDay(LAST, TODAY), untilEnded: true });
    assert.ok(keys.some((key) => key.startsWith(`receipts/endpoint=${STORE}/dt=${LAST}/`)));
    assert.ok(!keys.some((key) => key.startsWith(`receipts/endpoint=${STORE}/dt=${YESTERDAY}/`)));
  });
});
