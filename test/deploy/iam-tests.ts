import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { deployment, lambda, nameOf, skip } from "./deployed.ts";
import type { Right } from "./iam-policy.ts";
import { ACCOUNT } from "./iam-stack.ts";
import { credentials, REGION } from "./stack.ts";

/** AWS's own clients, as the function translate would have them with only these rights. */
const clientsWith = async (isKept: (right: Right) => boolean) => {
  const name = nameOf("translate");
  const taken = lambda.iam.rightsOf(name).filter((right) => !isKept(right));
  const guard = await lambda.iam.without(name, taken);
  const client = { region: REGION, endpoint: guard.url, credentials };
  return {
    guard,
    s3: new S3Client(client),
    sqs: new SQSClient(client),
    ssm: new SSMClient(client),
    queue: `${guard.url}/${ACCOUNT}/${nameOf("deliver-probe")}`,
  };
};

const archived = (Key: string) => ({ Bucket: deployment.stack.outputs.ArchiveBucket ?? "", Key });
const put = (Key: string) => new PutObjectCommand({ ...archived(Key), Body: "x" });

describe("IAM between functions and moto", { skip }, () => {
  it("refuses as AWS's own clients understand it, and says what was refused", async () => {
    const { s3, sqs, ssm, queue, guard } = await clientsWith(() => false);
    const Names = ["/jupyter-lms/test/pseudonyms"];
    await assert.rejects(s3.send(put("raw/x")), { name: "AccessDenied" });
    await assert.rejects(s3.send(new GetObjectCommand(archived("raw/x"))), { name: "AccessDenied" });
    await assert.rejects(ssm.send(new GetParametersCommand({ Names })), { name: "AccessDeniedException" });
    const message = new SendMessageCommand({ QueueUrl: queue, MessageBody: "x" });
    await assert.rejects(sqs.send(message), { name: "AccessDenied" });
    assert.deepEqual(
      guard.denied.map(({ need }) => need.action),
      ["s3:PutObject", "s3:GetObject", "ssm:GetParameters", "sqs:SendMessage"],
    );
  });

  it("tells that an object is missing only to who may list, as S3 does", async () => {
    const { s3, guard } = await clientsWith(({ action }) => action !== "s3:ListBucket");
    const missing = new GetObjectCommand(archived("consent/nobody.json"));
    await assert.rejects(s3.send(missing), { name: "AccessDenied" });
    assert.deepEqual(
      guard.denied.map(({ need }) => need.action),
      ["s3:ListBucket"],
    );
    const all = await clientsWith(() => true);
    await assert.rejects(all.s3.send(missing), { name: "NoSuchKey" });
    assert.deepEqual(all.guard.denied, []);
  });

  it("takes nothing into an encrypted queue or bucket from who may not use its key", async () => {
    const { s3, sqs, queue } = await clientsWith(({ action }) => !action.startsWith("kms:"));
    await assert.rejects(s3.send(put("raw/x")), { name: "AccessDenied" });
    const message = new SendMessageCommand({ QueueUrl: queue, MessageBody: "x" });
    await assert.rejects(sqs.send(message), /kms:GenerateDataKey/);
  });

  it("hears the bucket's own policy, whatever the role may do", async () => {
    const { s3, guard } = await clientsWith(() => true);
    const other = { ...archived("raw/x"), Body: "x", ServerSideEncryption: "AES256" } as const;
    await assert.rejects(s3.send(new PutObjectCommand(other)), { name: "AccessDenied" });
    assert.deepEqual(
      guard.denied.map(({ why }) => why),
      ["an explicit deny"],
    );
  });

  it("refuses what it does not understand", async () => {
    const { s3, guard } = await clientsWith(() => true);
    const { Bucket, Key } = archived("raw/x");
    await assert.rejects(s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/raw/y` })));
    assert.match(String(guard.denied[0]?.need.action), /not understood: PUT/);
  });
});
