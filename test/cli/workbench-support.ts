import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after } from "node:test";
import { project } from "../../build/bundle.ts";
import { startAws } from "../../local/aws.ts";
import { startParameters } from "../../local/parameters.ts";
import { temporaryFolder } from "../service/support.ts";
import { ask, comeIn, type Received, type Sent } from "../workbench/serving-support.ts";
import { env } from "./support.ts";

/** `jlt workbench` as it runs. */
export interface Opened {
  readonly url: string;
  /** All that it has printed. */
  readonly printed: () => string;
  get<T>(path: string): Promise<T>;
  /** As the page does. */
  send(path: string, sent: Sent): Promise<Received>;
  /** Ends it as a signal does; gives the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Opens it, and comes in by the address that it prints. */
export const opened = async (
  args: readonly string[],
  {
    folder = project,
    environment = env,
  }: { readonly folder?: string; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<Opened> => {
  const command = ["--disable-warning=ExperimentalWarning", join(project, "cli", "jlt.ts"), "workbench"];
  const child = spawn(process.execPath, [...command, "--port", "0", ...args], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const ended = once(child, "close").finally(() => children.delete(child));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    output += more;
  });
  const errors = text(child.stderr);
  const address = (): string | undefined => /http:[^\s"]+token=[\w-]+/.exec(output)?.[0];
  while (address() === undefined) {
    assert.equal(child.exitCode, null, await Promise.race([errors, "It still runs."]));
    await Promise.race([once(child.stdout, "data"), ended]);
  }
  const url = address() ?? "";
  const headers = await comeIn({ url });
  const send = (path: string, sent: Sent): Promise<Received> => ask({ url }, path, { headers, ...sent });
  return {
    url,
    printed: () => output,
    get: async (path) => {
      const { status, body } = await send(path, {});
      assert.equal(status, 200, body);
      return JSON.parse(body);
    },
    send,
    end: async (signal = "SIGINT") => {
      child.kill(signal);
      const [code] = await ended;
      assert.equal(await errors, "");
      return code;
    },
  };
};

export const STACK = "jupyter-lms-prod";
export const ARCHIVE = "archive-of-the-stack";

/** A stage that was deployed, as far as it is asked: its queues, archive and secrets, and CloudFormation, which knows it. */
export const deployedStage = async () => {
  const inside = `<StackResourceDetail><PhysicalResourceId>${ARCHIVE}</PhysicalResourceId></StackResourceDetail>`;
  const cloudFormation = createServer(async (request, response) => {
    const asked = new URLSearchParams(await text(request));
    response.setHeader("content-type", "text/xml");
    if (asked.get("StackName") !== STACK || asked.get("Action") !== "DescribeStackResource")
      response
        .writeHead(400)
        .end(
          "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack does not exist</Message></Error></ErrorResponse>",
        );
    else
      response.end(
        `<DescribeStackResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStackResourceResult>${inside}</DescribeStackResourceResult></DescribeStackResourceResponse>`,
      );
  });
  await new Promise<void>((listening) => cloudFormation.listen(0, "127.0.0.1", listening));
  const aws = await startAws(await temporaryFolder());
  const parameters = await startParameters(
    new Map([["/jupyter-lms/prod/pseudonyms", "a-key-of-pseudonyms-of-more-than-32-bytes"]]),
  );
  aws.makeBucket(ARCHIVE);
  for (const queue of ["events", "deliver-campus-lrs", "deliver-campus-caliper"])
    aws.makeQueue(`${STACK}-${queue}`, { visibility: 30, tries: 5 });
  after(async () => {
    cloudFormation.close();
    cloudFormation.closeAllConnections();
    await Promise.all([aws.stop(), parameters.stop()]);
  });
  const { port } = cloudFormation.address() as AddressInfo;
  return {
    aws,
    environment: {
      ...env,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "somebody",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_S3: aws.address,
      AWS_ENDPOINT_URL_SQS: aws.address,
      AWS_ENDPOINT_URL_SSM: parameters.address,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: parameters.address,
      AWS_EC2_METADATA_DISABLED: "true",
    },
  };
};
