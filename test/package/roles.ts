import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { roles } from "../../infra/roles.ts";
import { secretReferences } from "../../src/secret-references.ts";
import { prod } from "./packaged.ts";
import {
  allowed,
  endpoints,
  functionOf,
  named,
  ofType,
  type Statement,
  site,
  statementsOf,
  TRACES,
  target,
  withKey,
} from "./support.ts";

describe("a role", () => {
  const secret = (reference: string): string =>
    `ssm:GetParameters arn:$\{AWS::Partition}:ssm:$\{AWS::Region}:$\{AWS::AccountId}:parameter${reference.slice("ssm:".length).replace("$stage", "prod")}`;
  const put = (prefix: string): string => `s3:PutObject $\{Archive.Arn}/${prefix}*`;
  const reads = (queue: string): readonly string[] =>
    ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) => `sqs:${action} ${queue}.Arn`);
  const logs = (group: string): readonly string[] =>
    ["CreateLogStream", "PutLogEvents"].map((action) => `logs:${action} ${group}.Arn`);
  /** The prefixes below which a role may list objects. */
  const listed = (role: string): readonly string[] => {
    const statement = statementsOf(prod, role).find(({ Action }) =>
      [Action].flat().includes("s3:ListBucket"),
    );
    assert.ok(statement?.Condition !== undefined);
    const { StringLikeIfExists } = statement.Condition as unknown as {
      readonly StringLikeIfExists: { readonly "s3:prefix": readonly string[] };
    };
    return StringLikeIfExists["s3:prefix"];
  };
  const queueOf = (endpoint: string): string =>
    named(prod, "AWS::SQS::Queue", "QueueName", `jupyter-lms-prod-deliver-${endpoint}`)[0];

  it("lets translate read events, archive them, read its keys and send to the endpoints, and no more", () => {
    const expected = [
      ...reads("TranslateQueue"),
      ...logs("TranslateLogGroup"),
      ...["raw/", "quarantine/", "failed/", "ledger/"].map(put),
      ...endpoints.map(({ name }) => `sqs:SendMessage ${queueOf(name)}.Arn`),
      "s3:GetObject ${Archive.Arn}/consent/*",
      "s3:ListBucket Archive.Arn",
      ...secretReferences(site.settings).map(secret),
      // For queues, and for the archive.
      ...withKey("GenerateDataKey", "Decrypt", "GenerateDataKey", "Decrypt"),
      ...TRACES,
    ];
    assert.deepEqual([...allowed(prod, "TranslateRole")].sort(), expected.sort());
    assert.deepEqual(listed("TranslateRole"), ["consent/*"]);
  });

  it("lets translate read no choices where learners have none", () => {
    const settings = {
      ...site.settings,
      consent: { policy: "required-by-site" as const, perEndpoint: false },
    };
    const Resources = JSON.parse(JSON.stringify(roles(settings, endpoints)));
    assert.deepEqual(
      allowed({ Resources, Outputs: {} }, "TranslateRole").filter((pair) => /consent|ListBucket/.test(pair)),
      [],
    );
    // Then it reads nothing in the archive: only its queue's messages may be decrypted.
    assert.equal(
      allowed({ Resources, Outputs: {} }, "TranslateRole").filter((pair) => /^kms:Decrypt/.test(pair)).length,
      1,
    );
  });

  it("lets the learners' page keep choices and wishes, read what the archive has of them, and no more", () => {
    const parts = ["raw/", "quarantine/", "failed/", "receipts/", "ledger/"];
    const read = ["consent/", ...parts].map((prefix) => `${prefix}*`);
    const expected = [
      ...logs("ConsentLogGroup"),
      ...["consent/", "erasures/requested/"].map(put),
      ...read.map((prefix) => `s3:GetObject $\{Archive.Arn}/${prefix}`),
      "s3:ListBucket Archive.Arn",
      ...secretReferences(site.settings).map(secret),
      ...withKey("GenerateDataKey", "Decrypt"),
      ...TRACES,
    ];
    assert.deepEqual([...allowed(prod, "ConsentRole")].sort(), expected.sort());
    assert.deepEqual([...listed("ConsentRole")].sort(), read.sort());
  });

  it("lets the learners' page keep no choices where learners have none", () => {
    const settings = {
      ...site.settings,
      consent: { policy: "required-by-site" as const, perEndpoint: false },
    };
    const Resources = JSON.parse(JSON.stringify(roles(settings, endpoints)));
    assert.deepEqual(
      allowed({ Resources, Outputs: {} }, "ConsentRole").filter((pair) => pair.startsWith("s3:PutObject")),
      [put("erasures/requested/")],
    );
  });

  it("lets a delivery read its queue and its secret, give back what must wait, write down how it ended, and no more", () => {
    for (const { name, auth } of endpoints) {
      const [, { Properties }] = functionOf(prod, `jupyter-lms-prod-deliver-${name}`);
      const [group] = named(
        prod,
        "AWS::Logs::LogGroup",
        "LogGroupName",
        `/aws/lambda/jupyter-lms-prod-deliver-${name}`,
      );
      const expected = [
        ...reads(queueOf(name)),
        ...["ChangeMessageVisibility", "SendMessage"].map((action) => `sqs:${action} ${queueOf(name)}.Arn`),
        ...logs(group),
        put(`receipts/endpoint=${name}/`),
        put(`failed/endpoint=${name}/`),
        ...(auth.scheme === "none" ? [] : [secret(auth.secret)]),
        // For its queue, and to write to the archive, which it cannot read.
        ...withKey("GenerateDataKey", "Decrypt", "GenerateDataKey"),
        ...TRACES,
      ];
      assert.deepEqual([...allowed(prod, target(Properties.Role))].sort(), expected.sort());
    }
  });

  it("can be assumed by Lambda alone", () => {
    for (const [, { Properties }] of ofType(prod, "AWS::IAM::Role")) {
      const { Statement } = Properties.AssumeRolePolicyDocument as unknown as {
        readonly Statement: readonly Statement[];
      };
      assert.deepEqual(
        Statement.map(({ Principal }) => Principal),
        [{ Service: "lambda.amazonaws.com" }],
      );
    }
  });
});
