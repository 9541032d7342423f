/** The functions of a deployed stage, as Lambda knows them: settings, packages, and the queues that feed them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { ofType, type Template } from "../package/support.ts";
import type { LambdaFunction } from "./runtime-api.ts";
import { REGION, type Stack } from "./stack.ts";

/** What feeds a function from a queue. */
export interface SourceMapping {
  readonly functionName: string;
  readonly queue: string;
  readonly batchSize: number;
  readonly window: number;
  readonly concurrency: number;
  readonly answers: readonly string[];
}

/** The functions of a stack by their names in AWS, each with its package, which is unpacked below `folder`. */
export const deployedFunctions = async (
  { resources }: Stack,
  template: Template,
  aws: { readonly url: string; readonly s3: S3Client; readonly python: string },
  folder: string,
): Promise<ReadonlyMap<string, LambdaFunction>> => {
  const functions = new Map<string, LambdaFunction>();
  for (const [id, { Properties }] of ofType(template, "AWS::Lambda::Function")) {
    const name = resources.get(id)?.name;
    assert.ok(name !== undefined && name === Properties.FunctionName);
    const settings = await ask(aws.url, `functions/${name}/configuration`);
    const { S3Bucket, S3Key } = Properties.Code as unknown as { S3Bucket: { Ref: string }; S3Key: string };
    const from = { Bucket: resources.get(S3Bucket.Ref)?.name, Key: S3Key };
    const { Body } = await aws.s3.send(new GetObjectCommand(from));
    const home = join(folder, name);
    await mkdir(home, { recursive: true });
    await writeFile(`${home}.zip`, (await Body?.transformToByteArray()) ?? "");
    await run(aws.python, ["-m", "zipfile", "-e", `${home}.zip`, home]);
    functions.set(name, {
      name,
      handler: String(settings.Handler),
      folder: home,
      memory: Number(settings.MemorySize),
      timeout: Number(settings.Timeout) * 1000,
      environment: variablesOf(settings),
    });
  }
  return functions;
};

const run = promisify(execFile);

/** The stack's event source mappings. */
export const sourceMappings = async (aws: string): Promise<readonly SourceMapping[]> => {
  const { EventSourceMappings } = await ask(aws, "event-source-mappings/");
  assert.ok(Array.isArray(EventSourceMappings));
  return EventSourceMappings.filter(isObject).map((each) => ({
    functionName: lastOf(each.FunctionArn),
    queue: lastOf(each.EventSourceArn),
    batchSize: Number(each.BatchSize),
    window: Number(each.MaximumBatchingWindowInSeconds),
    concurrency: Number(isObject(each.ScalingConfig) ? each.ScalingConfig.MaximumConcurrency : 1),
    answers: [each.FunctionResponseTypes].flat().map(String),
  }));
};

const lastOf = (arn: unknown): string => String(arn).split(":").at(-1) ?? "";

/** Lambda's own API, of which the project has no client. moto only looks at which service is meant. */
const ask = async (aws: string, path: string): Promise<JsonObject> => {
  const scope = `20261101/${REGION}/lambda/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=nobody/${scope}, SignedHeaders=host, Signature=none`;
  const answer = await fetch(`${aws}/2015-03-31/${path}`, { headers: { authorization } });
  const told: unknown = await answer.json();
  assert.ok(answer.ok && isObject(told), `Lambda answered ${answer.status} for ${path}.`);
  return told;
};

const variablesOf = ({ Environment }: JsonObject): Readonly<Record<string, string>> => {
  const variables = isObject(Environment) && isObject(Environment.Variables) ? Environment.Variables : {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
};
