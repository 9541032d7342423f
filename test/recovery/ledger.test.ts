import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { unpack } from "../../src/delivery/pack.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { faultsOf } from "../../src/ledger/balance.ts";
import { allDays, oneDay } from "../../src/ledger/window.ts";
import { surveyQuarantine } from "../../src/recovery/survey.ts";
import { contents, message } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED, learnerToken } from "../support/tokens.ts";
import { by, recovering, surveyBy, takerBy, translatedBy, withoutSchemas } from "./support.ts";

const site = await shippedSite();
const ENDPOINTS = site.endpoints.map(({ name }) => name);
const before = withoutSchemas(site, "jupyter-server/contents");
const DAY = 86_400_000;
const dayAfter = (days: number): string => new Date(ARRIVED + days * DAY).toISOString().slice(0, 10);
const only = (days: number) => ({ from: dayAfter(days), to: dayAfter(days) });

describe("the ledger, of what was recovered late", () => {
  for (const [kept, after] of [
    [14, 10],
    [14, 14],
    [60, 50],
  ] as const)
    it(`explains what was delivered ${after} days after it had arrived, for as long as that is told`, async () => {
      const { bucket } = await translatedBy(before, [await by("ada")]);
      const late = new Date(ARRIVED + after * DAY);
      const { run, bodies } = recovering(bucket, site, { now: () => late });
      await run();
      const about = { event: "e", translation: "t", mappingHash: "h", at: late.toISOString(), status: 200 };
      for (const [endpoint, some] of bodies) {
        const receipts = some.flatMap((body) =>
          unpack(body).statements.map(({ id }) => receiptLine({ id, ...about })),
        );
        await writeLines(bucket, prefixOf("receipts", endpoint), receipts);
      }
      const retention = { ...site.settings.retention, quarantine: kept, failed: 30 };
      for (let days = after; days < after + 50; days++) {
        const window = allDays(retention, dayAfter(days));
        assert.deepEqual(faultsOf(await readAccounts(bucket, ENDPOINTS, { window }), []), [], `day ${days}`);
      }
    });
});

describe("an event that came on several days", () => {
  const twice = async () => {
    const token = await learnerToken("ada", { exp: ARRIVED / 1000 + 10 * 86_400 });
    const one = await message(contents(), { token });
    const way = await translatedBy(before, [one]);
    await way.translate([{ ...one, id: "again", arrived: ARRIVED + DAY }]);
    assert.equal((await way.bucket.records("quarantine")).length, 2);
    return way.bucket;
  };

  it("is recovered once, whichever of them is asked for, and is in quarantine on none of them any more", async () => {
    for (const days of [undefined, only(0), only(1)]) {
      const bucket = await twice();
      const { run } = recovering(bucket, site);
      assert.equal((await run({ days })).events, 1);
      assert.deepEqual(await surveyBy(bucket, site), []);
      for (const other of [only(0), only(1)]) assert.equal((await run({ days: other })).events, 0);
      const raw = await bucket.records("raw");
      assert.deepEqual(
        raw.map(({ arrived }) => arrived),
        [new Date(ARRIVED).toISOString()],
      );
      for (const day of [dayAfter(0), dayAfter(1)]) {
        const window = oneDay(day, dayAfter(3));
        assert.deepEqual((await readAccounts(bucket, ENDPOINTS, { window })).quarantined, {}, day);
      }
    }
  });

  it("is found on each of them, and nothing that came on others only", async () => {
    const bucket = await twice();
    for (const [days, count] of [
      [only(0), 1],
      [only(1), 1],
      [only(2), 0],
    ] as const)
      assert.equal((await surveyQuarantine(bucket, takerBy(site), { days })).length, count);
  });
});

describe("the id of a schema that somebody sent", () => {
  it("is held up to 500 characters, as it may be as long as an event", async () => {
    const odd = { ...contents(), __schema__: `https://example.edu/${"x".repeat(100_000)}` };
    const { bucket } = await translatedBy(site, [await message(odd, { token: await learnerToken("ada") })]);
    const [event] = await surveyBy(bucket, site);
    assert.equal(event?.schema, odd.__schema__.slice(0, 500));
  });
});
