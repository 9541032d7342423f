import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { S3Client } from "@aws-sdk/client-s3";
import { awsEndpointFunctions } from "@aws-sdk/core/client";
import { type Asked, type Partition, s3Endpoint } from "../../src/aws/lean-endpoint.ts";

type Rules = (asked: object) => {
  readonly url: URL;
  readonly properties?: unknown;
  readonly headers?: unknown;
};

/** The SDK's own rules. */
const theirs = new S3Client({ region: "eu-central-1" }).config.endpointProvider as Rules;
const ours: Rules = s3Endpoint(awsEndpointFunctions.partition as unknown as (region: string) => Partition);

const told = (rules: Rules, asked: object): unknown => {
  try {
    const { url, properties, headers } = rules(asked);
    return { url: url.href, properties, headers };
  } catch {
    return "refused";
  }
};

const each = <Value>(values: readonly Value[]): readonly Value[] => values;
const EITHER = [false, true, undefined] as const;

const REGIONS = each([
  "us-east-1",
  "eu-central-1",
  "ap-southeast-2",
  "cn-north-1",
  "us-gov-west-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eusc-de-east-1",
  "mars-north-9",
]);
const BUCKETS = each([
  "jupyter-lms-prod-archive-1a2b3c",
  "a.b.c",
  "www.example.edu",
  "Not_A_Label",
  "ab",
  undefined,
]);
const ENDPOINTS = each([
  undefined,
  "http://127.0.0.1:4566",
  "http://[::1]:99",
  "http://localhost:4566",
  "https://s3.example.edu",
  "https://s3.example.edu:8443/base",
  "https://s3.example.edu/base/",
]);

/** All that can be asked of an ordinary bucket. */
function* everything(): Generator<Asked> {
  for (const Region of REGIONS)
    for (const Bucket of BUCKETS)
      for (const Endpoint of ENDPOINTS.filter((endpoint) => !isOdd(Bucket, endpoint)))
        for (const ForcePathStyle of EITHER)
          for (const UseFIPS of EITHER)
            for (const UseDualStack of EITHER)
              yield { Region, Bucket, Endpoint, ForcePathStyle, UseFIPS, UseDualStack };
}

/** Of a bucket with dots on an address without a name, the SDK makes a host that is none. */
const isOdd = (bucket = "", endpoint = ""): boolean => bucket.includes(".") && /^http:..[[\d]/.test(endpoint);

/** What a client asks besides. */
const DEFAULTS = { Accelerate: false, UseGlobalEndpoint: false, DisableMultiRegionAccessPoints: false };

describe("the address of an ordinary bucket", () => {
  it("is the one that the SDK's rules say, in every partition, and wherever S3 is played", () => {
    let compared = 0;
    for (const asked of everything()) {
      const request = { ...DEFAULTS, ...asked };
      assert.deepEqual(told(ours, request), told(theirs, request), JSON.stringify(asked));
      compared++;
    }
    assert.ok(compared > 1000);
  });

  it("is not made up for a bucket that is none", () => {
    for (const Bucket of [
      "arn:aws:s3:eu-central-1:123456789012:accesspoint/mine",
      "mine--euc1-az1--x-s3",
      "mine-1a2b3c--op-s3",
      "mine-abcdef-s3alias",
    ])
      assert.throws(
        () => ours({ ...DEFAULTS, Region: "eu-central-1", Bucket }),
        /built for an ordinary bucket/,
      );
    assert.throws(() => ours({ ...DEFAULTS, Bucket: "mine" }), /AWS_REGION/);
  });
});
