import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prod } from "./packaged.ts";
import { allowed, functionOf, ofType, statementsOf, TRACES, target, withKey } from "./support.ts";

const [ID, FUNCTION] = ["CompactLambdaFunction", "jupyter-lms-prod-compact"];

describe("the nightly compaction", () => {
  it("runs each night, by itself, for as long as a function may", () => {
    const [id, { Properties }] = functionOf(prod, FUNCTION);
    assert.equal(id, ID);
    assert.deepEqual(
      [Properties.Timeout, Properties.ReservedConcurrentExecutions, Properties.MemorySize],
      [900, 1, 1536],
    );
    assert.deepEqual(Properties.EphemeralStorage, { Size: 10_240 });
    const rules = ofType(prod, "AWS::Events::Rule").filter(([, rule]) =>
      JSON.stringify(rule.Properties.Targets).includes(ID),
    );
    assert.deepEqual(
      rules.map(([, rule]) => [rule.Properties.ScheduleExpression, rule.Properties.State]),
      [["cron(17 2 * * ? *)", "ENABLED"]],
    );
  });

  it("may be called by its rule alone", () => {
    const permissions = ofType(prod, "AWS::Lambda::Permission").filter(
      ([, { Properties }]) => target(Properties.FunctionName) === ID,
    );
    assert.equal(permissions.length, 1);
    for (const [, { Properties }] of permissions) {
      assert.equal(Properties.Principal, "events.amazonaws.com");
      assert.ok(Properties.SourceArn);
    }
  });

  it("may change events and its own records, read what was erased, and nothing else", () => {
    const own = ["raw/*", "jobs/compaction-*"].map((prefix) => `$\{Archive.Arn}/${prefix}`);
    const expected = [
      ...TRACES,
      ...withKey("GenerateDataKey", "Decrypt"),
      ...["CreateLogStream", "PutLogEvents"].map((action) => `logs:${action} CompactLogGroup.Arn`),
      ...["PutObject", "GetObject", "DeleteObject"].flatMap((action) =>
        own.map((resource) => `s3:${action} ${resource}`),
      ),
      `s3:GetObject $\{Archive.Arn}/erasures/${"?".repeat(32)}.json`,
      // For good, it removes no events but tables.
      "s3:DeleteObjectVersion ${Archive.Arn}/raw/*.parquet",
      `s3:DeleteObjectVersion ${own[1]}`,
      "s3:ListBucket Archive.Arn",
      "s3:ListBucketVersions Archive.Arn",
    ];
    assert.deepEqual([...allowed(prod, "CompactRole")].sort(), expected.sort());
    const conditions = statementsOf(prod, "CompactRole").flatMap(({ Action, Condition }) =>
      Condition === undefined || [Action].flat().some((each) => each.startsWith("kms:")) ? [] : [Condition],
    );
    assert.deepEqual(conditions, [
      { StringLikeIfExists: { "s3:prefix": ["raw/*", "jobs/compaction-*", "erasures/*"] } },
      { StringLike: { "s3:prefix": ["raw/*", "jobs/compaction-*"] } },
    ]);
  });
});
