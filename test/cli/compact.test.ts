import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { type LocalAws, startAws } from "../../local/aws.ts";
import { BUCKET } from "../../local/names.ts";
import { openState } from "../../local/state.ts";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import { type EditableBucket, isDayFile } from "../../src/archive/layout.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { archive, type Event, SOURCES } from "../compaction/support.ts";
import { temporaryFolder } from "../service/support.ts";
import { jlt } from "./support.ts";

const today = dayOf(Date.now());
const [RECENT, OLD] = [daysAfter(today, -3), daysAfter(today, -100)];

const events = (day: string): readonly Event[] =>
  ["ada", "grace", "ada"].map((who, number) => ({
    number,
    who,
    source: SOURCES[number % 2] ?? SOURCES[0],
    hour: number,
    day,
  }));

const inArchive = async <T>(folder: string, use: (bucket: EditableBucket, aws: LocalAws) => Promise<T>) => {
  const aws = await startAws(folder);
  try {
    aws.makeBucket(BUCKET);
    return await use(s3Bucket(aws.s3, BUCKET), aws);
  } finally {
    await aws.stop();
  }
};

/** The folder of a local service that has ended, with events of two days. */
const stateFolder = async (): Promise<string> => {
  const folder = join(await temporaryFolder(), "state");
  const state = await openState(folder, true);
  await inArchive(folder, async (bucket) => {
    for (const day of [RECENT, OLD]) await archive(bucket, events(day));
  });
  await state.close();
  return folder;
};

const keysOf = (folder: string, prefix: string): Promise<readonly string[]> =>
  inArchive(folder, async (bucket) => {
    const keys: string[] = [];
    for await (const key of bucket.list(prefix)) keys.push(key);
    return keys.sort();
  });

const compact = (folder: string, ...args: readonly string[]) =>
  jlt(project, ["compact", "--state", folder, ...args]);

describe("jlt compact", () => {
  it("tells what it would do, does it, and then has nothing to do", async () => {
    const folder = await stateFolder();
    const before = await keysOf(folder, "raw/");
    const dry = await compact(folder, "--dry-run");
    assert.deepEqual([dry.status, dry.stderr], [0, ""]);
    assert.match(
      dry.stdout,
      new RegExp(
        `^${RECENT}  3 events from 2 sources: 3 objects \\([\\d.]+ kB\\) would become 2 tables \\([\\d.]+ kB\\)\n1 day would be put into tables`,
      ),
    );
    assert.deepEqual(await keysOf(folder, "raw/"), before);
    const { status, stdout } = await compact(folder);
    assert.equal(status, 0);
    assert.equal(stdout, dry.stdout.replace("would become", "became").replace("would be put", "put"));
    const after = await keysOf(folder, "raw/");
    assert.equal(after.filter((key) => key.startsWith(`raw/dt=${RECENT}/`) && isDayFile(key)).length, 2);
    assert.equal(after.filter((key) => key.startsWith(`raw/dt=${OLD}/`) && !isDayFile(key)).length, 3);
    assert.equal(after.length, 5);
    assert.deepEqual(await keysOf(folder, "jobs/"), []);
    const again = await compact(folder);
    assert.deepEqual([again.status, again.stderr], [0, ""]);
    assert.match(again.stdout, /^No finished day has anything that is not in a table/);
  });

  it("takes older days where it is asked to, says what it passed over, and gives data", async () => {
    const folder = await stateFolder();
    const damaged = `raw/dt=${OLD}/hour=05/${"a".repeat(32)}.nobody.ndjson.gz`;
    await inArchive(folder, (bucket) => bucket.put(damaged, Buffer.from("secret ada")));
    const { status, stdout, stderr } = await compact(folder, "--from", OLD, "--to", OLD, "--json");
    const { days, passedOver, dryRun } = JSON.parse(stdout);
    assert.deepEqual([status, stderr, dryRun], [1, "", false]);
    assert.deepEqual(
      passedOver.map(({ key, why }: { key: string; why: string }) => [key, why]),
      [[damaged, "damaged"]],
    );
    assert.deepEqual(
      days.map(({ day, end, events }: { day: string; end: string; events: object }) => [day, end, events]),
      [[OLD, "done", { [SOURCES[0]]: 2, [SOURCES[1]]: 1 }]],
    );
    assert.doesNotMatch(stdout, /ada/);
    const left = await keysOf(folder, `raw/dt=${OLD}/`);
    assert.deepEqual(
      left.filter((key) => !isDayFile(key)),
      [damaged],
    );
  });

  it("takes no day that is not over, and says so", async () => {
    for (const [args, words] of [
      [["--from", OLD, "--to", today], /Only days that are over/],
      [["--to", OLD], /--from is missing/],
      [["--from", "yesterday"], /--from takes a day/],
    ] as const) {
      const { status, stdout, stderr } = await jlt(project, ["compact", ...args]);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, words);
    }
  });
});
