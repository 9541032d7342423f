import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, it } from "node:test";
import { asFunctions, bundled } from "./bundled.ts";

/** What a service answers, by its path; and how an error of it is told. */
const answers: Readonly<Record<string, readonly [status: number, type: string, body: string, old?: string]>> =
  {
    "/s3/missing": [404, "application/xml", xml("NoSuchKey")],
    "/s3/denied": [403, "application/xml", xml("AccessDenied")],
    "/s3/state": [403, "application/xml", xml("InvalidObjectState")],
    "/s3/slow": [503, "application/xml", xml("SlowDown")],
    "/sqs/gone": [400, "application/x-amz-json-1.0", json("com.amazonaws.sqs#QueueDoesNotExist")],
    "/sqs/old": [
      400,
      "application/x-amz-json-1.0",
      json("com.amazonaws.sqs#QueueDoesNotExist"),
      "AWS.SimpleQueueService.NonExistentQueue;Sender",
    ],
    "/sqs/many": [400, "application/x-amz-json-1.0", json("com.amazonaws.sqs#OverLimit")],
    "/sqs/broken": [500, "application/x-amz-json-1.0", json("com.amazonaws.sqs#InternalError")],
    "/ssm/key": [400, "application/x-amz-json-1.1", json("InvalidKeyId")],
    "/ssm/denied": [400, "application/x-amz-json-1.1", json("AccessDeniedException")],
    "/ssm/broken": [500, "application/x-amz-json-1.1", json("InternalServerError")],
  };

function xml(code: string): string {
  return `<?xml version="1.0"?><Error><Code>${code}</Code><Message>It is so.</Message></Error>`;
}

function json(type: string): string {
  return JSON.stringify({ __type: type, message: "It is so." });
}

/** Asks each service for an error, and tells what the SDK makes of it. */
const ASKING = `
  import { GetObjectCommand, NoSuchKey, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
  import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
  import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
  const keys = { credentials: { accessKeyId: "a", secretAccessKey: "b" }, region: "eu-central-1", maxAttempts: 1 };
  const asks = {
    s3: (endpoint) => new S3Client({ ...keys, endpoint }).send(new GetObjectCommand({ Bucket: "archive", Key: "key" })),
    sqs: (endpoint) =>
      new SQSClient({ ...keys, endpoint, useQueueUrlAsEndpoint: false }).send(
        new SendMessageBatchCommand({ QueueUrl: endpoint, Entries: [{ Id: "0", MessageBody: "a" }] }),
      ),
    ssm: (endpoint) => new SSMClient({ ...keys, endpoint }).send(new GetParametersCommand({ Names: ["a"] })),
  };
  export const errorOf = async (service, endpoint) => {
    const error = await asks[service](endpoint).then(() => undefined, (thrown) => thrown);
    const { name, message, $fault, $metadata } = error;
    const isGone = error instanceof NoSuchKey;
    return { name, message, $fault, status: $metadata.httpStatusCode, isGone, isS3: error instanceof S3ServiceException };
  };
`;

interface Asking {
  readonly errorOf: (service: string, endpoint: string) => Promise<{ readonly name: string }>;
}

describe("an error in a bundle", () => {
  const server = createServer((request, response) => {
    const path = Object.keys(answers).find((each) => request.url?.startsWith(each)) ?? "";
    const [status, type, body, old] = answers[path] ?? [500, "text/plain", ""];
    const headers = { "content-type": type, ...(old !== undefined && { "x-amzn-query-error": old }) };
    request.resume().on("end", () => response.writeHead(status, headers).end(body));
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it("of AWS is told as the whole SDK tells it", async () => {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const [whole, less] = [
      await bundled<Asking>(ASKING, "asking-whole", []),
      await bundled<Asking>(ASKING, "asking-lean", asFunctions()),
    ];
    for (const path of Object.keys(answers)) {
      const [, service = ""] = path.split("/");
      const endpoint = `http://127.0.0.1:${port}${path}`;
      const told = await less.errorOf(service, endpoint);
      assert.deepEqual(told, await whole.errorOf(service, endpoint), path);
      assert.notEqual(told.name, "Error", path);
    }
  });

  it("of tokens has its own name", async () => {
    const { names } = await bundled<{ readonly names: readonly string[] }>(
      `import { errors } from "jose";
       import { OperationProcessingError, ResponseBodyError, UnsupportedOperationError } from "oauth4webapi";
       const { JWTExpired, JWSSignatureVerificationFailed, JWKSTimeout, JOSEError } = errors;
       export const names = [
         new JWTExpired("", {}), new JWSSignatureVerificationFailed(), new JWKSTimeout(), new JOSEError(""),
         new OperationProcessingError(""), new UnsupportedOperationError(""),
         new ResponseBodyError("", { cause: { error: "" }, response: new Response() }),
       ].map(({ name }) => name);`,
      "names",
      asFunctions(),
    );
    assert.deepEqual(names, [
      "JWTExpired",
      "JWSSignatureVerificationFailed",
      "JWKSTimeout",
      "JOSEError",
      "OperationProcessingError",
      "UnsupportedOperationError",
      "ResponseBodyError",
    ]);
  });
});
