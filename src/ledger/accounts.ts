import type { OnTrouble } from "../archive/damaged.ts";
import { type Days, daysAfter, isWithin } from "../archive/days.ts";
import { type Bucket, prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import type { FailedRecord, QuarantineRecord } from "../archive/records.ts";
import type { Reason } from "../event/reason.ts";
import { type Account, type LedgerEntry, LONGEST_WAIT, type Tally, tally } from "./ledger.ts";
import type { Window } from "./window.ts";

/** Everything that the archive knows of what came in and where it ended. Every event and statement counts once. */
export interface Accounts {
  /** Events in `raw/`. */
  readonly accepted: number;
  /** Events that were not collected, as their learners do not want it. */
  readonly withheld: number;
  /** Events in `quarantine/`, by reason. */
  readonly quarantined: Readonly<Partial<Record<Reason, number>>>;
  /** Events in `raw/` that the ledger does not know: never, unless a batch is just being translated. */
  readonly unaccounted: number;
  /** Those of them that no queue can hold any more, so that nobody will translate them. */
  readonly forgotten: number;
  readonly endpoints: readonly Account[];
}

export interface Reading {
  /** Which days are read; all, where absent. */
  readonly window?: Window;
  /**
   * Called after the events, after what was made of them, and after where that ended: what is in no queue then must be
   * in what is read next.
   */
  readonly between?: () => Promise<void>;
  /**
   * To read where things ended only until nothing waits any more, which is most often on the day on which it came: what
   * waits is told as ever, but of what was set aside and delivered later all the same, not all is told as delivered.
   */
  readonly untilEnded?: boolean;
  /** Told of each object that was read. */
  readonly onObject?: () => void;
  /** Told of each object that cannot be read, and is passed over; where absent, the first one throws. */
  readonly onTrouble?: OnTrouble;
}

/** Draws up the accounts of endpoints from the archive; holds no more than ids. */
export const readAccounts = async (
  bucket: Bucket,
  endpoints: readonly string[],
  { window, between = async () => {}, untilEnded = false, onObject, onTrouble }: Reading = {},
): Promise<Accounts> => {
  const counted = { days: window?.counted, onObject, onTrouble };
  const unaccounted = new Map<string, string>();
  for await (const { line, day } of readDated(bucket, prefixOf("raw"), counted)) {
    const { id } = line as { readonly id: string };
    unaccounted.set(id, day);
  }
  const accepted = unaccounted.size;
  await between();

  const withheld = new Set<string>();
  const tallies = new Map(endpoints.map((endpoint) => [endpoint, tally(endpoint)]));
  const explained = { days: ledgerDays(window), onObject, onTrouble };
  for await (const { line, day } of readDated(bucket, prefixOf("ledger"), explained)) {
    const entry = line as LedgerEntry;
    const isCounted = window === undefined || isWithin(day, window.counted);
    if (entry.withheld === true) {
      if (isCounted) withheld.add(entry.event);
      continue;
    }
    if (isCounted) unaccounted.delete(entry.event);
    // What was in quarantine, or was replayed, has waited only since then.
    const since = entry.recovered?.slice(0, 10) ?? day;
    for (const each of tallies.values())
      if (isCounted) each.made(entry, since);
      else each.known(entry);
  }
  for (const days of window?.again === undefined ? [] : eachOf(window.again)) {
    if (unaccounted.size === 0) break;
    for await (const { line } of readDated(bucket, prefixOf("ledger"), { ...explained, days }))
      unaccounted.delete((line as LedgerEntry).event);
  }
  await between();

  const ended = [...tallies].map(async ([endpoint, counting]) => {
    const reading = { window, untilEnded, onObject, onTrouble };
    await readEnds(bucket, endpoint, counting, { ...reading, days: window?.ended });
    // Only what an administrator sent again can have ended so late, which is seldom worth a look.
    if (window?.later !== undefined && counting.waiting() > 0)
      await readEnds(bucket, endpoint, counting, { ...reading, days: window.later });
    return counting.account(window?.today);
  });
  // Together: one that fails while others are awaited must not fail with nobody listening.
  const [quarantined, ...accounts] = await Promise.all([readQuarantine(bucket, counted), ...ended]);
  await between();
  const forgotten = [...unaccounted.values()].filter(
    (day) => window !== undefined && daysAfter(day, LONGEST_WAIT) < window.today,
  );
  return {
    accepted,
    withheld: withheld.size,
    unaccounted: unaccounted.size,
    forgotten: forgotten.length,
    quarantined,
    endpoints: accounts,
  };
};

const ledgerDays = (window: Window | undefined): Days | undefined =>
  window && { from: window.explainedFrom, to: window.counted.to };

interface EndsReading {
  readonly window: Window | undefined;
  readonly untilEnded: boolean;
  readonly days: Days | undefined;
  readonly onObject: (() => void) | undefined;
  readonly onTrouble: OnTrouble | undefined;
}

const readEnds = async (
  bucket: Bucket,
  endpoint: string,
  counting: Tally,
  { window, days, untilEnded, ...options }: EndsReading,
): Promise<void> => {
  const isJudged = (day: string): boolean =>
    window === undefined || (window.judgedFrom !== undefined && window.judgedFrom <= day);
  for await (const { line, day } of readDated(bucket, prefixOf("failed", endpoint), { ...options, days })) {
    const { id, at, class: why, since = at } = line as FailedRecord;
    // What an administrator has sent again waits once more.
    counting.setAside(id, { at, ...(why === "again" && { again: since }) }, isJudged(day));
  }
  for (const some of untilEnded && days !== undefined ? eachOf(days) : [days]) {
    if (untilEnded && counting.waiting() === 0) return;
    const receipts = readDated(bucket, prefixOf("receipts", endpoint), { ...options, days: some });
    for await (const { line, day } of receipts)
      counting.delivered((line as { readonly id: string }).id, isJudged(day));
  }
};

/** Each of these days by itself. */
const eachOf = ({ from, to }: Days): readonly Days[] => {
  const all: Days[] = [];
  for (let day = from; day <= to; day = daysAfter(day, 1)) all.push({ from: day, to: day });
  return all;
};

/**
 * What was refused for several reasons, such as before and after a deployment, is counted for one of them; what was taken
 * in since, for none.
 */
const readQuarantine = async (
  bucket: Bucket,
  options: Parameters<typeof readDated>[2],
): Promise<Accounts["quarantined"]> => {
  const found = new Map<string, Reason>();
  const recovered = new Set<string>();
  for await (const { line } of readDated(bucket, prefixOf("quarantine"), options)) {
    const { id, reason, recovered: isRecovered } = line as QuarantineRecord;
    if (isRecovered !== undefined) recovered.add(id);
    const before = found.get(id) ?? reason;
    found.set(id, before < reason ? before : reason);
  }
  const counts: Partial<Record<Reason, number>> = {};
  for (const [id, reason] of found) if (!recovered.has(id)) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
