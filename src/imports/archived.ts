import type { OnTrouble } from "../archive/damaged.ts";
import { type Days, dayIn, dayOf, daysAfter } from "../archive/days.ts";
import { type Bucket, prefixOf } from "../archive/layout.ts";
import { inOrder, keysOf, opened } from "../archive/read.ts";
import { idOfLine } from "../retell/raw.ts";
import { type FileIds, fileIds } from "./ids.ts";
import type { Fit, Judged } from "./judge.ts";

/** The events of files that are to be sent, by their ids, and the days on which they happened. */
export interface Wanted {
  readonly ids: FileIds;
  readonly days: ReadonlySet<string>;
  /** Takes in what would become of a line's events. */
  add(judged: readonly Judged[]): void;
}

/** With `all`, a line of which something would be refused is sent as it is, so nothing of it can be left out. */
export const wantedEvents = (all: boolean): Wanted => {
  const ids = fileIds();
  const days = new Set<string>();
  return {
    ids,
    days,
    add: (judged) => {
      if (all && judged.some((each) => "refusal" in each)) return;
      for (const each of judged) {
        if ("refusal" in each || each.id === undefined) continue;
        ids.add(each.id);
        days.add(firstDayOf(each));
      }
    },
  };
};

/** An event's clock may be ten minutes ahead of the queue's, so that it came on the day before. */
const firstDayOf = ({ time }: Fit): string => {
  const day = time.slice(0, 10);
  return time.slice(11, 15) === "00:0" || time.slice(11, 16) === "00:10" ? daysAfter(day, -1) : day;
};

/** A sender may wait for a day, and the events queue keeps a message for fourteen. */
const LATEST = 15;

/** The days on which events of these days came in, if they came by themselves; what is gone from the archive is not read. */
export const daysOfArrival = (days: Iterable<string>, retention: number, today: string): readonly Days[] => {
  const oldest = daysAfter(today, -retention - 1);
  const newest = daysAfter(today, 1);
  const spans: Days[] = [];
  for (const day of [...days].sort()) {
    const from = day < oldest ? oldest : day;
    const last = daysAfter(day, LATEST);
    const to = last > newest ? newest : last;
    if (to < from) continue;
    const before = spans.at(-1);
    if (before !== undefined && from <= daysAfter(before.to, 1))
      spans[spans.length - 1] = { from: before.from, to };
    else spans.push({ from, to });
  }
  return spans;
};

export interface FindOptions {
  /** For how many days events are kept. */
  readonly retention: number;
  readonly now?: number;
  readonly onObject?: () => void;
  readonly onTrouble: OnTrouble;
}

/** Objects under way at once: each may unpack to some sixteen megabytes. */
const AT_ONCE = 4;

/** Marks those of the wanted events that the archive has, on the days on which they may have come in. */
export const markArchived = async (
  bucket: Bucket,
  { ids, days }: Pick<Wanted, "ids" | "days">,
  { retention, now = Date.now(), onObject, onTrouble }: FindOptions,
): Promise<void> => {
  const markDays = async (span: Days): Promise<readonly string[]> => {
    const gone: string[] = [];
    const keys = keysOf(bucket, prefixOf("raw"), span, onTrouble);
    const all = inOrder(keys, (key) => markObject(bucket, key, ids), onObject, onTrouble, AT_ONCE);
    for await (const day of all) if (day !== undefined) gone.push(day);
    return gone;
  };
  // While events are put into a table, what was listed may be gone, and is in the table then.
  for (const span of daysOfArrival(days, retention, dayOf(now)))
    for (const day of new Set(await markDays(span))) await markDays({ from: day, to: day });
};

/** Marks the events of an object, or the table; gives its day where it is gone since it was listed. */
const markObject = async (bucket: Bucket, key: string, ids: FileIds): Promise<string | undefined> => {
  try {
    const object = await opened(bucket, key);
    if ("parts" in object) {
      for (const part of object.parts) for (const id of await object.ids(part)) ids.mark(id);
    } else for (const line of object.lines) ids.mark(idOfLine(line));
    return undefined;
  } catch (error) {
    if ((await bucket.open(key)) !== undefined) throw error;
    return dayIn(key);
  }
};
