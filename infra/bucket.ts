import { JOBS } from "../src/archive/job.ts";
import { prefixOf } from "../src/archive/layout.ts";
import type { ArchivePart, Settings } from "../src/settings.ts";
import { DATA_KEY_ARN } from "./key.ts";
import { BUCKET } from "./names.ts";
import { RESULTS } from "./queries.ts";
import { getAtt, type Resources, ref, sub, tlsOnly, type Value } from "./template.ts";

/** For so many days, what was overwritten or deleted by mistake can be had back; after them it is gone for good. */
const UNDO = 7;

/**
 * The archive. It outlives its stack: it holds what learners did, and no deployment may take it away. Only one of a first
 * deployment that failed is deleted, unless something is in it already: S3 deletes no bucket that holds anything.
 * CloudFormation names it, as a bucket's name must be unique in the world.
 */
export const archive = ({ retention }: Settings): Resources => ({
  [BUCKET]: {
    Type: "AWS::S3::Bucket",
    DeletionPolicy: "RetainExceptOnCreate",
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
          {
            ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: DATA_KEY_ARN },
            // It spares a request to KMS for each object.
            BucketKeyEnabled: true,
          },
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
    DeletionPolicy: "RetainExceptOnCreate",
    UpdateReplacePolicy: "Retain",
    Properties: {
      Bucket: ref(BUCKET),
      PolicyDocument: tlsOnly("s3", [getAtt(BUCKET, "Arn"), OBJECTS], otherwise),
    },
  },
});

const OBJECTS = sub(`\${${BUCKET}.Arn}/*`);

const ENCRYPTION = "s3:x-amz-server-side-encryption";
const KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id";
const CUSTOMER = "s3:x-amz-server-side-encryption-customer-algorithm";

/**
 * What is written without a word about encryption passes, and gets the bucket's own: S3 looks at policies before it
 * applies that. So each of these asks, with `Null`, whether there is the header that it is about: where there is none,
 * `StringNotEquals` is true, and `…IfExists` too
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
 */
const otherwise: readonly Value[] = (
  [
    ["OtherEncryption", { StringNotEquals: { [ENCRYPTION]: "aws:kms" }, Null: { [ENCRYPTION]: "false" } }],
    ["OtherKey", { StringNotEquals: { [KEY]: DATA_KEY_ARN }, Null: { [KEY]: "false" } }],
    // Whoever asks for KMS and names no key would get the account's aws/s3, and not the bucket's.
    ["NoKey", { Null: { [ENCRYPTION]: "false", [KEY]: "true" } }],
    ["OwnKey", { Null: { [CUSTOMER]: "false" } }],
  ] as const
).map(([Sid, Condition]) => ({
  Sid,
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:PutObject"],
  Resource: [OBJECTS],
  Condition,
}));

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
