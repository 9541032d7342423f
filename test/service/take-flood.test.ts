import assert from "node:assert/strict";
import { test } from "node:test";
import { countLost } from "../../local/report.ts";
import { settled } from "../../local/service.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { faultsOf } from "../../src/ledger/balance.ts";
import { eventsFile, saveOf } from "./support.ts";
import { editedSite, namesIn, serviceOf } from "./taking-support.ts";

test("Files that are taken in the middle of a flood lose nothing, and have nothing delivered twice", async () => {
  const site = await editedSite();
  const { service } = await serviceOf(site);
  const fed = new Set<string>();
  const feed = async (part: string, count: number): Promise<void> => {
    const saves = Array.from({ length: count }, (_, at) => saveOf(`${part}/hw${at}.ipynb`));
    for (const id of (await service.feed(await eventsFile(saves))).events) fed.add(id);
  };
  for (const each of ["first", "second", "third"]) {
    await site.name(each);
    const [left] = await Promise.all([service.take(site.folder), feed(each, 300)]);
    assert.equal(left, undefined);
  }
  await feed("last", 100);
  assert.equal(fed.size, 1000);
  // What was cut off would come again after an hour only.
  assert.ok(await settled(service, 180_000));
  assert.equal(await countLost(service.bucket, fed, service.key), 0);
  const accounts = await readAccounts(service.bucket, ["campus-caliper", "campus-lrs"]);
  const { deadLetters, ...depths } = await service.depths();
  assert.equal(deadLetters, 0);
  assert.deepEqual(faultsOf(accounts, [{ ...depths, deadLetters: { events: 0, deliveries: {} } }]), []);
  for (const { delivered, waiting, setAside } of accounts.endpoints)
    assert.deepEqual([delivered, waiting, setAside], [1000, 0, 0]);
  const received = service.sandbox.caliper("campus-caliper").map(({ id }) => id);
  assert.deepEqual([received.length, new Set(received).size], [1000, 1000]);
  const { third = 0, ...others } = namesIn(service);
  assert.ok(third >= 100 && Object.keys(others).length > 0, JSON.stringify({ third, ...others }));
});
