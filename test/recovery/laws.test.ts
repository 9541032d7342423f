import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { takerAgain } from "../../src/recovery/again.ts";
import { surveyQuarantine } from "../../src/recovery/survey.ts";
import { exampleMessages } from "../retell/support.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { shippedSite } from "../support/site.ts";
import type { Translating } from "../support/translating.ts";
import {
  recordsIn,
  recovering,
  statementsIn,
  statementsOf,
  translatedBy,
  withoutSchemas,
} from "./support.ts";

const site = await shippedSite();
const messages = await exampleMessages(site);
const ENDPOINTS = site.endpoints.map(({ name }) => name);

/** What looks like theirs is never kept whole as long as its schema is not known. */
const SUSPECT = ["jupyterlab-pioneer/notebook", "nannyml/usage"];
const SOURCES = [...new Set(site.schemas.map(({ source }) => source))].filter(
  (source) => !SUSPECT.includes(source),
);

const statementsOfBoth = (way: Translating, bodies: ReadonlyMap<string, readonly string[]>) =>
  [...new Set([...statementsOf(way, site), ...statementsIn(bodies)])].sort();

const failed = (bucket: MemoryBucket) =>
  Promise.all(ENDPOINTS.map((name) => recordsIn(bucket, "failed", name)));

const ledger = async (bucket: MemoryBucket) =>
  (await recordsIn(bucket, "ledger"))
    .map((line) => JSON.stringify({ ...JSON.parse(line), recovered: undefined }))
    .sort();

it("What was in quarantine and is recovered is as if its schema had been known from the beginning", async () => {
  let all = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(SOURCES, { minLength: 1 }),
      fc.uniqueArray(fc.nat({ max: messages.length - 1 }), { minLength: 1, maxLength: 60 }),
      fc.nat({ max: 1000 }),
      async (unknown, picked, step) => {
        const some = picked.flatMap((index, at) => {
          const one = messages[index];
          return one === undefined ? [] : [{ ...one, id: `m${index}`, arrived: one.arrived + at * step }];
        });
        const way = await translatedBy(withoutSchemas(site, ...unknown), some);
        const expected = await translatedBy(site, some);
        const { run, bodies } = recovering(way.bucket, site);
        all += (await run()).events;
        assert.deepEqual(await recordsIn(way.bucket, "raw"), await recordsIn(expected.bucket, "raw"));
        assert.deepEqual(statementsOfBoth(way, bodies), statementsOf(expected, site));
        assert.deepEqual(await failed(way.bucket), await failed(expected.bucket));
        assert.deepEqual(await ledger(way.bucket), await ledger(expected.bucket));
        // What is left is what would have been there.
        const takeAgain = takerAgain({ schemas: site.schemas, trust: site.settings.trust });
        const left = await surveyQuarantine(way.bucket, takeAgain);
        const would = await expected.bucket.records("quarantine");
        assert.deepEqual(left.map(({ id }) => id).sort(), would.map(({ id }) => String(id)).sort());
      },
    ),
    { numRuns: runs(60) },
  );
  assert.ok(all > 60, `Only ${all} events were recovered.`);
});
