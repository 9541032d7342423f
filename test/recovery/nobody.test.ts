import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { onlyIn, recordsIn, recovering, surveyBy, translatedBy, withoutSchemas } from "./support.ts";

const signed = await shippedSite();

describe("an event that is nobody's", () => {
  const LAUNCH = {
    timestamp: "2026-11-22T01:09:00.372899Z",
    schema: "binderhub.jupyter.org/launch",
    version: 6,
    provider: "GitHub",
    spec: "ada/lab/HEAD",
    status: "success",
  };
  const unknown = withoutSchemas(signed, "binderhub/launch");

  it("is recovered under the id that tells nothing of who sent it, and without a name", async () => {
    const one = await message(LAUNCH, { token: await serviceToken({ server: "hub-7" }) });
    const way = await translatedBy(unknown, [one]);
    const { id, nobodys } = await onlyIn(way.bucket);
    assert.equal((await recovering(way.bucket, signed).run()).events, 1);
    const [raw] = await way.bucket.records("raw");
    assert.deepEqual(raw?.learner, { roles: [], proven: true, sender: {} });
    assert.ok(raw?.id === nobodys && raw?.id !== id);
    const expected = await translatedBy(signed, [one]);
    assert.deepEqual(await recordsIn(way.bucket, "raw"), await recordsIn(expected.bucket, "raw"));
    const [entry] = await way.bucket.records("ledger");
    assert.deepEqual([entry?.event, entry?.learner], [raw?.id, undefined]);
    assert.deepEqual(await surveyBy(way.bucket, signed), []);
  });

  it("is recovered once, though two services sent the same", async () => {
    const both = [
      await message(LAUNCH, { token: await serviceToken() }),
      await message(LAUNCH, { token: await serviceToken({ sub: "binderhub" }) }),
    ];
    const way = await translatedBy(unknown, both);
    assert.equal((await way.bucket.records("quarantine")).length, 2);
    await recovering(way.bucket, signed).run();
    assert.equal((await way.bucket.records("raw")).length, 1);
    assert.deepEqual(await surveyBy(way.bucket, signed), []);
  });

  it("keeps of its sender only that it may speak for nobody, where its schema is known", async () => {
    const token = await serviceToken({ server: "lab-of-ada", membership_roles: ["Learner"] });
    const record = await onlyIn(
      (await translatedBy(signed, [await message({ ...LAUNCH, status: "odd" }, { token })])).bucket,
    );
    assert.equal(record.reason, "schema.invalid");
    assert.deepEqual(record.sender, {
      subject: "jupyterhub",
      role: "service",
      proven: true,
      roles: [],
      groups: [],
    });
    assert.ok(!("nobodys" in record));
  });

  it("stays where a learner's token came with it", async () => {
    const way = await translatedBy(unknown, [await message(LAUNCH, { token: await learnerToken("ada") })]);
    assert.ok(!("nobodys" in (await onlyIn(way.bucket))));
    assert.equal((await surveyBy(way.bucket, signed))[0]?.stays?.why, "identity.mismatch");
  });
});
