import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { type RetryOptions, retryAll } from "../../cli/failures-retry.ts";
import { type Bucket, type EditableBucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine } from "../../src/archive/records.ts";
import { unpack } from "../../src/delivery/pack.ts";
import { readOpenFailures } from "../../src/ledger/failures.ts";
import type { Stage } from "../../stage/stage.ts";
import { failureOf } from "../ledger/support.ts";
import { memoryBucket } from "../support/memory-bucket.ts";

const ENDPOINT = "campus-lrs";
const site = await readSite(project);
const IDS = Array.from({ length: 7 }, (_, at) => `0000000${at}-0000-5000-8000-000000000000`);

/** A service in memory with statements that are set aside, whose queue and archive can fail. */
const stageOf = (bucket: EditableBucket, takes: () => boolean = () => true) => {
  const sent: string[] = [];
  const stage: Stage = {
    name: "memory",
    bucket,
    secret: async () => "a-key-of-pseudonyms-of-more-than-32-bytes",
    depths: async () => ({ events: 0, deliveries: {}, deadLetters: { events: 0, deliveries: {} } }),
    send: async (_, bodies) =>
      bodies.map((body) => {
        if (!takes()) return false;
        sent.push(...unpack(body).statements.map(({ id }) => id));
        return true;
      }),
  };
  return { stage, sent };
};

const withFailures = async (bucket: Bucket): Promise<void> => {
  const about = {
    endpoint: ENDPOINT,
    mapping: "jupyter-server/contents",
    translation: "jupyter-server/contents:saved",
  };
  // In several days, so that there are several objects.
  const failures = IDS.map((id, at) => failureOf(id, `2026-11-1${at}T00:00:00.000Z`, about));
  await writeLines(bucket, prefixOf("failed", ENDPOINT), failures.map(failedLine));
};

const options: RetryOptions = {
  endpoint: ENDPOINT,
  "as-it-was": true,
  "dry-run": false,
  yes: true,
  json: false,
};

/** Runs it without its words on the output of the tests. */
const retry = async (stage: Stage, changes: Partial<RetryOptions> = {}, answer = true): Promise<number> => {
  const { log } = console;
  console.log = () => {};
  try {
    return await retryAll(stage, site, { ...options, ...changes }, async () => answer);
  } finally {
    console.log = log;
  }
};

const open = async (bucket: Bucket): Promise<readonly string[]> =>
  (await readOpenFailures(bucket, ENDPOINT)).map(({ id }) => id);

describe("jlt failures retry", () => {
  it("that is cut off at any moment loses nothing: what was not marked is set aside still", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 8 }), async (most) => {
        let left = Number.POSITIVE_INFINITY;
        const bucket = memoryBucket({ fails: () => left-- <= 0 });
        await withFailures(bucket);
        const { stage, sent } = stageOf(bucket);
        left = most;
        const isCutOff = await retry(stage).then(
          () => false,
          () => true,
        );
        left = Number.POSITIVE_INFINITY;
        const still = await open(bucket);
        for (const id of IDS) assert.ok(still.includes(id) || sent.includes(id), id);
        assert.equal(still.length > 0, isCutOff);
        assert.equal(await retry(stage), 0);
        assert.deepEqual(await open(bucket), []);
        assert.deepEqual([...new Set(sent)].sort(), IDS);
      }),
      { numRuns: 30 },
    );
  });

  it("leaves set aside what the queue does not take, and says so", async () => {
    const bucket = memoryBucket();
    await withFailures(bucket);
    const { stage, sent } = stageOf(bucket, () => false);
    assert.equal(await retry(stage), 1);
    assert.deepEqual([sent, [...(await open(bucket))].sort()], [[], IDS]);
  });

  it("sends nothing where the answer is no, or with --dry-run, and writes nothing", async () => {
    const bucket = memoryBucket();
    await withFailures(bucket);
    const before = bucket.puts.length;
    const { stage, sent } = stageOf(bucket);
    assert.equal(await retry(stage, { yes: false }, false), 0);
    assert.equal(await retry(stage, { "dry-run": true }), 0);
    assert.deepEqual([sent, bucket.puts.length], [[], before]);
  });

  it("sends what is asked for only", async () => {
    const bucket = memoryBucket();
    await withFailures(bucket);
    const { stage, sent } = stageOf(bucket);
    assert.equal(await retry(stage, { since: "2026-11-12", until: "2026-11-13" }), 0);
    assert.deepEqual(sent.sort(), IDS.slice(2, 4));
  });
});
