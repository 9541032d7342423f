/** What is damaged, or nobody knows how it came there, is named and left out, and nothing else with it. */
import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { BUCKET } from "../../local/names.ts";
import { takeUpCompaction } from "../../src/compaction/job.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { ago, archiveEvents, ask, compacted, type Happening, stateWith } from "./support.ts";

const PER_HOUR = 50;
const DAY = ago(2).slice(0, 10);

const happenings = (hour: number): readonly Happening[] =>
  Array.from({ length: PER_HOUR }, (_, at) => ({
    id: `${hour}-${at}`,
    arrived: ago(2, hour),
    source: "jupyter-server/contents",
    who: "ada",
    event: {
      __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
      __schema_version__: "1",
      __timestamp__: ago(2, hour),
      action: "save",
      path: `${at}-${"x".repeat(at)}.ipynb`,
    },
  }));

const objectsOf = async (): Promise<Map<string, Uint8Array>> => {
  const bucket = memoryBucket();
  for (const hour of [8, 9]) await archiveEvents(bucket, happenings(hour));
  return new Map(bucket.objects);
};

const tableOf = async (): Promise<readonly [string, Uint8Array]> => {
  const bucket = memoryBucket();
  for (const hour of [8, 9]) await archiveEvents(bucket, happenings(hour));
  const [key = ""] = await compacted(bucket);
  return [key, await bucket.get(key)];
};

const COUNT = "select count(*), count(distinct id) from events";
const READ = "select count(*), sum(length(event)), count(username), count(time), count(tag) from events";

describe("An object that is damaged", () => {
  it("is named and left out, wherever it was cut off or changed", async () => {
    const objects = await objectsOf();
    const [[key, body] = assert.fail()] = [...objects].filter(([each]) => each.includes("hour=08"));
    const state = await stateWith(objects);
    const file = join(state, "s3", "buckets", BUCKET, "objects", `${key}.data`);
    const damage = fc.oneof(
      fc.nat({ max: body.length - 1 }).map((to) => body.subarray(0, to)),
      fc
        .tuple(fc.integer({ min: 10, max: body.length - 1 }), fc.integer({ min: 1, max: 255 }))
        .map(([at, by]) => {
          const changed = Uint8Array.from(body);
          changed[at] = (changed[at] ?? 0) ^ by;
          return changed;
        }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (changed) => {
        await writeFile(file, changed);
        const { rows, unread } = await ask(state, COUNT);
        assert.deepEqual([rows, unread], [[[PER_HOUR, PER_HOUR]], [key]]);
      }),
      { numRuns: runs(8) },
    );
    await writeFile(file, body);
    assert.deepEqual(await ask(state, COUNT), { rows: [[2 * PER_HOUR, 2 * PER_HOUR]], unread: [] });
  });

  it("is one with a line that is no JSON", async () => {
    const objects = await objectsOf();
    const key = `raw/dt=${DAY}/hour=10/${"0".repeat(32)}.03f.ndjson.gz`;
    objects.set(key, gzipSync('{"id":"x"}\nsomething\n'));
    const state = await stateWith(objects);
    assert.deepEqual((await ask(state, COUNT)).unread, [key]);
  });

  it("is nobody's trouble who asks for something else", async () => {
    const objects = await objectsOf();
    objects.set(`raw/dt=${DAY}/hour=10/${"0".repeat(32)}.03f.ndjson.gz`, gzipSync("no"));
    assert.deepEqual(await ask(await stateWith(objects), "select count(*) from receipts"), {
      rows: [[0]],
      unread: [],
    });
  });
});

describe("A table that is damaged", () => {
  it("is named and left out, where it was cut off", async () => {
    const [key, body] = await tableOf();
    for (const to of [0, 3, 100, Math.floor(body.length / 2), body.length - 1]) {
      const state = await stateWith(new Map([...(await objectsOf()), [key, body.subarray(0, to)]]));
      const { rows, unread } = await ask(state, COUNT);
      assert.deepEqual([rows, unread], [[[2 * PER_HOUR, 2 * PER_HOUR]], [key]], `${to}`);
    }
  });

  it("is named and left out, or told as it was, where it was changed in the middle", async () => {
    const [key, body] = await tableOf();
    const whole = await ask(await stateWith(new Map([[key, body]])), READ);
    assert.equal(whole.rows[0]?.[0], 2 * PER_HOUR);
    let named = 0;
    for (let at = 4; at < body.length - 8; at += Math.ceil(body.length / 12)) {
      const changed = Uint8Array.from(body);
      changed.fill(0xff, at, at + 3);
      const { rows, unread } = await ask(await stateWith(new Map([[key, changed]])), READ);
      if (unread.length === 0) continue;
      named++;
      assert.deepEqual([rows[0]?.[0], unread], [0, [key]]);
    }
    assert.ok(named > 3, `${named}`);
  });
});

describe("What is foreign", () => {
  it("is named and left out", async () => {
    const objects = await objectsOf();
    const [key = ""] = [...objects.keys()];
    const foreign = [
      "raw/notes.txt",
      `raw/dt=${DAY}/hour=08/copy of ${key.slice(-20)}.bak`,
      `raw/dt=${DAY}/${key.slice(-60)}`,
    ];
    for (const each of foreign) objects.set(each, gzipSync('{"id":"y"}\n'));
    const { rows, unread } = await ask(await stateWith(objects), COUNT);
    assert.deepEqual(rows, [[2 * PER_HOUR, 2 * PER_HOUR]]);
    assert.deepEqual(unread.toSorted(), foreign.toSorted());
  });

  it("is a table of a source that has no mapping any more", async () => {
    const [key, body] = await tableOf();
    const gone = key.replace("jupyter-server.contents", "was-once.here");
    const state = await stateWith(new Map([[gone, body]]));
    assert.deepEqual((await ask(state, COUNT)).unread, [gone]);
    // It is none of the lines in `raw`, so that nothing is missing in these.
    assert.deepEqual((await ask(state, "select count(*) from raw")).unread, []);
  });
});

describe("An archive that is at work", () => {
  it("is asked for no table that its compaction has put and may still take back", async () => {
    const bucket = memoryBucket();
    await archiveEvents(bucket, happenings(8));
    const objects = new Map(bucket.objects);
    const [key = ""] = await compacted(bucket);
    for (const [at, body] of objects) await bucket.put(at, body);
    const job = await takeUpCompaction(bucket, DAY);
    const counts = "select count(*), count_if(kept_as = 'table') from events";
    const asked = async () => (await ask(await stateWith(bucket.objects), counts)).rows;
    const state = { tables: [key], replaced: [], isMixed: false };
    await job.note({ ...state, isDiscarding: false });
    assert.deepEqual(await asked(), [[PER_HOUR, 0]]);
    await job.note({ ...state, isDiscarding: true });
    assert.deepEqual(await asked(), [[PER_HOUR, PER_HOUR]]);
    await job.end();
    assert.deepEqual(await asked(), [[PER_HOUR, PER_HOUR]]);
  });

  it("is asked for everything that is there, while its objects are rewritten under other names", async () => {
    const objects = await objectsOf();
    const state = await stateWith(objects);
    const folder = join(state, "s3", "buckets", BUCKET, "objects");
    let names = [...objects.keys()];
    let copies = 0;
    // As an erasure does: first the copy, and then the object is gone.
    const rewrite = (old: string): string => {
      const copy = old.replace(/[0-9a-f]{32}/, String(copies++).padStart(32, "0"));
      copyFileSync(join(folder, `${old}.data`), join(folder, `${copy}.data`));
      rmSync(join(folder, `${old}.data`));
      return copy;
    };
    for (let delay = 0; delay < 300; delay += 60) {
      const asking = ask(state, COUNT);
      await sleep(delay);
      names = names.map(rewrite);
      assert.deepEqual(await asking, { rows: [[2 * PER_HOUR, 2 * PER_HOUR]], unread: [] });
    }
  });
});
