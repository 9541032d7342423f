import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stackOf } from "../../infra/stack.ts";
import type { IngestPolicy } from "../../src/ingest/policy.ts";
import type { Settings } from "../../src/settings.ts";
import { answerOf } from "./calling.ts";
import { prod } from "./packaged.ts";
import {
  allowed,
  assertTlsOnly,
  endpoints,
  functionOf,
  ofType,
  resource,
  type Statement,
  site,
  type Template,
  TRACES,
  target,
  withKey,
} from "./support.ts";

const NAME = "jupyter-lms-prod-ingest";

/** The template of the shipped site with other words about what comes in from outside. */
const templateOf = (
  ingest: Partial<IngestPolicy>,
  trust: Settings["trust"] = site.settings.trust,
): Template => {
  const settings = {
    ...site.settings,
    trust,
    ingest: { https: false, origins: [], accounts: [], ...ingest },
  };
  return JSON.parse(JSON.stringify(stackOf({ settings, endpoints }).resources));
};

describe("the address that events are posted to", () => {
  it("is two paths of an HTTP API in front of its function, and nobody else may call that", () => {
    const [id, { Properties }] = functionOf(prod, NAME);
    assert.deepEqual(resource(prod, "IngestApi").Properties, { Name: NAME, ProtocolType: "HTTP" });
    assert.equal(resource(prod, "IngestApiRoute").Properties.RouteKey, "ANY /events");
    // For Segment's libraries; its routes have no throttling of their own, so that the stage's holds for both.
    const { RouteKey, ...batch } = resource(prod, "IngestApiBatchRoute").Properties;
    const { RouteKey: _, ...events } = resource(prod, "IngestApiRoute").Properties;
    assert.equal(RouteKey, "ANY /v1/batch");
    assert.deepEqual(batch, events);
    const { IntegrationUri, PayloadFormatVersion } = resource(prod, "IngestApiIntegration").Properties;
    assert.deepEqual([target(IntegrationUri), PayloadFormatVersion], [id, "2.0"]);
    const permissions = ofType(prod, "AWS::Lambda::Permission").filter(
      ([, permission]) => target(permission.Properties.FunctionName) === id,
    );
    assert.equal(permissions.length, 1);
    assert.match(JSON.stringify(permissions[0]?.[1].Properties.SourceArn), /:\$\{IngestApi\}\/\*"/);
    assert.ok(Number(Properties.Timeout) <= 30);
    assert.deepEqual(prod.Outputs.IngestUrl?.Value, { "Fn::Sub": "${IngestApi.ApiEndpoint}/events" });
  });

  it("is throttled, keeps no log of who asks, and leaves the account's concurrency to the other functions", () => {
    const { DefaultRouteSettings, AccessLogSettings } = resource(prod, "IngestApiStage").Properties;
    assert.deepEqual(DefaultRouteSettings, { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 });
    assert.equal(AccessLogSettings, undefined);
    assert.equal(functionOf(prod, NAME)[1].Properties.ReservedConcurrentExecutions, 50);
  });

  it("lets its function send to the events queue, read the hub's key, and no more", () => {
    const { trust } = site.settings;
    assert.ok(trust.trust === "signed" && trust.keys.length > 0);
    const keys = trust.keys.map(
      ({ secret }) =>
        `ssm:GetParameters arn:$\{AWS::Partition}:ssm:$\{AWS::Region}:$\{AWS::AccountId}:parameter${secret.slice("ssm:".length).replace("$stage", "prod")}`,
    );
    assert.deepEqual(
      [...allowed(prod, "IngestRole")].sort(),
      [
        "logs:CreateLogStream IngestLogGroup.Arn",
        "logs:PutLogEvents IngestLogGroup.Arn",
        "sqs:SendMessage TranslateQueue.Arn",
        ...withKey("GenerateDataKey", "Decrypt"),
        ...TRACES,
        ...keys,
      ].sort(),
    );
  });

  it("says that events may be sent again where the hub's key cannot be read, and logs a name", async () => {
    const { log, answer } = await answerOf(
      "ingest",
      { method: "POST", path: "/events", headers: { authorization: "Bearer a-token" } },
      { EVENTS_QUEUE: "http://127.0.0.1:9/events" },
    );
    assert.deepEqual([answer.statusCode, answer.headers["retry-after"]], [503, "5"]);
    assert.match(JSON.parse(answer.body).error, /cannot be taken at the moment/);
    assert.match(log, /could not be taken.*error: '\w+'/s);
    assert.doesNotMatch(log, /a-token/);
  });

  it("is not there where the site does not ask for it, nor where no signature tells whose events are", () => {
    const attributes = { trust: "attributes", user: "user" } as const;
    for (const template of [templateOf({}), templateOf({ https: true }, attributes)])
      assert.deepEqual(
        [...Object.keys(template.Resources), ...Object.keys(template.Outputs)].filter((id) =>
          id.startsWith("Ingest"),
        ),
        [],
      );
    assert.ok("IngestApi" in templateOf({ https: true }).Resources);
  });
});

describe("hubs of other accounts", () => {
  const policyOf = (template: Template, queue: string): readonly (Statement & { readonly Sid: string })[] =>
    (
      resource(template, `${queue}Policy`).Properties.PolicyDocument as unknown as {
        readonly Statement: readonly (Statement & { readonly Sid: string })[];
      }
    ).Statement;

  it("may send to the events queue, where the site lists them, over TLS only", () => {
    const template = templateOf({ accounts: ["123456789012", "012345678901"] });
    const [tls, others, ...more] = policyOf(template, "TranslateQueue");
    assert.equal(more.length, 0);
    assert.deepEqual([tls?.Effect, tls?.Sid], ["Deny", "TlsOnly"]);
    const arn = (account: string) => ({ "Fn::Sub": `arn:$\{AWS::Partition}:iam::${account}:root` });
    assert.deepEqual(others, {
      Sid: "OtherAccounts",
      Effect: "Allow",
      Principal: { AWS: [arn("123456789012"), arn("012345678901")] },
      Action: ["sqs:SendMessage", "sqs:GetQueueUrl"],
      Resource: [{ "Fn::GetAtt": ["TranslateQueue", "Arn"] }],
    });
  });

  it("may do nothing else, and nothing at all where the site lists none", () => {
    const template = templateOf({ accounts: ["123456789012"] });
    const policies = ofType(template, "AWS::SQS::QueuePolicy");
    assert.equal(policies.length, ofType(template, "AWS::SQS::Queue").length);
    for (const [id, policy] of policies) if (id !== "TranslateQueuePolicy") assertTlsOnly(policy, "sqs:*");
    for (const [, policy] of ofType(templateOf({}), "AWS::SQS::QueuePolicy")) assertTlsOnly(policy, "sqs:*");
  });
});
