/**
 * Where S3 is asked for the archive. It stands in a function's bundle in the place of the SDK's rules (build/lean.ts), of
 * which most are for what no archive is: access points, Object Lambda, Outposts, directory buckets, acceleration. For an
 * ordinary bucket it says what they say; test/package/lean-endpoint.test.ts compares them.
 */

/** What the SDK knows of a request before it has an address. */
export interface Asked {
  readonly Region?: string | undefined;
  readonly Bucket?: string | undefined;
  /** From `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`: in tests, and on one machine. */
  readonly Endpoint?: string | undefined;
  readonly UseFIPS?: boolean | undefined;
  readonly UseDualStack?: boolean | undefined;
  readonly ForcePathStyle?: boolean | undefined;
  readonly Accelerate?: boolean | undefined;
}

/** What a partition of AWS, such as China's, has of its own. */
export interface Partition {
  readonly dnsSuffix: string;
  readonly name: string;
}

/** An address, as the SDK takes it from its rules. */
interface Found {
  readonly url: URL;
  readonly headers: Readonly<Record<string, never>>;
  readonly properties: { readonly authSchemes: readonly object[] };
}

/** Throws where the bucket or what is wanted of it is not ordinary. */
export const s3Endpoint =
  (partitionOf: (region: string) => Partition) =>
  (asked: Asked): Found => {
    const { Region: region, Bucket: bucket = "", Endpoint: endpoint, UseFIPS, UseDualStack } = asked;
    if (region === undefined)
      throw new Error("S3 is asked in a region, and none is set: AWS_REGION is missing.");
    if (SPECIAL.test(bucket) || asked.Accelerate === true || region === "aws-global")
      throw new Error(`This function's bundle was built for an ordinary bucket, which ${bucket} is not.`);
    if (endpoint !== undefined && (UseDualStack === true || UseFIPS === true))
      throw new Error("An address of one's own for S3 has no variant for IPv6 or FIPS.");
    const base = new URL(endpoint ?? addressOf(region, asked, partitionOf(region)));
    return { url: withBucket(base, bucket, asked), headers: {}, properties: signedIn(region) };
  };

/** ARNs, and the endings by which S3 tells directory buckets, access points and buckets on Outposts. */
const SPECIAL = /^arn:|--(x|op|xa|table)-s3$|-s3alias$/;

const addressOf = (region: string, { UseFIPS, UseDualStack }: Asked, partition: Partition): string => {
  if (UseFIPS === true && partition.name === "aws-cn")
    throw new Error("S3 has no addresses for FIPS in China.");
  const host = `s3${UseFIPS === true ? "-fips" : ""}${UseDualStack === true ? ".dualstack" : ""}`;
  return `https://${host}.${region}.${partition.dnsSuffix}`;
};

/** The bucket stands before the host, where it can be a part of its name; or else in the path. */
const withBucket = (base: URL, bucket: string, { ForcePathStyle, Endpoint }: Asked): URL => {
  const url = new URL(base);
  if (bucket === "") return url;
  const labels = Endpoint !== undefined && base.protocol === "http:" ? bucket.split(".") : [bucket];
  if (ForcePathStyle !== true && !IP.test(base.hostname) && labels.every((each) => LABEL.test(each)))
    url.hostname = `${bucket}.${base.hostname}`;
  else url.pathname = `${base.pathname.replace(/\/?$/, "/")}${encodeURIComponent(bucket)}`;
  return url;
};

const IP = /^(\[.*\]|\d+\.\d+\.\d+\.\d+)$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

const signedIn = (signingRegion: string): Found["properties"] => ({
  authSchemes: [{ disableDoubleEncoding: true, name: "sigv4", signingName: "s3", signingRegion }],
});
