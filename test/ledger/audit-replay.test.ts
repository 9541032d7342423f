import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { daysAfter } from "../../src/archive/days.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { audit } from "../../src/ledger/audit.ts";
import { faultsOf } from "../../src/ledger/balance.ts";
import { LONGEST_WAIT } from "../../src/ledger/ledger.ts";
import { allDays, oneDay } from "../../src/ledger/window.ts";
import { DAY, type Deployed, deployed, LRS, saved, world } from "../replay/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { siteThatFails } from "../support/site.ts";
import { noon, putEvent, putRaw, putReceipt, STORE } from "./support.ts";

const RETENTION = { raw: 400, quarantine: 14, failed: 90, receipts: 400, ledger: 400 };
/** The morning on which a day is audited for the last time. */
const lastMorning = (day: string): string => daysAfter(day, LONGEST_WAIT + 1);

/** What an audit finds on a morning, and what `jlt ledger` does, of the day and of all; `held` are in the endpoint's queue. */
const faultsOn = async (
  bucket: Parameters<typeof readAccounts>[0],
  today: string,
  { endpoint = LRS, day = DAY, held = 0 } = {},
): Promise<readonly unknown[]> => {
  const depths = {
    events: 0,
    deliveries: { [endpoint]: held },
    deadLetters: { events: 0, deliveries: {} },
  };
  const { faults } = await audit({
    bucket,
    endpoints: [endpoint],
    retention: RETENTION,
    ask: async () => depths,
    now: () => Date.parse(`${today}T05:17:00Z`),
    pause: async () => {},
  });
  const drawn = [oneDay(day, today), allDays(RETENTION, today)].map(async (window) =>
    faultsOf(await readAccounts(bucket, [endpoint], { window }), [depths]),
  );
  return [faults.map(({ fault }) => fault), ...(await Promise.all(drawn))];
};

const NONE = [[], [], []];

describe("the audit of a day of which something was replayed later", () => {
  const MAPPING = "mappings/jupyter-server/contents/mapping.yml";
  let sandbox: Sandbox;
  let shipped: Deployed;
  let edited: Deployed;
  before(async () => {
    sandbox = await startSandbox();
    shipped = await deployed();
    const mapping = readFileSync(join(project, MAPPING), "utf8");
    edited = await deployed({ [MAPPING]: mapping.replace("verb: save", "verb: update") });
  });
  after(() => sandbox.stop());

  /** Replays at ten o'clock of a day. */
  const replayOn = async (
    { pass, replay }: ReturnType<typeof world>,
    site: Deployed,
    day: string,
  ): Promise<void> => {
    pass(Date.parse(`${day}T10:00:00Z`));
    assert.equal((await replay(site, { endpoint: LRS })).code, 0);
  };

  it("finds no fault where a mapping failed and was mended", async () => {
    const service = world(sandbox);
    await service.take({ ...shipped, site: await siteThatFails(() => true) }, [await saved("a.ipynb")]);
    await replayOn(service, shipped, daysAfter(DAY, 3));
    await service.deliver(shipped);
    assert.deepEqual(await faultsOn(service.bucket, lastMorning(DAY)), NONE);
    // An erasure finds them, wherever they are booked.
    const lines = await service.bucket.records("ledger");
    assert.deepEqual(new Set(lines.map(({ learner }) => learner)).size, 1);
    assert.ok(lines.length > 2 && lines.every(({ learner }) => typeof learner === "string"));
  });

  it("finds no fault where lines of the ledger were lost", async () => {
    const service = world(sandbox);
    const { bucket } = service;
    await service.take(shipped, [await saved("a.ipynb")]);
    service.lose();
    for (const key of [...bucket.objects.keys()])
      if (/^(ledger|receipts)\//.test(key)) await bucket.remove(key);
    const next = daysAfter(DAY, 1);
    assert.deepEqual((await faultsOn(bucket, next))[0], [{ fault: "unaccounted", count: 1 }]);
    await replayOn(service, shipped, next);
    await service.deliver(shipped);
    for (const today of [daysAfter(DAY, 2), lastMorning(DAY)])
      assert.deepEqual(await faultsOn(bucket, today), NONE, today);
  });

  it("knows that a revision waits only since it was sent, and finds it where it is lost after that", async () => {
    const service = world(sandbox);
    await service.take(shipped, [await saved("a.ipynb")]);
    const morning = lastMorning(DAY);
    await replayOn(service, edited, daysAfter(morning, -1));
    assert.deepEqual(await faultsOn(service.bucket, morning, { held: 1 }), NONE);
    const [found, ...drawn] = await faultsOn(service.bucket, morning);
    // What voids, and what stands: of the day of the replay, and of the event's own.
    const lost = { fault: "lost", endpoint: LRS, count: 2 };
    assert.deepEqual(
      [found, drawn],
      [
        [lost, lost],
        [[lost], [lost]],
      ],
    );
    const overdue = await faultsOn(service.bucket, daysAfter(morning, LONGEST_WAIT + 1), { held: 1 });
    assert.deepEqual(overdue[1], [{ ...lost, fault: "overdue" }]);
  });
});

describe("the audit of a day of which something came again from the dead letters", () => {
  const TODAY = "2026-11-22";
  const redriven = async (day: string, again: string): Promise<MemoryBucket> => {
    const bucket = memoryBucket();
    await putRaw(bucket, "event", day);
    await putEvent(bucket, "event", again, ["statement"]);
    await putReceipt(bucket, "statement", noon(again));
    return bucket;
  };

  it("finds the event in the ledger of the later day", async () => {
    const last = daysAfter(TODAY, -LONGEST_WAIT - 1);
    for (const [day, again] of [
      [daysAfter(TODAY, -1), TODAY],
      [last, daysAfter(last, 2)],
      [last, TODAY],
    ] as const)
      assert.deepEqual(
        await faultsOn(await redriven(day, again), TODAY, { endpoint: STORE, day }),
        NONE,
        `${day}, ${again}`,
      );
  });

  it("reads that ledger only where an event is missing, and no further than until it is found", async () => {
    const day = daysAfter(TODAY, -5);
    const keysOf = async (again: string): Promise<readonly string[]> => {
      const bucket = await redriven(day, again);
      await putEvent(bucket, "another", daysAfter(day, 3), "where");
      const keys: string[] = [];
      const watched: MemoryBucket = {
        ...bucket,
        get: (key) => {
          keys.push(key);
          return bucket.get(key);
        },
      };
      const { accepted, unaccounted } = await readAccounts(watched, [STORE], { window: oneDay(day, TODAY) });
      assert.deepEqual([accepted, unaccounted], [1, 0]);
      return keys.filter((key) => key.startsWith("ledger/")).map((key) => /dt=([\d-]+)/.exec(key)?.[1] ?? "");
    };
    assert.deepEqual(await keysOf(day), [day]);
    assert.deepEqual(await keysOf(daysAfter(day, 2)), [daysAfter(day, 2)]);
    assert.deepEqual(await keysOf(daysAfter(day, 4)), [daysAfter(day, 3), daysAfter(day, 4)]);
  });
});
