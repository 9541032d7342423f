import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NAMESPACE } from "../../src/metrics.ts";
import { ofType } from "../package/support.ts";
import { deployment, lambda, nameOf, skip } from "./deployed.ts";
import { STAGE } from "./deployment.ts";
import { watchedBy, written } from "./metrics.ts";
import { osls } from "./stack.ts";

/** What moto's CloudFormation cannot make. How the template says it, test/package/ and cfn-lint look at. */
const UNMADE = [
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::Stage",
  "AWS::Athena::NamedQuery",
  "AWS::Athena::WorkGroup",
  "AWS::CloudWatch::Alarm",
  "AWS::Glue::Database",
  "AWS::Glue::Table",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
];

describe("What osls deploys", { skip }, () => {
  it("is a stack with all of the template, of which moto plays all but these", () => {
    const { stack, template, said } = deployment;
    assert.match(said, /Service deployed to stack jupyter-lms-test/);
    assert.equal(stack.status, "UPDATE_COMPLETE");
    assert.deepEqual([...stack.resources.keys()].sort(), Object.keys(template.Resources).sort());
    const unmade = [...stack.resources.values()].filter(({ made }) => !made).map(({ type }) => type);
    assert.deepEqual([...new Set(unmade)].sort(), UNMADE);
    assert.deepEqual(Object.keys(stack.outputs).sort(), Object.keys(template.Outputs).sort());
  });

  it("feeds functions from their queues, as the template says", () => {
    const { stack, template } = deployment;
    const names = ofType(template, "AWS::Lambda::Function").map(
      ([id]) => stack.resources.get(id)?.name ?? "",
    );
    const fed = names.filter((name) => name === nameOf("translate") || name.startsWith(nameOf("deliver-")));
    assert.ok(fed.length >= 4);
    assert.deepEqual(lambda.mappings.map(({ functionName }) => functionName).sort(), fed.sort());
    for (const { functionName, queue, answers } of lambda.mappings) {
      assert.equal(queue, functionName === nameOf("translate") ? nameOf("events") : functionName);
      assert.deepEqual(answers, ["ReportBatchItemFailures"]);
    }
  });

  it("has no alarm for a function that is not there", () => {
    const watched = [...watchedBy(deployment.template, deployment.stack).values()].flat();
    const own = watched.filter(({ namespace }) => namespace === NAMESPACE);
    assert.ok(own.length > 0);
    for (const each of own)
      assert.ok(lambda.functions.has(each.dimensions.FunctionName ?? ""), written(each));
  });

  it("is not changed where it is deployed again and nothing else is meant", async () => {
    const said = await osls(deployment.folder, deployment.aws.url, "deploy", "--stage", STAGE);
    assert.match(said, /No changes to deploy/);
  });
});
