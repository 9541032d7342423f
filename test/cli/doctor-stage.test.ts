import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { project, siteHash } from "../../build/bundle.ts";
import { readFiles } from "../../build/files.ts";
import { startAws } from "../../local/aws.ts";
import { startParameters } from "../../local/parameters.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { asStore, isVoiding } from "../doctor/stores.ts";
import { temporaryFolder } from "../service/support.ts";
import { certificateFor } from "../support/certificate.ts";
import { listening } from "../support/listener.ts";
import { withShippedSite } from "./support.ts";

const STACK = "jupyter-lms-prod";
const ARCHIVE = "archive-of-the-stack";
const PASSWORD = "canary-password-0123456789";

/** What the stack says of the files that it was made of, and of its last deployment. */
let deployed = "";
let state = "UPDATE_COMPLETE";

/** CloudFormation, as far as the command asks it. */
const cloudFormation = createServer(async (request, response) => {
  const asked = new URLSearchParams(await text(request));
  response.setHeader("content-type", "text/xml");
  const [what, inside] =
    asked.get("Action") === "DescribeStacks"
      ? [
          "DescribeStacks",
          `<Stacks><member><StackName>${STACK}</StackName><StackStatus>${state}</StackStatus><Outputs><member><OutputKey>SiteHash</OutputKey><OutputValue>${deployed}</OutputValue></member></Outputs></member></Stacks>`,
        ]
      : [
          "DescribeStackResource",
          `<StackResourceDetail><PhysicalResourceId>${ARCHIVE}</PhysicalResourceId></StackResourceDetail>`,
        ];
  if (asked.get("StackName") === STACK)
    response.end(
      `<${what}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${what}Result>${inside}</${what}Result></${what}Response>`,
    );
  else
    response
      .writeHead(400)
      .end(
        "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack does not exist</Message></Error></ErrorResponse>",
      );
});
await new Promise<void>((resolve) => cloudFormation.listen(0, "127.0.0.1", resolve));

/** What was sent to the store, and what happens before it answers. */
const posted: string[] = [];
let whenPosted = async (): Promise<void> => {};

const certificate = certificateFor(["127.0.0.1"], { until: 10.5 });
const store = await listening(
  createTls(certificate, async (request, response) => {
    const { url = "", headers } = request;
    const body = await text(request);
    if (body !== "") {
      posted.push(body);
      await whenPosted();
    }
    const isOurs = headers.authorization === `Basic ${btoa(`us:${PASSWORD}`)}`;
    const reply = isOurs
      ? asStore(url, body, headers)
      : { status: 401, text: `No: ${headers.authorization}` };
    response.writeHead(reply.status ?? 200).end(reply.text);
  }),
);
const folder = await temporaryFolder();
const authority = join(folder, "authority.pem");
await writeFile(authority, certificate.cert);
const aws = await startAws(folder);
aws.makeBucket(ARCHIVE);
for (const queue of ["events", "deliver-store"])
  aws.makeQueue(`${STACK}-${queue}`, { visibility: 30, tries: 5 });
const secrets = new Map([
  ["/jupyter-lms/prod/pseudonyms", "a-key-of-pseudonyms-of-more-than-32-bytes"],
  ["/jupyter-lms/prod/learner-context", "a-key-of-the-hub-itself-of-more-than-32-bytes"],
  ["/jupyter-lms/prod/store", `us:${PASSWORD}`],
]);
const parameters = await startParameters(secrets);
after(async () => {
  cloudFormation.close();
  cloudFormation.closeAllConnections();
  await Promise.all([aws.stop(), parameters.stop(), store[Symbol.asyncDispose]()]);
});

const environment = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "somebody",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
  AWS_ENDPOINT_URL_S3: aws.address,
  AWS_ENDPOINT_URL_SQS: aws.address,
  AWS_ENDPOINT_URL_SSM: parameters.address,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: parameters.address,
  AWS_EC2_METADATA_DISABLED: "true",
  NODE_EXTRA_CA_CERTS: authority,
};

const STORE = `title: A store
protocol: xapi
version: 1.0.3
url: https://127.0.0.1:${store.port}/xapi
auth: { scheme: basic, secret: ssm:/jupyter-lms/$stage/store }
select: { translations: ["jupyter-server/*"] }
`;

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in a folder with the store's file besides those that are shipped. */
const run = async (
  args: readonly string[],
  changes: NodeJS.ProcessEnv = {},
  begun: (child: ChildProcess) => void = () => {},
): Promise<Ran> => {
  let answer: Ran = { status: null, stdout: "", stderr: "" };
  await withShippedSite(async (site) => {
    await writeFile(join(site, "endpoints", "store.yml"), STORE);
    deployed ||= siteHash((await readFiles(site)).files);
    const { PATH, HOME } = process.env;
    const options = [
      "--disable-warning=ExperimentalWarning",
      join(project, "test", "cli", "doctor-elsewhere.ts"),
    ];
    const env = { PATH, HOME, ...environment, ...changes };
    const command = ["store", "--json", ...args];
    const child = spawn(process.execPath, [...options, ...command], { cwd: site, env });
    begun(child);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.stdin.end();
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    answer = { status, stdout, stderr };
  });
  assert.doesNotMatch(answer.stdout + answer.stderr, /canary/);
  return answer;
};

/** The findings that are not good. */
const findings = async (args: readonly string[], changes: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr } = await run(args, changes);
  assert.equal(stderr, "");
  const all: readonly Finding[] = JSON.parse(stdout).findings;
  const told = all
    .filter(({ end }) => end !== "good")
    .map((each) => `${each.end} ${each.check}: ${each.told}`);
  return { status, told, stdout };
};

describe("jlt doctor of a stage that was deployed", () => {
  it("finds it and all that it has, and asks its endpoint as the functions would", async () => {
    const { status, told } = await findings(["--stage", "prod", "--yes"]);
    assert.deepEqual(told, [
      "note build: Nothing is built here: there is no dist/site.",
      `note certificate: The certificate of 127.0.0.1:${store.port} is trusted, and is valid for 10 more days.`,
    ]);
    assert.equal(status, 0);
  });

  it("voids its test statement before it ends, whoever ends it", async () => {
    let child: ChildProcess | undefined;
    posted.length = 0;
    whenPosted = async () => {
      if (posted.length > 1) return;
      child?.kill("SIGINT");
      await sleep(300);
    };
    const { status, stdout } = await run(["--stage", "prod", "--yes"], {}, (begun) => {
      child = begun;
    });
    whenPosted = async () => {};
    assert.deepEqual(posted.map(isVoiding), [false, true]);
    // It did end then: nothing was told.
    assert.deepEqual([status, stdout], [130, ""]);
  });

  it("says that the last deployment was taken back", async () => {
    state = "UPDATE_ROLLBACK_COMPLETE";
    const { status, told } = await findings(["--stage", "prod", "--no-send"]);
    state = "UPDATE_COMPLETE";
    assert.equal(status, 0);
    assert.ok(
      told.some((each) => /^note deployed: The stack is in the state UPDATE_ROLLBACK_COMPLETE: /.test(each)),
    );
  });

  it("tells what is deployed from what lies here, and a certificate that this machine does not trust", async () => {
    const right = deployed;
    deployed = "0123456789abcdef";
    const { status, told } = await findings(["--stage", "prod", "--yes"], { NODE_EXTRA_CA_CERTS: "" });
    deployed = right;
    assert.equal(status, 1);
    assert.ok(told.includes("bad deployed: What is deployed is not what lies here."));
    assert.ok(told.some((each) => /^bad certificate: .*nobody but itself has signed/.test(each)));
    assert.ok(told.includes("skipped statement: Its certificate must be right first."));
  });

  it("tells which secret is missing or wrong, in the file, and shows no part of any", async () => {
    secrets.delete("/jupyter-lms/prod/pseudonyms");
    secrets.set("/jupyter-lms/prod/store", `us:${PASSWORD}-of-old`);
    const { status, told } = await findings(["--stage", "prod", "--yes"]);
    assert.equal(status, 1);
    assert.ok(
      told.some((each) => /^bad secrets: translator\.yml:\d+:\d+ There is no secret ssm:/.test(each)),
      String(told),
    );
    assert.ok(
      told.some((each) => /^bad authentication: It does not know us \(401\)/.test(each)),
      String(told),
    );
  });

  it("says what to do where AWS does not let it look, and goes on to the endpoint's host", async () => {
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", HOME: await temporaryFolder() };
    for (const [args, changes, words] of [
      [["--stage", "test"], {}, /^bad service: There is no stack jupyter-lms-test in us-east-1\. Deploy it/],
      [["--stage", "prod"], none, /^bad service: There are no AWS credentials here\. Sign in/],
      [
        ["--stage", "prod"],
        { AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:1" },
        /^bad service: AWS cannot be reached in us-east-1/,
      ],
    ] as const) {
      const { status, told } = await findings(args, changes);
      assert.equal(status, 1);
      assert.ok(
        told.some((each) => words.test(each)),
        String(told),
      );
      assert.ok(told.includes("skipped authentication: Its secret cannot be had."));
      assert.ok(told.some((each) => /^note certificate: /.test(each)));
    }
  });
});
