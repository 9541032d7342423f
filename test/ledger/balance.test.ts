import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { daysAfter } from "../../src/archive/days.ts";
import { type Accounts, readAccounts } from "../../src/ledger/accounts.ts";
import { type Depths, faultsOf, sentenceOf } from "../../src/ledger/balance.ts";
import type { Made } from "../../src/ledger/ledger.ts";
import { allDays, oneDay } from "../../src/ledger/window.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { failureOf, noon, putEvent, putFailures, putRaw, putReceipt, STORE } from "./support.ts";

const TODAY = "2026-11-22";
const RETENTION = { raw: 400, quarantine: 14, failed: 90, receipts: 400, ledger: 400 };

/** What became of an event: how many days before today it came, what was made of it, and where each statement ended. */
interface History {
  readonly age: number;
  readonly made: "where" | "failed" | number;
  /** After so many days; those that wait have none. */
  readonly end: readonly ["delivered" | "setAside", after: number] | undefined;
  /** An administrator sent it again after it was set aside. */
  readonly again: boolean;
}

const history: fc.Arbitrary<History> = fc.record({
  age: fc.integer({ min: 0, max: 60 }),
  made: fc.oneof(fc.constantFrom("where" as const, "failed" as const), fc.integer({ min: 1, max: 3 })),
  end: fc.option(fc.tuple(fc.constantFrom("delivered" as const, "setAside" as const), fc.nat({ max: 14 })), {
    nil: undefined,
  }),
  again: fc.boolean(),
});

const archiveOf = async (histories: readonly History[]): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (const [at, { age, made, end, again }] of histories.entries()) {
    const arrived = daysAfter(TODAY, -age);
    const event = `event ${at}`;
    const ids = typeof made === "number" ? Array.from({ length: made }, (_, n) => `${event}/${n}`) : [];
    await putEvent(bucket, event, arrived, typeof made === "number" ? ids : (made satisfies Made));
    if (made === "failed") await putFailures(bucket, failureOf(event, noon(arrived), { class: "mapping" }));
    for (const id of ids) {
      if (end === undefined) continue;
      const [what, after] = end;
      const time = noon(daysAfter(arrived, Math.min(after, age)));
      if (what === "delivered") await putReceipt(bucket, id, time);
      else {
        await putFailures(bucket, failureOf(id, time));
        const mark = failureOf(id, time.replace(".000Z", ".001Z"), { class: "again", since: noon(TODAY) });
        if (again) await putFailures(bucket, mark);
        // What was sent again may be delivered long after its day.
        if (again && at % 2 === 0) await putReceipt(bucket, id, noon(TODAY));
      }
    }
  }
  return bucket;
};

const nothing: Depths = { events: 0, deliveries: {}, deadLetters: { events: 0, deliveries: {} } };

const accountsOf = (bucket: MemoryBucket, day?: string): Promise<Accounts> =>
  readAccounts(bucket, [STORE], {
    window: day === undefined ? allDays(RETENTION, TODAY) : oneDay(day, TODAY),
  });

const faults = (accounts: Accounts, asked = [nothing]): readonly string[] =>
  faultsOf(accounts, asked).map(({ fault }) => fault);

/** All numbers of an account, but for what no single day can judge. */
const numbersOf = ({ accepted, endpoints: [account] }: Accounts): readonly number[] => {
  assert.ok(account !== undefined);
  const { received, delivered, setAside, waiting, overdue, filtered } = account;
  return [accepted, received, delivered, setAside, waiting, overdue, ...Object.values(filtered)];
};

describe("accounts by days", () => {
  it("sum to the account of the whole, and the whole is the same without a window", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(history, { maxLength: 12 }), async (histories) => {
        const bucket = await archiveOf(histories);
        const whole = await accountsOf(bucket);
        const days = [...new Set(histories.map(({ age }) => daysAfter(TODAY, -age)))];
        const each = await Promise.all(days.map((day) => accountsOf(bucket, day)));
        const sum = each.map(numbersOf).reduce(
          (all, one) => all.map((count, at) => count + (one[at] ?? 0)),
          numbersOf(whole).map(() => 0),
        );
        assert.deepEqual(sum, numbersOf(whole));
        for (const { endpoints } of [whole, ...each]) assert.equal(endpoints[0]?.unexplained, 0);
        const { endpoints } = await readAccounts(bucket, [STORE]);
        assert.deepEqual(
          endpoints.map((account) => ({ ...account, overdue: 0 })),
          whole.endpoints.map((account) => ({ ...account, overdue: 0 })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("balance as long as what waits can be in a queue, and never when an object of the archive is lost", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(history, { minLength: 1, maxLength: 8 }), fc.nat(), async (histories, at) => {
        const settled = histories.map((each) => ({ ...each, end: each.end ?? (["delivered", 0] as const) }));
        const ended = settled.map((each) => ({ ...each, again: false }));
        const bucket = await archiveOf(ended);
        assert.deepEqual(faults(await accountsOf(bucket)), []);

        const lost = [...bucket.objects.keys()].filter((key) => /^(ledger|receipts|failed)\//.test(key));
        const key = lost[at % lost.length] ?? "";
        const without = memoryBucket();
        for (const [each, body] of bucket.objects) if (each !== key) await without.put(each, body);
        const day = /dt=([\d-]+)/.exec(key)?.[1] ?? "";
        assert.notDeepEqual(faults(await accountsOf(without)), [], `${key} of ${day}`);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a judgement of accounts", () => {
  const waiting = async (age: number) =>
    accountsOf(await archiveOf([{ age, made: 2, end: undefined, again: false }]));
  const full = { ...nothing, deliveries: { [STORE]: 1 } };

  it("misses what waits only where no queue that it can be in ever held anything", async () => {
    const accounts = await waiting(3);
    assert.deepEqual(faults(accounts, [nothing, nothing]), ["lost"]);
    for (const asked of [[full, nothing], [nothing, full], [{ ...nothing, events: 1 }, nothing], []])
      assert.deepEqual(faults(accounts, asked), []);
  });

  it("calls lost what waits for longer than a queue keeps anything, whatever the queues hold", async () => {
    assert.deepEqual(faults(await waiting(15), [full]), []);
    assert.deepEqual(faults(await waiting(16), [full]), ["overdue"]);
    const [fault] = faultsOf(await waiting(16), [full]);
    assert.ok(fault !== undefined);
    assert.match(
      sentenceOf(fault),
      /store: 2 have neither been delivered nor set aside in more than 15 days/,
    );
  });

  it("lets what was sent again wait as long once more", async () => {
    const bucket = await archiveOf([{ age: 40, made: 1, end: ["setAside", 1], again: false }]);
    const mark = failureOf("event 0/0", `${daysAfter(TODAY, -39)}T12:00:00.001Z`, { class: "again" });
    await putFailures(bucket, { ...mark, since: noon(daysAfter(TODAY, -2)) });
    for (const day of [undefined, daysAfter(TODAY, -40)]) {
      const accounts = await accountsOf(bucket, day);
      assert.deepEqual([accounts.endpoints[0]?.waiting, accounts.endpoints[0]?.overdue], [1, 0]);
    }
    await putFailures(bucket, { ...mark, since: noon(daysAfter(TODAY, -17)) });
    assert.deepEqual(faults(await accountsOf(bucket), [full]), ["overdue"]);
  });

  it("names dead letters and their queue, and does not miss what may be among them", async () => {
    const asked = { ...nothing, deadLetters: { events: 1, deliveries: { [STORE]: 2 } } };
    const found = faultsOf(await waiting(3), [asked]);
    assert.deepEqual(
      found.map(({ fault, count }) => [fault, count]),
      [
        ["deadLetters", 1],
        ["deadLetters", 2],
      ],
    );
    assert.match(found.map(sentenceOf).join("\n"), /queue of the events: .*\n.* queue of store:/);
  });

  it("misses archived events that the ledger does not know, unless they are under way", async () => {
    const bucket = memoryBucket();
    await putRaw(bucket, "e", daysAfter(TODAY, -1));
    const accounts = await accountsOf(bucket);
    assert.deepEqual(faults(accounts), ["unaccounted"]);
    assert.deepEqual(faults(accounts, [nothing, { ...nothing, events: 1 }]), []);
  });

  it("asks the queues between what was made and where it ended", async () => {
    const bucket = memoryBucket();
    await putEvent(bucket, "e", TODAY, ["s"]);
    // The statement is delivered while the archive is read: when no queue has it any more, there is its receipt.
    let asked = 0;
    const between = async (): Promise<void> => {
      asked++;
      if (asked === 2) await putReceipt(bucket, "s", noon(TODAY));
    };
    const accounts = await readAccounts(bucket, [STORE], { window: allDays(RETENTION, TODAY), between });
    assert.deepEqual([asked, accounts.endpoints[0]?.waiting], [3, 0]);
  });
});
