/**
 * The story of a night: of the days that are over, those that have small objects are put into tables, the oldest first,
 * for as long as there is time.
 */
import { type Days, dayOf, daysAfter, isWithin } from "../archive/days.ts";
import { JobOvertaken } from "../archive/job.ts";
import { type Bucket, type EditableBucket, prefixOf } from "../archive/layout.ts";
import { errorName } from "../error-name.ts";
import { blamed } from "./blame.ts";
import { type CompactedDay, compactDay, type DayParts, notDone } from "./day.ts";
import { compactionsLeft, takeBackTables, takeUpCompaction } from "./job.ts";

export interface CompactParts extends DayParts {
  /** For how many days events are kept: what is older is not written anew. */
  readonly retention: number;
  readonly now?: () => number;
  /** Told of a day that failed, and of what kind of error it was; where absent, the log is. */
  readonly onFailed?: (day: string, error: string) => void;
}

/**
 * So many days back it is looked for what came late: a queue keeps messages for 14 days, and from its dead letters they
 * can come back for as long again.
 */
const LATEST = 45;

/** So long after midnight (UTC), in milliseconds, a day is over: what was on its way then is there. */
const OVER = 3_600_000;

/** The last day that is over. */
export const lastFinished = (now: number): string => daysAfter(dayOf(now - OVER), -1);

/** The days that are looked at where nothing else is said. */
const usualDays = (now: number): Days => {
  const to = lastFinished(now);
  return { from: daysAfter(to, -LATEST), to };
};

/**
 * Puts the events of days into tables, as far as these days are over, still kept, and have small objects or a run that
 * was cut off. Gives what became of each, as soon as it is done with; one that fails does not keep the others from their
 * turn. Throws where the archive does not answer; it can be run again.
 */
export async function* compact(parts: CompactParts, days?: Days): AsyncGenerator<CompactedDay> {
  const { bucket, isDry = false, now = Date.now } = parts;
  const left = new Set(await compactionsLeft(bucket));
  // What was cut off may show what was erased since, so all of it is taken back first.
  if (!isDry && days === undefined) await takeBackTables(bucket);
  for (const day of await openDays(parts, days ?? usualDays(now()), left, days !== undefined)) {
    if (parts.hasTime?.() === false) return;
    yield await compactOrFail(parts, day);
  }
}

/** Only where the archive does not answer, the next day would fare no better. */
const compactOrFail = async (parts: CompactParts, day: string): Promise<CompactedDay> => {
  const { isDry = false, onFailed = logFailed } = parts;
  const { bucket, isIts } = blamed(parts.bucket);
  try {
    return await compactDay({ ...parts, bucket }, day);
  } catch (thrown) {
    if (isIts(thrown)) throw thrown;
    const error = errorName(thrown);
    onFailed(day, error);
    if (!isDry) await takeBack(bucket, day);
    return { ...notDone(day, "failed"), error };
  }
};

const logFailed = (day: string, error: string): void =>
  console.error({ message: "A day could not be put into tables. It stays as it was.", day, error });

/** What it has put counts for nothing. Its record stays, by which the next run knows to take it last. */
const takeBack = async (bucket: EditableBucket, day: string): Promise<void> => {
  try {
    await takeUpCompaction(bucket, day);
  } catch (error) {
    if (!(error instanceof JobOvertaken)) throw error;
  }
};

/** The days on which there is something to do; those that were cut off before come last, lest they keep all others waiting. */
const openDays = async (
  { bucket, retention, now = Date.now }: CompactParts,
  days: Days,
  left: ReadonlySet<string>,
  isAsked: boolean,
): Promise<readonly string[]> => {
  const kept = daysAfter(dayOf(now()), -retention);
  const from = days.from < kept ? kept : days.from;
  const last = lastFinished(now());
  const to = last < days.to ? last : days.to;
  const found: string[] = [];
  for (let day = from; day <= to; day = daysAfter(day, 1))
    if (!left.has(day) && (await hasSmall(bucket, day))) found.push(day);
  const range = isAsked ? { from, to } : { from: kept, to: last };
  return [...found, ...[...left].filter((day) => isWithin(day, range)).sort()];
};

const hasSmall = async (bucket: Bucket, day: string): Promise<boolean> => {
  for await (const _ of bucket.list(`${prefixOf("raw")}dt=${day}/hour=`)) return true;
  return false;
};
