import assert from "node:assert/strict";
import { project } from "../../build/bundle.ts";
import { loadSiteForQuarantine } from "../../build/quarantine-site.ts";
import { type ReadSite, readSite } from "../../build/site.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine } from "../../src/archive/records.ts";
import type { Statement } from "../../src/delivery/pack.ts";
import { takerAgain } from "../../src/recovery/again.ts";
import type { Site } from "../../src/site.ts";
import { learnersOf } from "../../stage/learners.ts";
import type { HeldStage, OpenStage } from "../../stage/stage.ts";
import type { Step } from "../../workbench/api/steps.ts";
import type { Desk, LoadedSite } from "../../workbench/desk.ts";
import type { ArchiveIndex } from "../../workbench/index/archive-index.ts";
import { archiveIndex } from "../../workbench/index/index.ts";
import { by } from "../recovery/support.ts";
import { refused } from "../retell/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { secretsFor } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";
import { heldWith } from "./held.ts";

/** The secret of each endpoint. */
export const STORE_SECRET = "translator:a-password-of-tests";

/** The days that these desks look at. */
export const DAYS = { from: "2026-11-20", to: "2026-12-10" } as const;

export interface DeskOptions {
  readonly bucket?: MemoryBucket;
  readonly site?: Site;
  readonly loaded?: Partial<LoadedSite>;
  readonly kind?: Desk["kind"];
  readonly folder?: string;
  readonly mayWrite?: boolean;
  readonly send?: OpenStage["send"];
  readonly opened?: Partial<HeldStage["opened"]>;
  /** What the index answers, in place of what is read of the bucket. */
  readonly index?: Partial<ArchiveIndex>;
}

/** A desk over an archive in memory, and what was sent from it. */
export interface TestDesk {
  readonly desk: Desk;
  readonly bucket: MemoryBucket;
  readonly sent: readonly { readonly endpoint: string; readonly body: string }[];
}

/** A desk of the shipped site, already refreshed. */
export const testDesk = async (options: DeskOptions = {}): Promise<TestDesk> => {
  const { bucket = memoryBucket(), kind = "running", mayWrite = true } = options;
  const files = await shippedFiles();
  const site = options.site ?? (await shippedSite());
  const sent: { readonly endpoint: string; readonly body: string }[] = [];
  const secrets = secretsFor(site.settings);
  const secret = async (reference: string): Promise<string> => secrets[reference] ?? STORE_SECRET;
  const held = heldWith({
    bucket,
    secret,
    send:
      options.send ??
      (async (endpoint, bodies) => {
        sent.push(...bodies.map((body) => ({ endpoint, body })));
        return bodies.map(() => true);
      }),
    account: { queueUrl: async (name) => `http://127.0.0.1/${name}`, depth: async () => 0, secret },
    opened: { kind, ...options.opened },
  });
  const loaded: LoadedSite = {
    files,
    site,
    problems: [],
    hash: "0123456789abcdef",
    isSame: "same",
    ...options.loaded,
  };
  const index = await indexOver(bucket, loaded, options.index);
  await index.refresh();
  const desk: Desk = {
    kind,
    name: "local",
    folder: options.folder ?? project,
    held,
    mayWrite,
    site: () => loaded,
    index,
    depths: () => [],
    learners: () => learnersOf(held.stage, site.settings),
    refresh: index.refresh,
  };
  return { desk, bucket, sent };
};

let read: Promise<ReadSite> | undefined;

const shippedFiles = (): Promise<ReadSite> => {
  read ??= readSite(project);
  return read;
};

/** The real index, but for what it is to answer. */
const indexOver = async (
  bucket: MemoryBucket,
  { site, files }: LoadedSite,
  answers: Partial<ArchiveIndex> | undefined,
): Promise<ArchiveIndex> => {
  const { schemas, settings } = await loadSiteForQuarantine(files);
  const known = site.schemas.map(({ source }) => source);
  const index = archiveIndex({
    bucket,
    endpoints: site.endpoints.map(({ name }) => name),
    judge: takerAgain({
      schemas: schemas.filter(({ source }) => known.includes(source)),
      trust: settings.trust,
    }),
    days: () => DAYS,
  });
  return answers === undefined ? index : Object.assign(Object.create(index), answers);
};

/** All steps of an act, to its end. */
export const stepsOf = async (steps: AsyncIterable<Step>): Promise<readonly Step[]> => {
  const all: Step[] = [];
  for await (const step of steps) all.push(step);
  return all;
};

/** How an act ended, in words; its steps before must be none that end it. */
export const endOf = async (
  steps: AsyncIterable<Step>,
): Promise<Extract<Step, { readonly end: unknown }>> => {
  const all = await stepsOf(steps);
  const ends = all.filter((step) => "end" in step);
  const [last] = ends;
  assert.ok(last !== undefined && ends.length === 1 && all.at(-1) === last, JSON.stringify(all));
  return last;
};

/** An archive of a learner's saves, of which an endpoint has refused some, each with a status of its own. */
export const refusedArchive = async (
  statuses: readonly number[],
  { endpoint = "campus-lrs", bucket = memoryBucket() }: { endpoint?: string; bucket?: MemoryBucket } = {},
): Promise<{ readonly bucket: MemoryBucket; readonly refused: readonly Statement[] }> => {
  const way = await translating();
  await way.translate(await Promise.all(statuses.map((_, at) => by("ada", `hw${at}.ipynb`))));
  for (const [key, body] of way.bucket.objects) await bucket.put(key, body);
  const told = way.statements(endpoint);
  assert.equal(told.length, statuses.length);
  await writeLines(
    bucket,
    prefixOf("failed", endpoint),
    told.map((each, at) => failedLine(refused(each, endpoint, { status: statuses[at] ?? 400 }))),
  );
  return { bucket, refused: told };
};

/** Waits until something holds. */
export const until = async (holds: () => boolean): Promise<void> => {
  const end = Date.now() + 60_000;
  while (!holds()) {
    assert.ok(Date.now() < end, "It never came to that.");
    await new Promise(setImmediate);
  }
};
