import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { project } from "../../build/bundle.ts";
import { stackState } from "../../src/aws/stack.ts";
import { troubleWithAws } from "../../src/aws/trouble.ts";
import { temporaryFolder } from "../service/support.ts";
import { listener, type Reply } from "../support/listener.ts";
import { jlt } from "./support.ts";

const xml = { "content-type": "text/xml" };
const failed = (code: string, message: string): Reply => ({
  status: 400,
  headers: xml,
  text: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
});

const credentials = { accessKeyId: "a", secretAccessKey: "b" };

describe("what answers in the place of AWS", () => {
  it("is told from AWS, with its status and without its words", async () => {
    for (const reply of [
      { text: "<!doctype html><title>canary</title><p>Hi<br>" },
      { text: "" },
      { status: 403, text: "<html>canary</html>" },
      { status: 302, headers: { location: "https://portal.example" } },
    ] satisfies readonly Reply[]) {
      await using server = await listener(() => reply);
      const place = {
        region: "us-east-1",
        stage: "prod",
        credentials,
        addresses: { aws: server.url, parameters: server.url },
      };
      const words = `What answered is not AWS (status ${reply.status ?? 200}). Is there a proxy?`;
      const error = await stackState(place, "a-stack").catch((thrown: unknown) => thrown);
      assert.equal(troubleWithAws(error, "us-east-1"), words);
      if (reply.text !== "") {
        const sqs = new SQSClient({ region: "us-east-1", credentials, endpoint: server.url, maxAttempts: 1 });
        const other = await sqs
          .send(new GetQueueUrlCommand({ QueueName: "q" }))
          .catch((thrown: unknown) => thrown);
        assert.equal(troubleWithAws(other, "us-east-1"), words);
      }
    }
  });

  it("may be something else that is no page, of which nothing is shown either", async () => {
    for (const text of ["{}", "canary: busy"]) {
      await using server = await listener(() => ({ text }));
      const place = {
        region: "us-east-1",
        stage: "prod",
        credentials,
        addresses: { aws: server.url, parameters: server.url },
      };
      const error = await stackState(place, "a-stack").catch((thrown: unknown) => thrown);
      assert.equal(
        troubleWithAws(error, "us-east-1"),
        "AWS did not answer in a form that can be read (status 200). Is something else at its address?",
      );
    }
  });

  it("is AWS where it names its error, or the request", async () => {
    await using server = await listener(() => failed("AccessDenied", "Not for you."));
    const place = {
      region: "us-east-1",
      stage: "prod",
      credentials,
      addresses: { aws: server.url, parameters: server.url },
    };
    const error = await stackState(place, "a-stack").catch((thrown: unknown) => thrown);
    assert.match(troubleWithAws(error, "us-east-1") ?? "", /^AWS does not allow it: Not for you\./);
    const bare = Object.assign(new Error("UnknownError"), {
      name: "403",
      $metadata: { httpStatusCode: 403, requestId: "1" },
    });
    assert.match(troubleWithAws(bare, "us-east-1") ?? "", /^AWS could not do it/);
  });
});

describe("jlt doctor says in plain words", () => {
  /** Runs a module with AWS at this address. */
  const running = async (url: string, ...args: readonly string[]) => {
    const { PATH, HOME } = process.env;
    const env = {
      PATH,
      HOME,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: url,
    };
    const options = ["--disable-warning=ExperimentalWarning", ...args];
    const child = spawn(process.execPath, options, { cwd: project, env });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.stdin.end();
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { stdout, stderr, status };
  };
  const asked = ["campus-lrs", "--stage", "prod", "--no-send"];
  const doctor = (url: string) => running(url, join(project, "cli", "jlt.ts"), "doctor", ...asked);

  it("that there is a proxy, or a stack without an archive", async () => {
    for (const [reply, words] of [
      [{ text: "<!doctype html><title>Sign in</title><p>" }, /What answered is not AWS \(status 200\)/],
      [
        failed("ValidationError", "Resource Archive does not exist for stack jupyter-lms-prod"),
        /The stack jupyter-lms-prod is there, and has no archive/,
      ],
    ] as const) {
      await using server = await listener(() => reply);
      const { status, stdout } = await doctor(server.url);
      assert.equal(status, 1, stdout);
      assert.match(stdout, words);
      assert.doesNotMatch(stdout, /no stack/);
    }
  });

  it("what was found so far, where it ends by an error", async () => {
    const { href } = pathToFileURL(join(project, "cli", "doctor.ts"));
    const broken = `import { doctorWith } from ${JSON.stringify(href)};
const isHere = () => { throw new Error("It broke."); };
await doctorWith({ isHere }).run(${JSON.stringify([...asked, "--json"])});`;
    const { status, stdout, stderr } = await running(
      "http://127.0.0.1:1",
      "--input-type=module",
      "-e",
      broken,
    );
    assert.deepEqual([status, /It broke\./.test(stderr)], [1, true]);
    const { unfinished, findings } = JSON.parse(stdout);
    assert.equal(unfinished, true);
    assert.deepEqual([findings[0].check, findings[0].end], ["files", "good"]);
  });

  it("that a region is none", async () => {
    for (const region of ["eu central", "https://x", "EU-CENTRAL-1", "a.b"]) {
      const { status, stderr } = await jlt(project, ["doctor", "--stage", "prod", "--region", region]);
      assert.equal(status, 2);
      assert.match(stderr, /is no region of AWS\. One is called, say, eu-central-1\./);
    }
  });

  it("that the keys of a local service are damaged, and shows nothing of them", async () => {
    const state = join(await temporaryFolder(), "state");
    await mkdir(state);
    await writeFile(join(state, "secrets.json"), '"canary":"abcdef');
    const { status, stdout, stderr } = await jlt(project, ["doctor", "--state", state]);
    assert.equal(status, 1, stderr);
    assert.match(stdout, /✗ wrong {4}service .*secrets\.json is damaged\. Restore it/);
    assert.doesNotMatch(stdout + stderr, /canary|abcdef/);
    const other = await jlt(project, ["ledger", "--state", state]);
    assert.deepEqual([other.status, /secrets\.json is damaged/.test(other.stderr)], [2, true]);
    assert.doesNotMatch(other.stderr, /canary|abcdef/);
  });
});
