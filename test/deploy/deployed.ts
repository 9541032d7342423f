/** A stage that is deployed once for all tests of `deploy.test.ts`, and Lambda for it. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { type Fed, feed } from "../../local/feed.ts";
import { type LocalHub, localHub } from "../../local/hub.ts";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { queueDepth } from "../../src/aws/queue.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { type Deployment, deploy, type Endings, STAGE } from "./deployment.ts";
import { machine } from "./machine.ts";
import { type Lambda, startLambda } from "./running.ts";

const found = await machine();

/** Why these tests are skipped, if they are. */
export const skip = found.missing ?? false;

export let deployment: Deployment;
export let lambda: Lambda;

before(async () => {
  if (found.missing !== undefined) return;
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-deploy-"));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  deployment = await deploy(folder, found.python, endings);
  lambda = await startLambda(deployment, found.client, endings);
});

const endings: Endings = [];
after(async () => {
  const failures: unknown[] = [];
  for (const end of endings.reverse()) await end().catch((error: unknown) => failures.push(error));
  assert.deepEqual(failures, []);
});

/** The name in AWS of one of the stage's functions or queues. */
export const nameOf = (end: string): string => `jupyter-lms-${STAGE}-${end}`;

/** How many messages one of the stage's queues holds. */
export const depth = (queue: string): Promise<number> =>
  queueDepth(deployment.aws.sqs, lambda.queueUrl(nameOf(queue)));

/** Waits until it is so; fails where it is not within a minute. */
export const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 60_000; !(await isSo()); await sleep(50))
    assert.ok(Date.now() < end, `It does not come to pass that ${what}.`);
};

export const archive = (): EditableBucket =>
  s3Bucket(deployment.aws.s3, deployment.stack.outputs.ArchiveBucket ?? "");

export const keysBelow = async (prefix: string): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of archive().list(prefix)) keys.push(key);
  return keys;
};

export const hub = (): LocalHub => localHub(deployment.hub);

/** The ids of all events that were sent. */
export const sent = new Set<string>();

/** Sends lines of the shipped events to the stage's queue, signed as the hub signs. */
export const send = async (from: number, to?: number): Promise<Fed> => {
  const lines = (await readFile(join(project, "examples", "events.ndjson"), "utf8")).split("\n");
  const file = join(deployment.folder, "events.ndjson");
  await writeFile(file, lines.slice(from, to).join("\n"));
  const { schemas } = await loadSite(deployment.site);
  const queue = lambda.queueUrl(nameOf("events"));
  const fed = await feed(file, deployment.aws.sqs, queue, hub(), eventReader(schemas));
  for (const id of fed.events) sent.add(id);
  return fed;
};
