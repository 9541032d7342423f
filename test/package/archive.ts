import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prod } from "./packaged.ts";
import { type JsonObject, resource, site } from "./support.ts";

describe("the archive", () => {
  it("refuses the public, keeps versions, and outlives its stack, with the policy that guards it", () => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = resource(prod, "Archive");
    assert.deepEqual(Properties.PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    assert.deepEqual(Properties.VersioningConfiguration, { Status: "Enabled" });
    // But for a deployment that made it and failed, which leaves nothing behind.
    const kept = ["RetainExceptOnCreate", "Retain"];
    assert.deepEqual([DeletionPolicy, UpdateReplacePolicy], kept);
    const policy = resource(prod, "ArchivePolicy");
    assert.deepEqual([policy.DeletionPolicy, policy.UpdateReplacePolicy], kept);
  });

  it("keeps each of its parts as long as translator.yml says", () => {
    const { Rules } = resource(prod, "Archive").Properties.LifecycleConfiguration as unknown as {
      readonly Rules: readonly JsonObject[];
    };
    const kept = Rules.flatMap(({ Status, Prefix, ExpirationInDays }) =>
      ExpirationInDays === undefined ? [] : [[Status, Prefix, ExpirationInDays]],
    );
    const parts = Object.entries(site.settings.retention);
    assert.deepEqual(kept, [
      ...parts.map(([part, days]) => ["Enabled", `${part}/`, days]),
      // What was cut off and never taken up again, and what queries have found.
      ["Enabled", "jobs/", 30],
      ["Enabled", "results/", 7],
    ]);
    const rest = Rules.filter(({ ExpirationInDays }) => ExpirationInDays === undefined);
    assert.equal(rest.length, 1);
    assert.deepEqual(Object.keys(rest[0] ?? {}).sort(), [
      "AbortIncompleteMultipartUpload",
      "ExpiredObjectDeleteMarker",
      "Id",
      "NoncurrentVersionExpiration",
      "Status",
    ]);
  });
});
