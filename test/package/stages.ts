import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dev, prod } from "./packaged.ts";
import { isObject } from "./policies.ts";
import { type Json, ofType, type Resource, type Template } from "./support.ts";

/** What is known by a name in the whole account, and where its name stands. Without one, CloudFormation makes it up. */
const NAMED: Readonly<Record<string, string>> = {
  "AWS::ApiGatewayV2::Api": "Name",
  "AWS::Athena::WorkGroup": "Name",
  "AWS::CloudWatch::Alarm": "AlarmName",
  "AWS::CloudWatch::CompositeAlarm": "AlarmName",
  "AWS::CloudWatch::Dashboard": "DashboardName",
  "AWS::Events::Rule": "Name",
  "AWS::Glue::Database": "DatabaseInput.Name",
  "AWS::IAM::Role": "RoleName",
  "AWS::KMS::Alias": "AliasName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::SNS::Topic": "TopicName",
  "AWS::SQS::Queue": "QueueName",
};

/** What has no name, or one within something that is in the list above. */
const WITHIN: readonly string[] = [
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::Stage",
  "AWS::Athena::NamedQuery",
  "AWS::Glue::Table",
  "AWS::KMS::Key",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Permission",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
];

describe("stages", () => {
  it("have no name in common", () => {
    const [one, other] = [namesIn(dev), namesIn(prod)];
    assert.ok(one.length > 0 && one.length === other.length);
    assert.deepEqual(
      one.filter((name) => other.includes(name)),
      [],
    );
  });

  it("have a name for each kind of thing that an account knows by one", () => {
    for (const type of [
      "Athena::WorkGroup",
      "Glue::Database",
      "KMS::Alias",
      "Lambda::Function",
      "SQS::Queue",
    ])
      for (const [, each] of ofType(prod, `AWS::${type}`))
        assert.match(nameOf(each) ?? "", /jupyter-lms-prod/);
    const unknown = Object.values(prod.Resources)
      .map(({ Type }) => Type)
      .filter((type) => !(type in NAMED) && !WITHIN.includes(type));
    assert.deepEqual(unknown, []);
  });

  it("hand on nothing to each other", () => {
    for (const { Outputs } of [dev, prod])
      for (const [id, output] of Object.entries(Outputs))
        assert.ok(!("Export" in output) || isStageOwn(output), id);
    assert.doesNotMatch(JSON.stringify(prod), /Fn::ImportValue|jupyter-lms-dev/);
  });
});

const namesIn = ({ Resources }: Template): readonly string[] =>
  Object.values(Resources).flatMap((each) => nameOf(each) ?? []);

/** A name as the template has it: a text, or a value of which CloudFormation makes one. */
const nameOf = ({ Type, Properties }: Resource): string | undefined => {
  const name = NAMED[Type]
    ?.split(".")
    .reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), Properties);
  return name === undefined ? undefined : JSON.stringify(name);
};

/** The Serverless Framework itself exports some outputs, under the stack's name. */
const isStageOwn = (output: object): boolean =>
  /"Export":\{"Name":"sls-jupyter-lms-(dev|prod)-/.test(JSON.stringify(output));
