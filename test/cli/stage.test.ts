import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { startAws } from "../../local/aws.ts";
import { startParameters } from "../../local/parameters.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { type FailedRecord, failedLine } from "../../src/archive/records.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { temporaryFolder } from "../service/support.ts";
import type { Answer } from "./support.ts";

const ARCHIVE = "archive-of-the-stack";
const STACK = "jupyter-lms-prod";

/** CloudFormation, as far as the command asks it: one stack, whose archive it knows. */
const cloudFormation = createServer(async (request, response) => {
  const asked = new URLSearchParams(await text(request));
  const stack = asked.get("StackName");
  response.setHeader("content-type", "text/xml");
  if (stack === "jupyter-lms-secret") {
    const message = "User: someone is not authorized to perform: cloudformation:DescribeStackResource.";
    response.writeHead(403).end(errorXml("AccessDenied", message));
  } else if (stack === "jupyter-lms-old") response.writeHead(403).end(errorXml("ExpiredToken", "Expired."));
  else if (stack !== STACK || asked.get("LogicalResourceId") !== "Archive")
    response.writeHead(400).end(errorXml("ValidationError", `Stack '${stack}' does not exist`));
  else
    response.end(
      `<DescribeStackResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStackResourceResult><StackResourceDetail><PhysicalResourceId>${ARCHIVE}</PhysicalResourceId></StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>`,
    );
});

const errorXml = (code: string, message: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

await new Promise<void>((listening) => cloudFormation.listen(0, "127.0.0.1", listening));
const aws = await startAws(await temporaryFolder());
const parameters = await startParameters(
  new Map([["/jupyter-lms/prod/pseudonyms", "a-key-of-pseudonyms-of-more-than-32-bytes"]]),
);
after(async () => {
  cloudFormation.close();
  cloudFormation.closeAllConnections();
  await Promise.all([aws.stop(), parameters.stop()]);
});

const { port } = cloudFormation.address() as AddressInfo;
const environment = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "somebody",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${port}`,
  AWS_ENDPOINT_URL_S3: aws.address,
  AWS_ENDPOINT_URL_SQS: aws.address,
  AWS_ENDPOINT_URL_SSM: parameters.address,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: parameters.address,
  AWS_EC2_METADATA_DISABLED: "true",
};

/** Runs the command with AWS where `environment` says. */
const jlt = async (args: readonly string[], changes: NodeJS.ProcessEnv = {}): Promise<Answer> => {
  const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, PATH, HOME } = process.env;
  const options = ["--disable-warning=ExperimentalWarning", join(project, "cli", "jlt.ts")];
  const env = { PATH, HOME, ...environment, ...changes };
  const child = spawn(process.execPath, [...options, ...args], { cwd: project, env });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.end();
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
};

const record: FailedRecord = {
  id: "11111111-1111-5111-8111-111111111111",
  event: "22222222-2222-5222-8222-222222222222",
  endpoint: "campus-lrs",
  at: new Date().toISOString(),
  mapping: "jupyter-server/contents",
  mappingHash: "0123456789ab",
  translation: "jupyter-server/contents:saved",
  class: "setAside",
  reason: "endpoint.refused",
  detail: "The endpoint answered 422.",
  status: 422,
  statement: { id: "11111111-1111-5111-8111-111111111111" },
};

describe("jlt with a stage that was deployed", async () => {
  aws.makeBucket(ARCHIVE);
  for (const queue of ["events", "deliver-campus-lrs", "deliver-campus-caliper"])
    aws.makeQueue(`${STACK}-${queue}`, { visibility: 30, tries: 5 });
  const bucket = s3Bucket(aws.s3, ARCHIVE);
  await writeLines(bucket, prefixOf("failed", "campus-lrs"), [failedLine(record)]);

  it("finds its archive by its stack, and its queues by their names", async () => {
    const { status, stdout, stderr } = await jlt(["ledger", "--stage", "prod", "--json"]);
    // The record is of a statement that was never made, as the ledger is empty here.
    assert.equal(status, 1, stderr);
    const { stage, queues, faults } = JSON.parse(stdout);
    assert.equal(stage, "prod");
    assert.deepEqual(queues.deliveries, { "campus-caliper": 0, "campus-lrs": 0 });
    assert.deepEqual(
      faults.map(({ fault, endpoint }: Readonly<Record<string, unknown>>) => [fault, endpoint]),
      [["unexplained", "campus-lrs"]],
    );
  });

  it("sends to its queue what is sent again, with its secrets, and finds it there", async () => {
    assert.equal((await jlt(["failures", "--stage", "prod"])).status, 1);
    const { status, stderr } = await jlt(["failures", "retry", "--stage", "prod", "--as-it-was", "--yes"]);
    assert.equal(status, 0, stderr);
    assert.equal((await jlt(["failures", "--stage", "prod"])).status, 0);
    const { queues } = JSON.parse((await jlt(["ledger", "--stage", "prod", "--json"])).stdout);
    assert.equal(queues.deliveries["campus-lrs"], 1);
  });

  it("says what to do where AWS does not let it", async () => {
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", HOME: await temporaryFolder() };
    const troubles = [
      ["test", {}, /There is no stack jupyter-lms-test in us-east-1\. Deploy it/],
      ["test", { AWS_REGION: "" }, /There is no stack jupyter-lms-test in eu-central-1/],
      ["secret", {}, /AWS does not allow it: User: someone is not authorized to perform/],
      ["old", {}, /AWS does not know these credentials, or they have expired \(ExpiredToken\)/],
      ["prod", none, /There are no AWS credentials here\. Sign in/],
      [
        "prod",
        { AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:1" },
        /AWS cannot be reached in us-east-1/,
      ],
      ["prod", { AWS_ENDPOINT_URL_S3: parameters.address }, /^AWS /],
    ] as const;
    await Promise.all(
      troubles.map(async ([stage, changes, words]) => {
        const { status, stdout, stderr } = await jlt(["ledger", "--stage", stage], changes);
        assert.deepEqual([status, stdout], [2, ""], stderr);
        assert.match(stderr, words);
        assert.doesNotMatch(stderr, /^\s+at /m);
      }),
    );
  });

  it("knows one service at a time", async () => {
    for (const args of [
      ["--stage", "prod", "--state", "x"],
      ["--region", "eu-central-1"],
    ])
      assert.equal((await jlt(["ledger", ...args])).status, 2, args.join(" "));
  });
});
