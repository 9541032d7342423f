/** A stage in an AWS that moto plays: how it gets there, and what is there then. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { project } from "../../build/bundle.ts";
import type { Template } from "../package/support.ts";

export const REGION = "eu-central-1";

/** Anybody is let in: it is on this machine only. */
export const credentials = { accessKeyId: "nobody", secretAccessKey: "nothing" };

/** By which the SDK finds moto instead of AWS, in whatever process. */
export const variablesFor = (aws: string): Readonly<Record<string, string>> => ({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL: aws,
});

/** What the stack tells of the address of an HTTP API that it has no more of than a name: see stack_server.py. */
export const unmadeEndpoint = (name: string): string => `https://${name}.invalid`;

export interface Stack {
  readonly name: string;
  readonly status: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  /** By their logical ids. */
  readonly resources: ReadonlyMap<string, StackResource>;
}

export interface StackResource {
  readonly type: string;
  /** What the resource is called; of what moto cannot make, there is nothing but this. */
  readonly name: string;
  readonly made: boolean;
}

/** Runs `osls` in a site's folder, as an administrator would. Resolves with what it says. */
export const osls = async (folder: string, aws: string, ...args: readonly string[]): Promise<string> => {
  const command = join(project, "node_modules/osls/bin/serverless.js");
  const env = { PATH: process.env.PATH, HOME: folder, ...variablesFor(aws) };
  const { stdout, stderr } = await run(process.execPath, [command, ...args], { cwd: folder, env });
  return stdout + stderr;
};

const run = promisify(execFile);

/** The template that was deployed from a site's folder. */
export const templateIn = async (folder: string): Promise<Template> =>
  JSON.parse(
    await readFile(join(folder, ".serverless", "cloudformation-template-update-stack.json"), "utf8"),
  );

/** What there is of a stack. */
export const describeStack = async (name: string, aws: string): Promise<Stack> => {
  const client = new CloudFormationClient({ region: REGION, endpoint: aws, credentials });
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: name }));
    return {
      name,
      status: stack?.StackStatus,
      outputs: Object.fromEntries(
        (stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
      ),
      resources: new Map(
        StackResources.map(({ LogicalResourceId = "", ResourceType = "", PhysicalResourceId = "" }) => [
          LogicalResourceId,
          {
            type: ResourceType,
            name: PhysicalResourceId,
            made: !PhysicalResourceId.startsWith("unmade-"),
          },
        ]),
      ),
    };
  } finally {
    client.destroy();
  }
};
