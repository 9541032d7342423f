/** What happens when several are at work on one archive, each as fast as it may be. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { intoTables } from "../support/tables.ts";
import { everyLine } from "./lines.ts";
import { acts } from "./outcome.ts";
import { archiveBatch, idsBegin } from "./support.ts";

export const ADA = "ada";
export const GRACE = "grace";
export const OTHER = "katherine";

/** The lines of a learner, in order, as often as they are there. */
export const linesOf = async ({ objects }: MemoryBucket, username: string): Promise<readonly string[]> =>
  (await everyLine(objects)).filter((line) => line.includes(idsBegin(username))).sort();

/** Fails where one of these lines is lost, or there is another. Tells how many of them are there more often than before. */
export const assertNoneLost = async (
  bucket: MemoryBucket,
  username: string,
  before: readonly string[],
): Promise<number> => {
  const now = await linesOf(bucket, username);
  const unlike = [...new Set(now)].filter((line) => !before.includes(line));
  assert.deepEqual([before.filter((line) => !now.includes(line)), unlike], [[], []]);
  return now.length - before.length;
};

/** Events lie in objects of lines, in tables, or, where some came late, in both. */
export const layouts = ["lines", "tables", "both"] as const;

export const archive = async (
  batches = 4,
  layout: (typeof layouts)[number] = "lines",
): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (let at = 0; at < batches; at++) {
    await archiveBatch(
      bucket,
      [ADA, GRACE, OTHER].flatMap((name) => acts(name, 2 * batches).slice(2 * at, 2 * at + 2)),
    );
    if (layout === "both" && at === 0) await intoTables(bucket);
  }
  if (layout === "tables") await intoTables(bucket);
  return bucket;
};

/** Each operation takes its time, as on a network: as many turns as the numbers say, over and over. */
export const slow = (bucket: EditableBucket, turns: readonly number[]): EditableBucket => {
  let at = 0;
  const wait = async (): Promise<void> => {
    for (let left = turns[at++ % turns.length] ?? 0; left > 0; left--) await new Promise(setImmediate);
  };
  const after =
    <A extends readonly unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await wait();
      return run(...args);
    };
  return {
    put: after(bucket.put),
    get: after(bucket.get),
    find: after(bucket.find),
    replace: after(bucket.replace),
    remove: after(bucket.remove),
    removeEarlier: after(bucket.removeEarlier),
    discard: after(bucket.discard),
    open: after(bucket.open),
    discarded: bucket.discarded,
    list: async function* (prefix) {
      await wait();
      const keys: string[] = [];
      for await (const key of bucket.list(prefix)) keys.push(key);
      yield* keys;
    },
  };
};

export const turns = fc.array(fc.nat({ max: 12 }), { minLength: 3, maxLength: 40 });

export const layout = fc.constantFrom(...layouts);
