import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { settled } from "../../local/service.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import type { Account } from "../../src/ledger/ledger.ts";
import { eventsFile, type RunningService, runService, saveOf } from "./support.ts";

const HANGING = "campus-caliper";
const OTHER = "campus-lrs";
const EVENTS = 300;

/** Waits until something holds. Whoever waits in vain is ended by the test's own patience. */
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(50);
};

const accountOf = async ({ bucket }: RunningService, endpoint: string): Promise<Account | undefined> =>
  (await readAccounts(bucket, [endpoint])).endpoints[0];

describe("With one endpoint that never answers", async () => {
  const service = await runService();
  service.sandbox.behave(HANGING, { hang: true });
  const paths = Array.from({ length: EVENTS }, (_, at) => `stat101/work-${at}.ipynb`);
  await service.feed(await eventsFile(paths.map(saveOf)));

  it("the other gets everything, while the first one's statements wait", { timeout: 60_000 }, async () => {
    await until(async () => (await service.depths()).events === 0);
    await until(async () => (await service.depths()).deliveries[OTHER] === 0);
    assert.equal(service.sandbox.statements(OTHER).length, EVENTS);
    const other = await accountOf(service, OTHER);
    assert.deepEqual(
      { delivered: other?.delivered, waiting: other?.waiting },
      { delivered: EVENTS, waiting: 0 },
    );
    const hanging = await accountOf(service, HANGING);
    assert.deepEqual(
      { delivered: hanging?.delivered, waiting: hanging?.waiting, kept: service.sandbox.caliper(HANGING) },
      { delivered: 0, waiting: EVENTS, kept: [] },
    );
  });

  it("the first gets all of them when it has recovered", { timeout: 120_000 }, async () => {
    service.sandbox.behave(HANGING, {});
    assert.ok(await settled(service, 100_000));
    assert.equal(new Set(service.sandbox.caliper(HANGING).map(({ id }) => id)).size, EVENTS);
    const { delivered, waiting, setAside } = (await accountOf(service, HANGING)) ?? {};
    assert.deepEqual({ delivered, waiting, setAside }, { delivered: EVENTS, waiting: 0, setAside: 0 });
  });
});
