import { isDay } from "../archive/days.ts";
import { JOBS, type Job, JobOvertaken, takeUpJob } from "../archive/job.ts";
import type { EditableBucket } from "../archive/layout.ts";
import { isObject, parseJson } from "../event/json.ts";

/**
 * What is kept of a compaction while it goes on. A new table is named before it is put. Until what it replaces is being
 * discarded it counts for nothing: whoever takes the compaction up removes it, as it may have lines that were erased
 * since they were read. From then on it is a table like the others, and nobody takes it back.
 */
export interface Compacting {
  readonly tables: readonly string[];
  /** Tables whose rows are in the new ones. */
  readonly replaced: readonly string[];
  readonly isDiscarding: boolean;
  /** That the day has tables with the same rows, so that all of them are to be merged. */
  readonly isMixed: boolean;
}

/**
 * Takes up the compaction of a day, and takes back what a run before has put and not come to discard anything for.
 * Whoever was at it can go on no more. Throws JobOvertaken.
 */
export const takeUpCompaction = async (bucket: EditableBucket, day: string): Promise<Job<Compacting>> => {
  const job = await takeUpJob(bucket, nameOf(day), readState);
  await takeBack(bucket, job.left);
  return job;
};

/**
 * Takes back the tables that count for nothing yet: for whoever is to rewrite tables, such as an erasure, after it has
 * found them and before it copies any. A copy of such a table would stay, though it may have lines that another erasure
 * has removed since they were read. The compaction says that it was overtaken, and the next one goes on.
 */
export const takeBackTables = async (bucket: EditableBucket): Promise<void> => {
  for (const day of await compactionsLeft(bucket)) {
    for (let isSettled = false; !isSettled; ) {
      const state = await stateAt(bucket, day);
      isSettled = state === undefined || state.isDiscarding || state.tables.length === 0;
      // Its record stays: what is just being put may come after this.
      if (!isSettled) isSettled = await takeUpCompaction(bucket, day).then(() => true, isOvertaken);
    }
  }
};

/** The days whose compaction goes on, or was cut off. */
export const compactionsLeft = async (bucket: EditableBucket): Promise<readonly string[]> => {
  const days: string[] = [];
  for await (const key of bucket.list(`${JOBS}${NAME}`)) {
    const day = key.slice(JOBS.length + NAME.length, -".json".length);
    if (isDay(day) && key === keyOfJob(day)) days.push(day);
  }
  return days.sort();
};

const NAME = "compaction-";

const nameOf = (day: string): string => `${NAME}${day}`;

const keyOfJob = (day: string): string => `${JOBS}${nameOf(day)}.json`;

const takeBack = async (bucket: EditableBucket, left: Compacting | undefined): Promise<void> => {
  if (left === undefined || left.isDiscarding) return;
  for (const key of left.tables) await bucket.remove(key);
};

const stateAt = async (bucket: EditableBucket, day: string): Promise<Compacting | undefined> => {
  const found = await bucket.find(keyOfJob(day));
  const read = found && parseJson(new TextDecoder().decode(found.body));
  return read !== undefined && "value" in read && isObject(read.value)
    ? readState(read.value.state)
    : undefined;
};

const readState = (state: unknown): Compacting | undefined => {
  if (!isObject(state)) return undefined;
  const { tables, replaced, isDiscarding, isMixed } = state;
  return isKeys(tables) && isKeys(replaced)
    ? { tables, replaced, isDiscarding: isDiscarding === true, isMixed: isMixed === true }
    : undefined;
};

const isKeys = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

/** False, to look again. */
const isOvertaken = (error: unknown): false => {
  if (error instanceof JobOvertaken) return false;
  throw error;
};
