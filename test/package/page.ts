import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stackOf } from "../../infra/stack.ts";
import { prod } from "./packaged.ts";
import { endpoints, functionOf, ofType, resource, site, target } from "./support.ts";

describe("the learners' page", () => {
  it("is an HTTP API in front of its function, and nobody else may call that", () => {
    const [id] = functionOf(prod, "jupyter-lms-prod-consent");
    const { ProtocolType, Name } = resource(prod, "LearnersPage").Properties;
    assert.deepEqual([ProtocolType, Name], ["HTTP", "jupyter-lms-prod-consent"]);
    const integration = resource(prod, "LearnersPageIntegration").Properties;
    assert.equal(target(integration.IntegrationUri), id);
    assert.deepEqual([integration.IntegrationType, integration.PayloadFormatVersion], ["AWS_PROXY", "2.0"]);
    assert.deepEqual(resource(prod, "LearnersPageRoute").Properties.RouteKey, "$default");
    const [permission, ...others] = ofType(prod, "AWS::Lambda::Permission").filter(
      ([, { Properties }]) => target(Properties.FunctionName) === id,
    );
    assert.ok(permission !== undefined && others.length === 0);
    const { Principal, SourceArn } = permission[1].Properties;
    assert.equal(Principal, "apigateway.amazonaws.com");
    assert.match(JSON.stringify(SourceArn), /:\$\{LearnersPage\}\/\*"/);
  });

  it("is throttled, and no log keeps the addresses of who asks", () => {
    const { DefaultRouteSettings, AccessLogSettings } = resource(prod, "LearnersPageStage").Properties;
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = DefaultRouteSettings as Record<string, number>;
    assert.ok(Number(ThrottlingRateLimit) > 0 && Number(ThrottlingBurstLimit) > 0);
    assert.equal(AccessLogSettings, undefined);
  });

  it("leaves the account's concurrency to the other functions", () => {
    const [, { Properties }] = functionOf(prod, "jupyter-lms-prod-consent");
    assert.equal(Properties.ReservedConcurrentExecutions, 20);
  });

  it("has at most the time that an HTTP API waits, and tells where it is", () => {
    const [, { Properties }] = functionOf(prod, "jupyter-lms-prod-consent");
    assert.ok(Number(Properties.Timeout) <= 30);
    assert.deepEqual(prod.Outputs.LearnersPageUrl?.Value, { "Fn::GetAtt": ["LearnersPage", "ApiEndpoint"] });
  });

  it("is not there where nothing that is signed tells who a learner is", () => {
    const settings = { ...site.settings, trust: { trust: "attributes" as const, user: "user" } };
    const { functions, resources } = stackOf({ settings, endpoints });
    assert.ok(!("consent" in functions));
    assert.deepEqual(
      [...Object.keys(resources.Resources), ...Object.keys(resources.Outputs)].filter((id) =>
        /Page|Consent/.test(id),
      ),
      [],
    );
  });
});
