import { JOBS } from "../src/archive/job.ts";
import { prefixOf } from "../src/archive/layout.ts";
import type { ArchivePart, Settings } from "../src/settings.ts";
import { BUCKET } from "./names.ts";
import { RESULTS } from "./queries.ts";
import { getAtt, type Resources, ref, sub, tlsOnly, type Value } from "./template.ts";

/** For so many days, what was overwritten or deleted by mistake can be had back; after them it is gone for good. */
const UNDO = 7;

/**
 * The archive. It outlives its stack: it holds what learners did, and no deployment may take it away. CloudFormation
 * names it, as a bucket's name must be unique in the world.
 */
export const archive = ({ retention }: Settings): Resources => ({
  [BUCKET]: {
    Type: "AWS::S3::Bucket",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      VersioningConfiguration: { Status: "Enabled" },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          // Without a key's id this is the account's aws/s3 key, which S3 may use for whoever may use the bucket.
          // A bucket key spares a request to KMS for each object.
          { ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true },
        ],
      },
      LifecycleConfiguration: {
        Rules: [...Object.entries(retention).map(expire), forgetJobs, forgetResults, tidy],
      },
    },
  },
  [`${BUCKET}Policy`]: {
    Type: "AWS::S3::BucketPolicy",
    // Without it, the bucket that stays behind would answer plain HTTP.
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      Bucket: ref(BUCKET),
      PolicyDocument: tlsOnly("s3", [getAtt(BUCKET, "Arn"), sub(`\${${BUCKET}.Arn}/*`)]),
    },
  },
});

const expire = ([part, days]: [string, number]): Value => ({
  Id: part,
  Status: "Enabled",
  Prefix: prefixOf(part as ArchivePart),
  ExpirationInDays: days,
});

/** What was cut off and never taken up again. */
const forgetJobs: Value = { Id: "jobs", Status: "Enabled", Prefix: JOBS, ExpirationInDays: 30 };

/** What queries found. It may name learners, and no erasure looks into it. */
const forgetResults: Value = {
  Id: "results",
  Status: "Enabled",
  Prefix: RESULTS,
  ExpirationInDays: 7,
  NoncurrentVersionExpiration: { NoncurrentDays: 1 },
};

/** In a bucket with versions, expiring only hides an object. S3 wants the marker's rule apart from one in days. */
const tidy: Value = {
  Id: "tidy",
  Status: "Enabled",
  NoncurrentVersionExpiration: { NoncurrentDays: UNDO },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  ExpiredObjectDeleteMarker: true,
};
