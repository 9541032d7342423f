import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import { isRecoveryLeft, rehearseRecovery } from "../../src/recovery/recover.ts";
import { erasing, tagOf } from "../erasure/support.ts";
import { collect } from "../retell/support.ts";
import { contents, envelope, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { shippedSite, siteWith } from "../support/site.ts";
import { ARRIVED, learnerToken, serviceToken } from "../support/tokens.ts";
import {
  by,
  RECOVERED,
  recovering,
  statementsIn,
  surveyBy,
  translatedBy,
  underPolicy,
  withoutSchemas,
} from "./support.ts";

const site = await shippedSite();
const before = withoutSchemas(site, "jupyter-server/contents");

const PUPIL = "https://example.edu/pupil";
/** A site that knows who is meant in a property that nobody would look for a name in. */
const later = underPolicy(
  await siteWith({
    "mappings/example/pupils/schema.v1.yml": `$id: ${PUPIL}
version: "1"
title: Pupils
personal-data: true
type: object
properties:
  pupil: { type: string, personal-data: true, learner: true }
`,
    "mappings/example/pupils/mapping.yml": `event: ${PUPIL}
title: A pupil
let:
  file: \${ iri(hub.files, "x") }
translations:
  - name: saved
    xapi:
      verb: save
      object: { id: "\${ file }", definition: { type: file, name: x } }
`,
  }),
  "required-by-site",
);

/** What a service said of pupils, while nobody knew what it said. */
const quarantined = async (...pupils: readonly string[]): Promise<MemoryBucket> => {
  const messages = pupils.map(async (pupil) =>
    message(envelope(PUPIL, { pupil }), { token: await serviceToken() }),
  );
  const { bucket } = await translatedBy(site, await Promise.all(messages));
  const records = await bucket.records("quarantine");
  assert.deepEqual(
    records.map(({ learner }) => learner),
    pupils.map(() => undefined),
  );
  return bucket;
};

const WHO = "ada-lovelace";

/** Erases her, so late that nothing of hers is in a queue any more. */
const erase = (bucket: MemoryBucket, most?: number) => {
  const { parts } = erasing(bucket, WHO, { now: () => new Date(RECOVERED.getTime() + 40 * 86_400_000) });
  let left = most ?? Number.POSITIVE_INFINITY;
  const remove: MemoryBucket["remove"] = async (key) => {
    if (left-- <= 0) throw new Error("CutOff");
    return bucket.remove(key);
  };
  return eraseLearner({ ...parts, bucket: { ...bucket, remove } });
};

const namesIn = async (bucket: MemoryBucket) =>
  (await bucket.records("raw")).map(({ learner }) => Object(learner).username);

describe("a learner of whom nobody knew when their event came, where nobody is asked for consent", () => {
  it("is erased after it was recovered, with what quarantine has of it, and does not come back", async () => {
    const bucket = await quarantined(WHO, "grace");
    const { run } = recovering(bucket, later);
    assert.equal((await run()).events, 2);
    assert.deepEqual((await erase(bucket)).remains, []);
    const text = JSON.stringify([await bucket.records("quarantine"), await bucket.records("raw")]);
    assert.ok(!text.includes(WHO) && !text.includes(tagOf(WHO)) && text.includes("grace"));
    assert.deepEqual(await surveyBy(bucket, later), []);
    assert.equal((await run()).events, 0);
    assert.deepEqual(await namesIn(bucket), ["grace"]);
  });

  it("is erased from quarantine too where the erasure was cut off at any removal, and run again", async () => {
    let cuts = 0;
    for (let most = 0; most < 6; most++) {
      const bucket = await quarantined(WHO, "grace");
      await recovering(bucket, later).run();
      await erase(bucket, most).catch((error: Error) => {
        assert.equal(error.message, "CutOff");
        cuts++;
      });
      assert.equal((await recovering(bucket, later).run()).events, 0, `after ${most}`);
      assert.deepEqual((await erase(bucket)).remains, []);
      assert.ok(!JSON.stringify(await bucket.records("quarantine")).includes(WHO), `after ${most}`);
      assert.equal((await recovering(bucket, later).run()).events, 0, `after ${most}`);
    }
    assert.ok(cuts > 2 && cuts < 6, `${cuts}`);
  });

  it("is not brought back by what nobody knew for theirs when they were erased", async () => {
    const bucket = await quarantined(WHO, "grace");
    await erase(bucket);
    const { run, parts } = recovering(bucket, later);
    const rehearsed = await rehearseRecovery(parts, await surveyBy(bucket, later));
    const recovered = await run();
    assert.deepEqual(rehearsed, recovered);
    assert.deepEqual([recovered.events, recovered.withheld], [1, 1]);
    assert.deepEqual(await namesIn(bucket), ["grace"]);
    assert.deepEqual(await surveyBy(bucket, later), []);
    const left = await collect(learnerRecords(bucket, { username: WHO, tags: [tagOf(WHO)] }));
    assert.deepEqual(left, []);
  });

  it("is taken in again where they came back after they were erased", async () => {
    const bucket = await quarantined(WHO);
    const { parts } = erasing(bucket, WHO, { now: () => new Date(ARRIVED - 1) });
    await eraseLearner(parts);
    assert.equal((await recovering(bucket, later).run()).events, 1);
  });
});

describe("an event that was accepted meanwhile, as it came again", () => {
  const twice = async () => {
    const token = await learnerToken("ada", { exp: ARRIVED / 1000 + 10 * 86_400 });
    const one = await message(contents(), { token });
    const way = await translatedBy(before, [one, await by("grace")]);
    const again = await translatedBy(site, [{ ...one, id: "again", arrived: ARRIVED + 3_600_000 }]);
    for (const [key, body] of again.bucket.objects) await way.bucket.put(key, body);
    return way.bucket;
  };

  it("is only marked: it is archived and told once", async () => {
    const bucket = await twice();
    const { run, parts, bodies } = recovering(bucket, site);
    const rehearsed = await rehearseRecovery(parts, await surveyBy(bucket, site));
    const recovered = await run();
    assert.deepEqual(rehearsed, recovered);
    assert.deepEqual([recovered.events, recovered.known, recovered.withheld], [1, 1, 0]);
    assert.deepEqual((await namesIn(bucket)).sort(), ["ada", "grace"]);
    const expected = recovering((await translatedBy(before, [await by("grace")])).bucket, site);
    await expected.run();
    assert.deepEqual(statementsIn(bodies), statementsIn(expected.bodies));
    assert.deepEqual(await surveyBy(bucket, site), []);
    assert.equal((await run()).known, 0);
  });

  it("is not taken for one that a recovery booked, and did not send", async () => {
    const { bucket } = await translatedBy(before, [await by("ada"), await by("grace")]);
    const { run, bodies } = recovering(bucket, site);
    assert.equal((await run({ send: async (_, some) => some.map(() => false) })).untaken, 2);
    assert.ok(await isRecoveryLeft(bucket));
    const { events, known } = await run();
    assert.deepEqual([events, known], [2, 0]);
    assert.ok(statementsIn(bodies).length > 0);
  });
});
