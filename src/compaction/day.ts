/**
 * The story of a day: all that it has is read, put into new tables, and these are fetched again and counted. Only where
 * every object that was read is still there then, what is in the new tables is discarded. Whoever is cut off before
 * leaves tables that count for nothing, which the next run takes back; whoever is cut off after leaves some rows twice,
 * which the next run sees.
 *
 * Others may be at work: an erasure puts lines under new names and removes the objects that they were in, functions put
 * what came late, and another run may do the same. What has a name never becomes anything else, as names derive from
 * what is in an object or are never used again; so that it is still there tells that it is as it was.
 */
import type { OnTrouble } from "../archive/damaged.ts";
import { dayIn } from "../archive/days.ts";
import { type Job, JobOvertaken } from "../archive/job.ts";
import { type EditableBucket, prefixOf } from "../archive/layout.ts";
import { Changed } from "./inputs.ts";
import { type Compacting, takeUpCompaction } from "./job.ts";
import { type Merged, mergeSource, UnlikeTables } from "./merge.ts";
import { ensureUnmoved } from "./moving.ts";
import { type DayRead, readDay } from "./read-day.ts";
import { type Sorter, sorter } from "./sort.ts";
import type { Tables } from "./tables.ts";

export interface DayParts extends Pick<Tables, "bucket" | "columns" | "readValues" | "largest"> {
  /** Nothing is changed. */
  readonly isDry?: boolean | undefined;
  /** Told of what is damaged or foreign, and stays as it is. */
  readonly onTrouble: OnTrouble;
  /** Told of each object that was read. */
  readonly onObject?: (() => void) | undefined;
  /** Whether there is time to go on. */
  readonly hasTime?: (() => boolean) | undefined;
  /** Characters of lines that are in memory at once. */
  readonly inMemory?: number | undefined;
}

/** What became of a day. */
export interface CompactedDay {
  readonly day: string;
  /**
   * `done`; `nothing`: there was nothing to be done; `busy`: others are at work on it; `late`: the time ran out;
   * `failed`: it cannot be done. But for the first, all is as it was.
   */
  readonly end: "done" | "nothing" | "busy" | "late" | "failed";
  /** What kind of error it was, where it failed: never its message, which may hold what is in the archive. */
  readonly error?: string;
  /** Rows, by source. */
  readonly events: Readonly<Record<string, number>>;
  /** What was read, and what is in its place. */
  readonly before: Amount;
  readonly after: Amount;
}

export interface Amount {
  readonly objects: number;
  readonly bytes: number;
}

/** Thrown where the time runs out. */
class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

/** So often a day is begun anew, as others change it. */
const TRIES = 4;

/** Puts a day's events into tables. Throws UnlikeTables, and where the archive does not answer; it can be run again. */
export const compactDay = async (parts: DayParts, day: string): Promise<CompactedDay> => {
  const { bucket } = parts;
  try {
    const job = parts.isDry === true ? undefined : await takeUpCompaction(bucket, day);
    const isMixed = await discardReplaced(bucket, job?.left);
    for (let tries = 0; tries < TRIES; tries++) {
      const compacted = await compactOnce(parts, day, job, isMixed);
      if (compacted === undefined) continue;
      await job?.end().catch(passOvertaken);
      return compacted;
    }
    return notDone(day, "busy");
  } catch (error) {
    if (error instanceof JobOvertaken) return notDone(day, "busy");
    if (error instanceof OutOfTime) return notDone(day, "late");
    throw error;
  }
};

/** It is done; whoever took over sees so. */
const passOvertaken = (error: unknown): void => {
  if (!(error instanceof JobOvertaken)) throw error;
};

/** What is told of a day that stays as it was. */
export const notDone = (day: string, end: CompactedDay["end"]): CompactedDay => {
  const none = { objects: 0, bytes: 0 };
  return { day, end, events: {}, before: none, after: none };
};

/**
 * Goes on where a run was cut off while it discarded. Where its tables are there, so is everything of those that they
 * replaced. Where one is not, as an erasure has copied it, all tables of the day are to be merged: tells whether.
 */
const discardReplaced = async (bucket: EditableBucket, left: Compacting | undefined): Promise<boolean> => {
  if (left?.isDiscarding !== true) return left?.isMixed === true;
  const isWhole = await areThere(bucket, left.tables);
  if (isWhole && left.replaced.length > 0) await bucket.discard(left.replaced);
  return !isWhole;
};

/** Undefined where others have changed something meanwhile: then all is as it was. */
const compactOnce = async (
  parts: DayParts,
  day: string,
  job: Job<Compacting> | undefined,
  isMixed: boolean,
): Promise<CompactedDay | undefined> => {
  const { bucket, hasTime = () => true } = parts;
  const ensureTime = (): void => {
    if (!hasTime()) throw new OutOfTime();
  };
  const made: string[] = [];
  const note = async (key: string): Promise<void> => {
    made.push(key);
    await job?.note({ tables: made, replaced: [], isDiscarding: false, isMixed });
  };
  const rows = sorter(parts.inMemory);
  try {
    const read = await readDay({ ...parts, ensureTime }, day, rows, isMixed);
    const merged = await mergeAll(read, rows, { ...parts, day, ensureTime, ...(job && { note }) });
    const replaced = merged.flatMap((each) => each.replaced);
    const gone = [...read.small, ...replaced];
    if (job !== undefined && gone.length > 0) {
      // In this order: an erasure that has removed something since shows in what is not there.
      await ensureUnmoved({ bucket, ensureTime }, gone);
      if (!(await areThere(bucket, gone))) throw new Changed();
      await job.note({ tables: made, replaced, isDiscarding: true, isMixed: false });
      await bucket.discard(gone);
    }
    return told(day, read, merged, gone.length > 0);
  } catch (error) {
    if (countsForNothing(error)) for (const key of made) await bucket.remove(key);
    if (error instanceof Changed) return undefined;
    throw error;
  } finally {
    rows.close();
  }
};

const mergeAll = async (read: DayRead, rows: Sorter, tables: Tables): Promise<readonly Merged[]> => {
  const merged: Merged[] = [];
  for (const [source, each] of read.sources) merged.push(await mergeSource(source, each, rows, tables));
  return merged;
};

/** Whether the tables that were made are to be taken back at once. After anything else, the next run knows. */
const countsForNothing = (error: unknown): boolean =>
  error instanceof Changed ||
  error instanceof OutOfTime ||
  error instanceof UnlikeTables ||
  // Whoever took over may have looked for them before they were put, or may know already that they are to stay.
  (error instanceof JobOvertaken && !error.mayBeNoted);

const areThere = async (bucket: EditableBucket, keys: readonly string[]): Promise<boolean> => {
  const there = new Set<string>();
  for (const day of new Set(keys.map(dayIn)))
    for await (const key of bucket.list(`${prefixOf("raw")}dt=${day}/`)) there.add(key);
  return keys.every((key) => there.has(key));
};

const told = (
  day: string,
  { sources, objects, bytes }: DayRead,
  merged: readonly Merged[],
  isDone: boolean,
): CompactedDay => {
  const sum = (count: (each: Merged) => number): number => merged.reduce((all, each) => all + count(each), 0);
  return {
    day,
    end: isDone ? "done" : "nothing",
    events: Object.fromEntries([...sources.keys()].map((source, at) => [source, merged[at]?.rows ?? 0])),
    before: { objects, bytes },
    after: { objects: sum((each) => each.tables), bytes: sum((each) => each.bytes) },
  };
};
