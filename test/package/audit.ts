import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { short } from "../../infra/names.ts";
import { stackOf } from "../../infra/stack.ts";
import { prod } from "./packaged.ts";
import {
  allowed,
  endpoints,
  functionOf,
  type JsonObject,
  ofType,
  site,
  statementsOf,
  TRACES,
  target,
  withKey,
} from "./support.ts";

const [ID, FUNCTION] = ["AuditLambdaFunction", "jupyter-lms-prod-audit"];
const PREFIXES = ["raw/*", "quarantine/*", "ledger/*", "receipts/*", "failed/*"];

describe("the audit of each morning", () => {
  it("runs each day, three hours after the compaction, alone, for as long as a function may", () => {
    const [id, { Properties }] = functionOf(prod, FUNCTION);
    assert.equal(id, ID);
    assert.deepEqual(
      [Properties.Timeout, Properties.ReservedConcurrentExecutions, Properties.MemorySize],
      [900, 1, 4096],
    );
    const rules = ofType(prod, "AWS::Events::Rule").filter(([, rule]) =>
      JSON.stringify(rule.Properties.Targets).includes(ID),
    );
    assert.deepEqual(
      rules.map(([, rule]) => [rule.Properties.ScheduleExpression, rule.Properties.State]),
      [["cron(17 5 * * ? *)", "ENABLED"]],
    );
  });

  it("may be called by its rule alone", () => {
    const permissions = ofType(prod, "AWS::Lambda::Permission").filter(
      ([, { Properties }]) => target(Properties.FunctionName) === ID,
    );
    assert.deepEqual(
      permissions.map(([, { Properties }]) => Properties.Principal),
      ["events.amazonaws.com"],
    );
  });

  it("may read the archive and ask every queue how much it holds, has no secret, and may do nothing else", () => {
    // But for those of the test target, which no file names.
    const queues = ofType(prod, "AWS::SQS::Queue").flatMap(([id]) =>
      id.startsWith("DeliverDashprobe") ? [] : [id],
    );
    assert.ok(queues.length >= 2 * endpoints.length);
    const expected = [
      ...["CreateLogStream", "PutLogEvents"].map((action) => `logs:${action} AuditLogGroup.Arn`),
      ...PREFIXES.map((prefix) => `s3:GetObject $\{Archive.Arn}/${prefix}`),
      "s3:ListBucket Archive.Arn",
      ...queues.map((id) => `sqs:GetQueueAttributes ${id}.Arn`),
      ...withKey("Decrypt"),
      ...TRACES,
    ];
    assert.deepEqual([...allowed(prod, "AuditRole")].sort(), expected.sort());
    const [listing] = statementsOf(prod, "AuditRole").filter(({ Action }) =>
      [Action].flat().includes("s3:ListBucket"),
    );
    assert.deepEqual(listing?.Condition, { StringLikeIfExists: { "s3:prefix": PREFIXES } });
  });

  it("is told where each queue is, whatever an endpoint is called", () => {
    const [, { Properties }] = functionOf(prod, FUNCTION);
    const { Variables } = Properties.Environment as { readonly Variables: JsonObject };
    assert.deepEqual(Variables.EVENTS_QUEUE, { Ref: "TranslateQueue" });
    assert.deepEqual(Variables.EVENTS_DEAD_LETTERS, { Ref: "TranslateQueueDeadLetters" });
    const [, translate] = functionOf(prod, "jupyter-lms-prod-translate");
    const told = translate.Properties.Environment as { readonly Variables: JsonObject };
    assert.deepEqual(Variables.DELIVERY_QUEUES, told.Variables.DELIVERY_QUEUES);

    const [endpoint] = endpoints;
    assert.ok(endpoint !== undefined);
    const long = { ...endpoint, name: `a-${"very-".repeat(6)}long-name` };
    const { functions, resources } = stackOf({ ...site, endpoints: [endpoint, long] });
    const { environment } = functions.audit as { readonly environment: { readonly SHORTENED: string } };
    assert.deepEqual(JSON.parse(environment.SHORTENED), { [long.name]: short(long.name) });
    const names = Object.values(resources.Resources).map((each) => each.Properties.QueueName);
    assert.ok(names.some((name) => String(name).endsWith(`-deliver-${short(long.name)}-dead-letters`)));
  });

  it("fits AWS's limits for its variables and its role with thirty endpoints, all with the longest names", () => {
    const [endpoint] = endpoints;
    assert.ok(endpoint !== undefined);
    const many = Array.from({ length: 30 }, (_, at) => ({ ...endpoint, name: `x${at}-`.padStart(40, "n") }));
    const { functions, resources } = stackOf({ ...site, endpoints: many });
    const arn = `arn:aws:sqs:ap-southeast-1:123456789012:${"q".repeat(80)}`;
    const filled = (value: unknown): string =>
      JSON.stringify(value).replaceAll(
        /\{"(?:Fn::GetAtt|Fn::Sub|Ref)":(?:\[[^\]]*\]|"[^"]*")\}/g,
        `"${arn}"`,
      );
    const { environment } = functions.audit as { readonly environment: JsonObject };
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    assert.ok(filled(environment).length < 4096);
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert.ok(filled(resources.Resources.AuditRole?.Properties.Policies).length < 10_240);
  });
});
