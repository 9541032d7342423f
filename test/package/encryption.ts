import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { S3Client } from "@aws-sdk/client-s3";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { prod } from "./packaged.ts";
import { isMet, policyStatements } from "./policies.ts";

/** What S3's policies call the headers of a request that are about encryption. */
const [ENCRYPTION, KEY, CUSTOMER] = ["", "-aws-kms-key-id", "-customer-algorithm"].map(
  (end) => `s3:x-amz-server-side-encryption${end}`,
) as [string, string, string];

type Request = Readonly<Record<string, string>>;

/** Which statements of the bucket's policy refuse a request. */
const refusals = (action: string, request: Request, transport = "true"): readonly string[] =>
  policyStatements(prod).flatMap(({ id, statement }) => {
    if (id !== "ArchivePolicy") return [];
    assert.deepEqual([statement.Effect, statement.Principal], ["Deny", "*"]);
    const concerns = [statement.Action].flat().some((each) => each === action || each === "s3:*");
    const all = { ...request, "aws:SecureTransport": transport };
    return concerns && isMet(statement.Condition, all, prod)
      ? [String((statement as { Sid?: string }).Sid)]
      : [];
  });

describe("the archive's bucket", () => {
  it("takes what says nothing of encryption, which gets the stage's key, and what names that key", () => {
    assert.deepEqual(refusals("s3:PutObject", {}), []);
    assert.deepEqual(refusals("s3:PutObject", { [ENCRYPTION]: "aws:kms", [KEY]: "DataKey.Arn" }), []);
  });

  it("refuses what would be encrypted otherwise, or with another key", () => {
    const cases: readonly (readonly [Request, readonly string[]])[] = [
      [{ [ENCRYPTION]: "AES256" }, ["OtherEncryption", "NoKey"]],
      [{ [ENCRYPTION]: "aws:kms:dsse", [KEY]: "DataKey.Arn" }, ["OtherEncryption"]],
      // This would be the account's aws/s3 key.
      [{ [ENCRYPTION]: "aws:kms" }, ["NoKey"]],
      [{ [ENCRYPTION]: "aws:kms", [KEY]: "arn:aws:kms:eu-central-1:1:key/other" }, ["OtherKey"]],
      [{ [KEY]: "arn:aws:kms:eu-central-1:1:key/other" }, ["OtherKey"]],
      // A key that only who writes has.
      [{ [CUSTOMER]: "AES256" }, ["OwnKey"]],
    ];
    for (const [request, expected] of cases) assert.deepEqual(refusals("s3:PutObject", request), expected);
  });

  it("lets reading be, whatever it says, but over TLS alone", () => {
    assert.deepEqual(refusals("s3:GetObject", { [CUSTOMER]: "AES256" }), []);
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:ListBucket"])
      assert.deepEqual(refusals(action, {}, "false"), ["TlsOnly"]);
  });

  it("takes what the functions write", async () => {
    const requests: Request[] = [];
    const client = new S3Client({
      region: "eu-central-1",
      credentials: { accessKeyId: "nobody", secretAccessKey: "nothing" },
    });
    // In place of the network: what would have been sent.
    client.middlewareStack.add(
      () => async (args) => {
        const { method, headers } = args.request as { method: string; headers: Record<string, string> };
        assert.equal(method, "PUT");
        requests.push(
          Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [`s3:${name.toLowerCase()}`, value]),
          ),
        );
        return { response: {}, output: { $metadata: {} } } as never;
      },
      { step: "finalizeRequest", priority: "low" },
    );
    const bucket = s3Bucket(client, "archive");
    const body = new TextEncoder().encode("{}");
    await bucket.put("raw/a.jsonl.gz", body);
    await bucket.put("raw/b.jsonl.gz", body, { lines: 1 });
    await bucket.replace("consent/c.json", body, undefined);
    await bucket.replace("consent/c.json", body, '"version"');
    assert.equal(requests.length, 4);
    for (const request of requests) assert.deepEqual(refusals("s3:PutObject", request), []);
  });
});
