import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { faultsOf } from "../../src/ledger/balance.ts";
import { allDays } from "../../src/ledger/window.ts";
import { isRecoveryLeft, rehearseRecovery } from "../../src/recovery/recover.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { shippedSite, siteWith } from "../support/site.ts";
import { ARRIVED } from "../support/tokens.ts";
import {
  by,
  byHub,
  RECOVERED,
  recordsIn,
  recovering,
  statementsIn,
  statementsOf,
  surveyBy,
  translatedBy,
  withoutSchemas,
} from "./support.ts";

const site = await shippedSite();
const ENDPOINTS = site.endpoints.map(({ name }) => name);
const before = withoutSchemas(site, "jupyter-server/contents", "jupyterhub/server-action");

describe("recovery from quarantine", () => {
  it("takes in what is accepted by now as if it had been known from the beginning", async () => {
    const messages = [await by("ada"), await by("ada", "hw2.ipynb"), await by("grace"), await byHub("emmy")];
    const way = await translatedBy(before, messages);
    const expected = await translatedBy(site, messages);
    assert.equal((await way.bucket.records("quarantine")).length, 4);
    assert.deepEqual(await way.bucket.records("raw"), []);

    const { run, bodies } = recovering(way.bucket, site);
    const { events, withheld, untaken, told } = await run();
    assert.deepEqual([events, withheld, untaken], [4, 0, 0]);
    assert.deepEqual(await recordsIn(way.bucket, "raw"), await recordsIn(expected.bucket, "raw"));
    assert.deepEqual(statementsIn(bodies), statementsOf(expected, site));
    for (const name of ENDPOINTS)
      assert.equal(told[name]?.statements, expected.statements(name).length, name);
    // It lies where it would have lain, too.
    const folders = (bucket: MemoryBucket) =>
      [...bucket.objects.keys()].filter((key) => key.startsWith("raw/")).map((key) => key.slice(0, 25));
    assert.deepEqual(new Set(folders(way.bucket)), new Set(folders(expected.bucket)));
  });

  it("leaves nothing to be recovered, and counts nothing twice", async () => {
    const way = await translatedBy(before, [await by("ada"), await byHub("emmy"), await message("{")]);
    const window = allDays(site.settings.retention, RECOVERED.toISOString().slice(0, 10));
    const count = () => readAccounts(way.bucket, ENDPOINTS, { window });
    assert.deepEqual((await count()).quarantined, { "schema.unknown": 2, "json.malformed": 1 });
    const { run, bodies } = recovering(way.bucket, site);
    await run();
    const { accepted, quarantined, unaccounted, endpoints } = await count();
    assert.deepEqual([accepted, quarantined, unaccounted], [2, { "json.malformed": 1 }, 0]);
    for (const { endpoint, received, waiting, filtered } of endpoints) {
      const filteredOut = Object.values(filtered).reduce((sum, each) => sum + each, 0);
      assert.equal(received, waiting + filteredOut, endpoint);
    }
    const puts = way.bucket.puts.length;
    const sent = statementsIn(bodies).length;
    assert.deepEqual((await run()).events, 0);
    assert.equal(statementsIn(bodies).length, sent);
    // What a run notes of itself is gone, and nothing else was written.
    assert.ok(way.bucket.puts.slice(puts).every((key) => key.startsWith("jobs/")));
    assert.equal(await isRecoveryLeft(way.bucket), false);
    assert.deepEqual(
      (await surveyBy(way.bucket, site)).map(({ reason }) => reason),
      ["json.malformed"],
    );
  });

  it("says so in the ledger, so that what waits is not lost because it came long ago", async () => {
    const way = await translatedBy(before, [await by("ada")]);
    const late = new Date(ARRIVED + 40 * 86_400_000);
    await recovering(way.bucket, site, { now: () => late }).run();
    const window = allDays(site.settings.retention, late.toISOString().slice(0, 10));
    const accounts = await readAccounts(way.bucket, ENDPOINTS, { window });
    assert.ok(accounts.endpoints.some(({ waiting }) => waiting > 0));
    for (const { overdue } of accounts.endpoints) assert.equal(overdue, 0);
    const queues = Object.fromEntries(ENDPOINTS.map((name) => [name, 1]));
    const asked = { events: 0, deliveries: queues, deadLetters: { events: 0, deliveries: {} } };
    assert.deepEqual(faultsOf(accounts, [asked]), []);
  });

  it("takes in what is asked for only", async () => {
    const way = await translatedBy(before, [await by("ada"), await byHub("emmy")]);
    const { run } = recovering(way.bucket, site);
    assert.equal((await run({ wanted: ({ schema = "" }) => schema.includes("contents_service") })).events, 1);
    const [raw, ...others] = await way.bucket.records("raw");
    assert.deepEqual([raw?.source, others], ["jupyter-server/contents", []]);
    assert.equal((await run({ days: { from: "2026-11-01", to: "2026-11-30" } })).events, 0);
    assert.equal((await run()).events, 1);
  });

  it("archives events, books what comes of them, sends it, and marks them, in this order", async () => {
    const way = await translatedBy(before, [await by("ada"), await byHub("emmy")]);
    const story: string[] = [];
    const { bucket } = way;
    const put: MemoryBucket["put"] = async (key, ...rest) => {
      await bucket.put(key, ...rest);
      story.push(key.split("/")[0] ?? "");
    };
    await recovering({ ...bucket, put }, site, {
      send: async (_, some) => {
        await new Promise(setImmediate);
        story.push("send");
        return some.map(() => true);
      },
    }).run();
    assert.deepEqual(
      story.filter((each, at) => each !== story[at - 1]),
      ["raw", "ledger", "send", "quarantine"],
    );
  });

  it("counts an event once that came several times, and takes it in as of its first arrival", async () => {
    const one = await by("ada");
    const way = await translatedBy(before, [one]);
    const again = await translatedBy(before, [{ ...one, id: "later", arrived: ARRIVED + 60_000 }]);
    for (const [key, body] of again.bucket.objects) await way.bucket.put(key, body);
    assert.equal((await surveyBy(way.bucket, site)).length, 1);
    assert.equal((await recovering(way.bucket, site).run()).events, 1);
    assert.deepEqual(
      (await way.bucket.records("raw")).map(({ arrived }) => arrived),
      [new Date(ARRIVED).toISOString()],
    );
    assert.deepEqual(await surveyBy(way.bucket, site), []);
  });

  it("leaves what the files of today refuse still, and says why", async () => {
    const odd = await message(contents({ action: "dance" }));
    const way = await translatedBy(before, [odd, await by("ada")]);
    assert.equal((await recovering(way.bucket, site).run()).events, 1);
    const [left, ...others] = await surveyBy(way.bucket, site);
    assert.deepEqual([left?.reason, left?.stays?.why, others], ["schema.unknown", "schema.invalid", []]);
    assert.match(left?.stays?.detail ?? "", /jupyter-server\/contents, action/);
  });

  it("changes nothing in a rehearsal, and tells the same", async () => {
    const way = await translatedBy(before, [await by("ada"), await byHub("emmy")]);
    const { parts, run, bodies } = recovering(way.bucket, site);
    const puts = way.bucket.puts.length;
    const told = await rehearseRecovery(parts, await surveyBy(way.bucket, site));
    assert.deepEqual([way.bucket.puts.length, bodies.size], [puts, 0]);
    assert.deepEqual(await run(), told);
  });

  it("stops where a queue does not take everything: nothing is marked, and the next run begins with it", async () => {
    const way = await translatedBy(before, [await by("ada"), await by("grace")]);
    const { run, bodies } = recovering(way.bucket, site);
    const refused = await run({ send: async (_, some) => some.map(() => false) });
    assert.deepEqual([refused.events, refused.untaken], [0, 2]);
    assert.equal((await surveyBy(way.bucket, site)).length, 2);
    assert.ok(await isRecoveryLeft(way.bucket));
    assert.equal((await run()).events, 2);
    assert.ok(statementsIn(bodies).length > 0);
    assert.deepEqual(await surveyBy(way.bucket, site), []);
    assert.equal(new Set((await way.bucket.records("raw")).map(({ id }) => id)).size, 2);
    assert.equal((await way.bucket.records("raw")).length, 2);
  });

  it("goes round by round, with no more in memory than a batch of the function", async () => {
    const padding = "x".repeat(200_000);
    // With a property that its schema does not name: 40 megabytes in all.
    const messages = await Promise.all(
      Array.from({ length: 200 }, (_, at) => message(contents({ path: `hw${at}.ipynb`, size: padding }))),
    );
    const way = await translatedBy(before, messages);
    const { run } = recovering(way.bucket, site);
    const rounds: number[] = [];
    const { events } = await run({ onEvents: (count) => rounds.push(count) });
    assert.equal(events, 200);
    assert.ok(rounds.length > 2, String(rounds));
    assert.deepEqual(await surveyBy(way.bucket, site), []);
  });
});

it("An event is recovered for the endpoints that the site has by now", async () => {
  const way = await translatedBy(before, [await by("ada")]);
  const later = await siteWith({
    "endpoints/later.yml": `title: Later
protocol: xapi
version: 1.0.3
url: https://later.example.edu/xapi
auth: { scheme: none }
select: { translations: ["*"] }
`,
  });
  const { run } = recovering(way.bucket, later);
  assert.equal((await run()).told.later?.statements, 1);
});
