/** What a request to AWS needs rights for, as the services' own references say. */
import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { isObject, parseJson } from "../../src/event/json.ts";
import type { Need } from "./iam-policy.ts";
import { ACCOUNT, type Keys } from "./iam-stack.ts";
import { REGION } from "./stack.ts";

export interface AwsRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Service = "s3" | "sqs" | "ssm" | "secretsmanager";

export interface Asked {
  readonly service: Service;
  /** What is needed for the request to have any effect. */
  readonly needs: readonly Need[];
  /** What is needed besides for an answer that is known already. */
  readonly afterwards?: (status: number, body: Buffer) => readonly Need[];
}

/** Throws for what no function of ours asks. */
export const askedBy = (request: AwsRequest, keys: Keys): Asked => {
  const [service = "", operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  switch (service) {
    case "AmazonSQS":
      return { service: "sqs", needs: queueNeeds(operation, jsonIn(request.body), keys) };
    case "AmazonSSM":
      return { service: "ssm", needs: parameterNeeds(operation, jsonIn(request.body)) };
    case "secretsmanager":
      return {
        service: "secretsmanager",
        needs: [],
        afterwards: (status, body) => (status === 200 ? [secretNeed(operation, body)] : []),
      };
    default:
      return { service: "s3", ...archiveNeeds(request, keys) };
  }
};

const jsonIn = (body: Buffer): Readonly<Record<string, unknown>> => {
  const read = parseJson(body.toString("utf8"));
  assert.ok("value" in read && isObject(read.value), "A request is not understood.");
  return read.value;
};

/** A batch needs what its single request does: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
const queueNeeds = (
  operation: string,
  { QueueUrl }: Readonly<Record<string, unknown>>,
  keys: Keys,
): readonly Need[] => {
  const resource = `arn:aws:sqs:${REGION}:${ACCOUNT}:${String(QueueUrl).split("/").at(-1)}`;
  return queueNeedsOf(operation.replace(/Batch$/, ""), resource, keys);
};

/** What an action of SQS needs, on a queue: also what Lambda itself does with a function's role. */
export const queueNeedsOf = (action: string, resource: string, keys: Keys): readonly Need[] => {
  const key = keys.get(resource);
  const used: Readonly<Record<string, readonly string[]>> = {
    SendMessage: ["GenerateDataKey", "Decrypt"],
    ReceiveMessage: ["Decrypt"],
  };
  return [
    { action: `sqs:${action}`, resource, context: TLS },
    ...(key === undefined ? [] : (used[action] ?? []).map((each) => keyNeed(each, key, "sqs"))),
  ];
};

const TLS = { "aws:SecureTransport": "true" };

const keyNeed = (action: string, resource: string, service: "sqs" | "s3"): Need => ({
  action: `kms:${action}`,
  resource,
  context: { ...TLS, "kms:ViaService": `${service}.${REGION}.amazonaws.com` },
});

/** What is a SecureString is under a key of AWS's, which takes no right of the role: see infra/roles.ts. */
const parameterNeeds = (operation: string, { Names }: Readonly<Record<string, unknown>>): readonly Need[] => {
  assert.ok(Array.isArray(Names), `${operation} is not understood.`);
  return Names.map((name) => ({
    action: `ssm:${operation}`,
    resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`,
    context: TLS,
  }));
};

/** A secret's ARN has letters at its end that only Secrets Manager knows. */
const secretNeed = (operation: string, body: Buffer): Need => ({
  action: `secretsmanager:${operation}`,
  resource: String(jsonIn(body).ARN),
  context: TLS,
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const archiveNeeds = ({ method, path, headers, body }: AwsRequest, keys: Keys): Omit<Asked, "service"> => {
  const { pathname, searchParams: query } = new URL(path, "http://s3");
  const [, name = "", encoded = ""] = /^\/([^/]+)\/?(.*)$/s.exec(pathname) ?? [];
  const bucket = `arn:aws:s3:::${name}`;
  const key = decodeURIComponent(encoded);
  const resource = `${bucket}/${key}`;
  const dataKey = keys.get(bucket);
  const via = (action: string): readonly Need[] =>
    dataKey === undefined ? [] : [keyNeed(action, dataKey, "s3")];
  const on = (action: string): Need => ({ action, resource, context: { ...TLS, ...saidIn(headers) } });
  const ofVersion = query.has("versionId") ? "Version" : "";
  if (key === "") return { needs: bucketNeeds(method, query, bucket, body) };
  switch (method) {
    case "PUT":
      assert.ok(
        [...query.keys()].every((each) => each === "x-id") && !("x-amz-copy-source" in headers),
        path,
      );
      // Whoever learns by it whether an object is as it was, must be allowed to read it: S3 says so of deletions.
      return {
        needs: [
          on("s3:PutObject"),
          ...("if-match" in headers ? [on("s3:GetObject")] : []),
          ...via("GenerateDataKey"),
        ],
      };
    case "GET":
    case "HEAD":
      return {
        needs: [on(`s3:GetObject${ofVersion}`)],
        // To whom may not list, S3 does not tell what is missing from what is forbidden.
        afterwards: (status) =>
          status === 404
            ? [{ action: "s3:ListBucket", resource: bucket, context: TLS, about: key }]
            : status < 300
              ? via("Decrypt")
              : [],
      };
    case "DELETE":
      return { needs: [on(`s3:DeleteObject${ofVersion}`)] };
    default:
      return assert.fail(`${method} ${path} is not understood.`);
  }
};

const bucketNeeds = (
  method: string,
  query: URLSearchParams,
  bucket: string,
  body: Buffer,
): readonly Need[] => {
  if (method === "POST" && query.has("delete")) return deletions(body.toString("utf8"), bucket);
  assert.equal(method, "GET");
  const action = query.has("versions") ? "s3:ListBucketVersions" : "s3:ListBucket";
  assert.ok(query.has("versions") || query.get("list-type") === "2", `${query} is not understood.`);
  const prefix = query.get("prefix");
  return [{ action, resource: bucket, context: { ...TLS, ...(prefix !== null && { "s3:prefix": prefix }) } }];
};

/** Each object that is to be deleted in one request needs its own right. */
const deletions = (xml: string, bucket: string): readonly Need[] =>
  [...xml.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object = ""]) => {
    const [, key = ""] = /<Key>(.*?)<\/Key>/s.exec(object) ?? [];
    // Keys of ours have nothing in them that XML writes otherwise.
    assert.doesNotMatch(key, /&/);
    const action = object.includes("<VersionId>") ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
    return { action, resource: `${bucket}/${key}`, context: TLS };
  });

const SAID = [
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-customer-algorithm",
] as const;

/** What the bucket's policy asks of headers. */
const saidIn = (headers: AwsRequest["headers"]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    SAID.filter((name) => headers[name] !== undefined).map((name) => [`s3:${name}`, String(headers[name])]),
  );
