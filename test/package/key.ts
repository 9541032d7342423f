import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stackOf } from "../../infra/stack.ts";
import { prod } from "./packaged.ts";
import { isMet, textOf } from "./policies.ts";
import {
  endpoints,
  type Json,
  ofType,
  resource,
  type Statement,
  site,
  statementsOf,
  type Template,
} from "./support.ts";

const KEY = { "Fn::GetAtt": ["DataKey", "Arn"] };

const policyOf = (template: Template): readonly (Statement & { readonly Sid: string })[] =>
  (
    resource(template, "DataKey").Properties.KeyPolicy as unknown as {
      readonly Statement: readonly (Statement & { readonly Sid: string })[];
    }
  ).Statement;

const withAccounts = (...accounts: readonly string[]): Template => {
  const settings = { ...site.settings, ingest: { ...site.settings.ingest, accounts } };
  return JSON.parse(JSON.stringify(stackOf({ settings, endpoints }).resources));
};

const root = (account: string): Json => ({ "Fn::Sub": `arn:$\{AWS::Partition}:iam::${account}:root` });

describe("the stage's key", () => {
  it("is the only one, is renewed each year, outlives the stack as the archive does, and is called by the stage", () => {
    assert.deepEqual(
      ofType(prod, "AWS::KMS::Key").map(([id]) => id),
      ["DataKey"],
    );
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = resource(prod, "DataKey");
    assert.deepEqual([Properties.EnableKeyRotation, Properties.PendingWindowInDays], [true, 30]);
    assert.deepEqual([DeletionPolicy, UpdateReplacePolicy], ["RetainExceptOnCreate", "Retain"]);
    assert.match(String(Properties.Description), / of jupyter-lms-prod\.$/);
    const alias = resource(prod, "DataKeyAlias");
    assert.deepEqual(alias.Properties, {
      AliasName: "alias/jupyter-lms-prod",
      TargetKeyId: { Ref: "DataKey" },
    });
    // One that stayed behind would keep the stage from being deployed again.
    assert.equal(alias.DeletionPolicy, undefined);
  });

  it("encrypts every queue, the archive, and every topic", () => {
    const queues = ofType(prod, "AWS::SQS::Queue");
    assert.ok(queues.length > 0);
    for (const [id, { Properties }] of queues) assert.deepEqual(Properties.KmsMasterKeyId, KEY, id);
    const { BucketEncryption } = resource(prod, "Archive").Properties;
    assert.deepEqual(BucketEncryption, {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: KEY },
          BucketKeyEnabled: true,
        },
      ],
    });
    for (const [id, { Properties }] of ofType(prod, "AWS::SNS::Topic"))
      assert.match(JSON.stringify(Properties.KmsMasterKeyId ?? null), /^\{.*"DataKey"/, id);
  });

  it("leaves it to the account's IAM who may use it, lets this account's alarms be sent, and nothing else", () => {
    assert.deepEqual(policyOf(prod), [
      {
        Sid: "OwnAccount",
        Effect: "Allow",
        Principal: { AWS: root("${AWS::AccountId}") },
        Action: ["kms:*"],
        Resource: ["*"],
      },
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: ["*"],
        Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
      },
    ]);
  });

  it("serves hubs of the accounts that the site lists, through SQS alone", () => {
    const [, , others, ...more] = policyOf(withAccounts("123456789012", "012345678901"));
    assert.equal(more.length, 0);
    assert.deepEqual(others, {
      Sid: "OtherAccounts",
      Effect: "Allow",
      Principal: { AWS: [root("123456789012"), root("012345678901")] },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: ["*"],
      Condition: { StringEquals: { "kms:ViaService": { "Fn::Sub": "sqs.${AWS::Region}.amazonaws.com" } } },
    });
    assert.equal(policyOf(withAccounts()).length, 2);
  });

  it("is of no use to a role but through the service, and for that, which it may ask anyway", () => {
    for (const [role] of ofType(prod, "AWS::IAM::Role")) {
      const statements = statementsOf(prod, role);
      const may = (action: string): boolean =>
        statements.some(({ Action }) => [Action].flat().includes(action));
      const used = statements.filter(({ Action }) => [Action].flat().some((each) => each.startsWith("kms:")));
      for (const { Resource } of used) assert.deepEqual(Resource, [KEY], role);
      const through = (service: string): readonly string[] =>
        used
          .filter(({ Condition }) =>
            isMet(Condition, { "kms:ViaService": `${service}.$\{AWS::Region}.amazonaws.com` }, prod),
          )
          .flatMap(({ Action }) => Action);
      const sends = may("sqs:SendMessage") ? ["kms:GenerateDataKey", "kms:Decrypt"] : [];
      const receives = may("sqs:ReceiveMessage") ? ["kms:Decrypt"] : [];
      assert.deepEqual(new Set(through("sqs")), new Set([...sends, ...receives]), role);
      const puts = may("s3:PutObject") ? ["kms:GenerateDataKey"] : [];
      const reads = may("s3:GetObject") ? ["kms:Decrypt"] : [];
      assert.deepEqual(new Set(through("s3")), new Set([...puts, ...reads]), role);
      for (const other of ["sns", "secretsmanager", "ssm", "lambda"])
        assert.deepEqual(through(other), [], role);
      for (const { Condition } of used) assert.ok(!isMet(Condition, {}, prod), `${role} may use it directly`);
    }
  });

  it("is told to those who set up the hub", () => {
    assert.equal(textOf(prod.Outputs.DataKeyArn?.Value, prod), "DataKey.Arn");
  });
});
