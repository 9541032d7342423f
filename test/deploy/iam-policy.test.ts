/** That our IAM decides as AWS's documentation says. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../package/support.ts";
import { decide, isLike, type Need, type Right, rightsIn } from "./iam-policy.ts";

const ROLE = "arn:aws:iam::123456789012:role/one";
const BUCKET = "arn:aws:s3:::a-bucket";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/one";

const rights = (...statements: readonly Json[]): readonly Right[] =>
  rightsIn({ Version: "2012-10-17", Statement: statements }, String);

const may = (
  need: Need,
  own: readonly Right[],
  theirs: Readonly<Record<string, readonly Right[]>> = {},
): boolean =>
  typeof decide(need, { role: ROLE, own, ofResources: new Map(Object.entries(theirs)) }) !== "string";

const allow = (Action: string, Resource: string, Condition: Json = {}): Json => ({
  Effect: "Allow",
  Action,
  Resource,
  Condition,
});

describe("IAM as the tests play it", () => {
  it("allows nothing that nobody allows, and nothing that anybody denies", () => {
    const need = { action: "s3:PutObject", resource: `${BUCKET}/raw/x` };
    const own = rights(allow("s3:PutObject", `${BUCKET}/raw/*`));
    assert.equal(may(need, []), false);
    assert.equal(may(need, own), true);
    assert.equal(may({ ...need, resource: `${BUCKET}/quarantine/x` }, own), false);
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: `${BUCKET}/*` };
    const http = { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } };
    assert.equal(may(need, own, { [BUCKET]: rights(deny) }), false);
    assert.equal(
      may({ ...need, context: { "aws:SecureTransport": "true" } }, own, { [BUCKET]: rights(http) }),
      true,
    );
    assert.equal(
      may({ ...need, context: { "aws:SecureTransport": "false" } }, own, { [BUCKET]: rights(http) }),
      false,
    );
  });

  it("takes a star for any letters and a question mark for one", () => {
    assert.equal(isLike("a/??.json", "a/b1.json"), true);
    assert.equal(isLike("a/??.json", "a/b12.json"), false);
    assert.equal(isLike("a/*.json", "a/b/c.json"), true);
    assert.equal(isLike("a.b", "axb"), false);
  });

  it("lists below a prefix, and lets pass a request that names none only with IfExists", () => {
    const need = (prefix?: string): Need => ({
      action: "s3:ListBucket",
      resource: BUCKET,
      ...(prefix !== undefined && { context: { "s3:prefix": prefix } }),
    });
    const below = (operator: string) =>
      rights(allow("s3:ListBucket", BUCKET, { [operator]: { "s3:prefix": ["raw/*", "ledger/*"] } }));
    for (const operator of ["StringLike", "StringLikeIfExists"]) {
      assert.equal(may(need("ledger/dt=1"), below(operator)), true);
      assert.equal(may(need("consent/"), below(operator)), false);
    }
    assert.equal(may(need(), below("StringLike")), false);
    assert.equal(may(need(), below("StringLikeIfExists")), true);
  });

  it("lets a key be used through one service, where the key leaves it to the account", () => {
    const own = rights(
      allow("kms:Decrypt", KEY, { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } }),
    );
    const leaves = rights({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: "kms:*",
      Resource: "*",
    });
    const need = (via?: string): Need => ({
      action: "kms:Decrypt",
      resource: KEY,
      ...(via !== undefined && { context: { "kms:ViaService": `${via}.eu-central-1.amazonaws.com` } }),
    });
    assert.equal(may(need("s3"), own, { [KEY]: leaves }), true);
    assert.equal(may(need("sqs"), own, { [KEY]: leaves }), false);
    assert.equal(may(need(), own, { [KEY]: leaves }), false);
    assert.equal(may(need("s3"), own), false);
    assert.equal(may(need("s3"), [], { [KEY]: leaves }), false);
  });

  it("does not guess what it does not know", () => {
    const odd = rights(allow("s3:GetObject", "*", { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }));
    assert.throws(
      () => may({ action: "s3:GetObject", resource: BUCKET }, odd),
      /IpAddress is not understood/,
    );
    assert.throws(() => rights({ Effect: "Allow", NotAction: "s3:*", Resource: "*" }), /not understood/);
  });
});
