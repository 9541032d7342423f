/**
 * What AWS asks for, in US dollars without tax: inputs, to be looked up again by whoever decides by them. Where a price
 * falls with the amount, it is the first step's; free tiers are left out.
 */

/** A price, the page that it is from, and when it was read: the page itself, or what others quoted of it (`quotedIn`). */
export interface Price {
  readonly dollars: number;
  /** What is had for that. */
  readonly per: string;
  readonly page: string;
  readonly month: string;
  /** Where it was read, where the page itself could not be; and of which year that is, where it is an old one. */
  readonly quotedIn?: string;
  readonly ofYear?: number;
  /** Neither the page nor a quotation was found: it is what was known in that month. */
  readonly assumed?: true;
}

/** The prices are this region's. Others are dearer: Frankfurt (eu-central-1) by some 5 to 20 % for most of them. */
export const REGION = "us-east-1";

const LAMBDA = "https://aws.amazon.com/lambda/pricing/";
const S3 = "https://aws.amazon.com/s3/pricing/";
const KMS = "https://aws.amazon.com/kms/pricing/";
const CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/";

const LAMBDA_QUOTED = "https://cloudchipr.com/blog/aws-lambda-pricing";
const INFRACOST = "https://github.com/vreutova/infracost-idem-support/pull/2";
const CLOUDWATCH_QUOTED =
  "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/";

/** When the pages and quotations were read. */
const READ = "2026-11";

/** As far back as what was assumed was known. */
const KNOWN = "2025-01";

export const prices = {
  lambdaRequest: {
    dollars: 0.2 / 1e6,
    per: "invocation",
    page: LAMBDA,
    month: READ,
    quotedIn: LAMBDA_QUOTED,
  },
  lambdaSecond: {
    dollars: 0.0000133334,
    per: "GB and second, arm64",
    page: LAMBDA,
    month: READ,
    quotedIn: LAMBDA_QUOTED,
  },
  lambdaDisk: {
    dollars: 0.0000000308,
    per: "GB of disk and second, above the 512 MB that each function has for nothing",
    page: LAMBDA,
    month: READ,
    quotedIn: "https://github.com/nulib/treetop-discovery/pull/21",
    ofYear: 2025,
  },
  sqsRequest: {
    dollars: 0.4 / 1e6,
    per: "request, for each begun 64 KB",
    page: "https://aws.amazon.com/sqs/pricing/",
    month: READ,
    quotedIn: "https://cloudburn.io/blog/amazon-sqs-pricing",
  },
  s3Put: { dollars: 0.005 / 1000, per: "PUT or LIST", page: S3, month: KNOWN, assumed: true },
  s3Get: { dollars: 0.0004 / 1000, per: "GET", page: S3, month: KNOWN, assumed: true },
  s3Month: {
    dollars: 0.023,
    per: "GB and month, S3 Standard",
    page: S3,
    month: READ,
    quotedIn: "https://gist.github.com/EverettBerry/a37438006529a55f42da6fdbc44a505c",
    ofYear: 2022,
  },
  kmsKey: {
    dollars: 1,
    per: "key and month, and as much for each of its first two rotations",
    page: KMS,
    month: READ,
  },
  kmsRequest: {
    dollars: 0.03 / 10_000,
    per: "request",
    page: KMS,
    month: READ,
    quotedIn: "https://www.wring.co/blog/aws-kms-pricing-guide",
  },
  metric: {
    dollars: 0.3,
    per: "custom metric and month",
    page: CLOUDWATCH,
    month: READ,
    quotedIn: "https://github.com/nishinoshake/aws-rough/issues/37",
    ofYear: 2022,
  },
  alarm: {
    dollars: 0.1,
    per: "metric of an alarm and month",
    page: CLOUDWATCH,
    month: READ,
    quotedIn: INFRACOST,
  },
  dashboard: {
    dollars: 3,
    per: "dashboard and month",
    page: CLOUDWATCH,
    month: READ,
    quotedIn: CLOUDWATCH_QUOTED,
  },
  logGigabyte: {
    dollars: 0.5,
    per: "GB of logs taken in",
    page: CLOUDWATCH,
    month: READ,
    quotedIn: CLOUDWATCH_QUOTED,
  },
  logMonth: {
    dollars: 0.03,
    per: "GB of logs kept for a month",
    page: CLOUDWATCH,
    month: READ,
    quotedIn: INFRACOST,
  },
  httpRequest: {
    dollars: 1 / 1e6,
    per: "request to an HTTP API, for each begun 512 KB",
    page: "https://aws.amazon.com/api-gateway/pricing/",
    month: READ,
    quotedIn: "https://awsforengineers.com/blog/aws-api-gateway-pricing-explained",
  },
  trace: {
    dollars: 5 / 1e6,
    per: "trace recorded by X-Ray",
    page: "https://aws.amazon.com/xray/pricing/",
    month: READ,
  },
  outGigabyte: {
    dollars: 0.09,
    per: "GB sent to the internet",
    page: "https://aws.amazon.com/ec2/pricing/on-demand/",
    month: READ,
    quotedIn: "https://awsforengineers.com/blog/aws-api-gateway-pricing-explained",
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;

/** Not in what a month costs, as the shipped files name none: a secret in Secrets Manager; those of Parameter Store are free. */
export const secretMonth: Price = {
  dollars: 0.4,
  per: "secret and month in Secrets Manager",
  page: "https://aws.amazon.com/secrets-manager/pricing/",
  month: READ,
  quotedIn:
    "https://raw.githubusercontent.com/api-evangelist/amazon-secrets-manager/refs/heads/main/plans/amazon-secrets-manager-plans-pricing.yml",
};
