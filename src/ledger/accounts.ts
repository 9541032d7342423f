import type { OnTrouble } from "../archive/damaged.ts";
import { type Days, daysAfter, isWithin } from "../archive/days.ts";
import { eachLine, type Line } from "../archive/each-line.ts";
import { type Bucket, prefixOf } from "../archive/layout.ts";
import type { FailedRecord, QuarantineRecord } from "../archive/records.ts";
import type { Reason } from "../event/reason.ts";
import { arrived } from "./arrived.ts";
import { idNumbers } from "./ids.ts";
import { type Account, type LedgerEntry, LONGEST_WAIT } from "./ledger.ts";
import { type Tally, tally } from "./tally.ts";
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

/**
 * Objects under way at once: about as many as S3's client has connections. Most are small, and what is held of them are
 * a few numbers.
 */
export const AT_ONCE = 48;

/** Of each endpoint, as all are read together. */
export const atOnceOf = (endpoints: number): number => Math.max(8, Math.floor(AT_ONCE / endpoints));

/** Draws up the accounts of endpoints from the archive; holds no more than ids. */
export const readAccounts = async (
  bucket: Bucket,
  endpoints: readonly string[],
  { window, between = async () => {}, untilEnded = false, onObject, onTrouble }: Reading = {},
): Promise<Accounts> => {
  const counted = { days: window?.counted, onObject, onTrouble, atOnce: AT_ONCE };
  const events = arrived();
  await eachLine(
    bucket,
    prefixOf("raw"),
    {
      line: (line, day) => events.accept(idIn(line), day),
      id: events.accept,
    },
    counted,
  );
  await between();

  const withheld = idNumbers();
  const tallies = new Map(endpoints.map((endpoint) => [endpoint, tally(endpoint, events.numbers)]));
  const explained = { ...counted, days: ledgerDays(window) };
  const take = (line: Line, day: string): void => {
    const entry = line.record() as LedgerEntry;
    const isCounted = window === undefined || isWithin(day, window.counted);
    if (entry.withheld === true) {
      if (isCounted) withheld.add(entry.event);
      return;
    }
    if (isCounted) events.book(entry.event);
    // What was in quarantine, or was replayed, has waited only since then.
    const since = entry.recovered?.slice(0, 10) ?? day;
    for (const each of tallies.values())
      if (isCounted) each.made(entry, since);
      else each.known(entry);
  };
  await eachLine(bucket, prefixOf("ledger"), { line: take }, explained);
  for (const days of window?.again === undefined ? [] : eachOf(window.again)) {
    if (events.unaccounted() === 0) break;
    const book = (line: Line): void => events.book((line.record() as LedgerEntry).event);
    await eachLine(bucket, prefixOf("ledger"), { line: book }, { ...explained, days });
  }
  await between();

  const ended = [...tallies].map(async ([endpoint, counting]) => {
    const reading = { window, untilEnded, onObject, onTrouble, atOnce: atOnceOf(endpoints.length) };
    await readEnds(bucket, endpoint, counting, { ...reading, days: window?.ended });
    // Only what an administrator sent again can have ended so late, which is seldom worth a look.
    if (window?.later !== undefined && counting.waiting() > 0)
      await readEnds(bucket, endpoint, counting, { ...reading, days: window.later });
    return counting.account(window?.today);
  });
  // Together: one that fails while others are awaited must not fail with nobody listening.
  const [quarantined, ...accounts] = await Promise.all([
    readQuarantine(bucket, { ...counted, atOnce: 8 }),
    ...ended,
  ]);
  await between();
  const isForgotten = (day: string): boolean =>
    window !== undefined && daysAfter(day, LONGEST_WAIT) < window.today;
  return {
    accepted: events.accepted(),
    withheld: withheld.size(),
    unaccounted: events.unaccounted(),
    forgotten: events.unaccounted(isForgotten),
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
  readonly atOnce: number;
}

const readEnds = async (
  bucket: Bucket,
  endpoint: string,
  counting: Tally,
  { window, days, untilEnded, ...options }: EndsReading,
): Promise<void> => {
  const isJudged = (day: string): boolean =>
    window === undefined || (window.judgedFrom !== undefined && window.judgedFrom <= day);
  const failed = (line: Line, day: string): void => {
    const { id, at, class: why, since = at } = line.record() as FailedRecord;
    // What an administrator has sent again waits once more.
    counting.setAside(id, { at, ...(why === "again" && { again: since }) }, isJudged(day));
  };
  await eachLine(bucket, prefixOf("failed", endpoint), { line: failed }, { ...options, days });
  const receipt = (line: Line, day: string): void => counting.delivered(idIn(line), isJudged(day));
  for (const some of untilEnded && days !== undefined ? eachOf(days) : [days]) {
    if (untilEnded && counting.waiting() === 0) return;
    await eachLine(bucket, prefixOf("receipts", endpoint), { line: receipt }, { ...options, days: some });
  }
};

/** The id that a line begins with: where it is written as ever, nothing else of the line is read. */
const idIn = (line: Line): string => {
  const id = line.between('{"id":"', UUID_LENGTH, '",');
  return id !== undefined && UUID.test(id) ? id : (line.record() as { readonly id: string }).id;
};

const UUID_LENGTH = 36;
const UUID = /^[0-9a-f-]+$/;

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
  options: Parameters<typeof eachLine>[3],
): Promise<Accounts["quarantined"]> => {
  const found = new Map<string, Reason>();
  const recovered = new Set<string>();
  const take = (line: Line): void => {
    const { id, reason, recovered: isRecovered } = line.record() as QuarantineRecord;
    if (isRecovered !== undefined) recovered.add(id);
    const before = found.get(id) ?? reason;
    found.set(id, before < reason ? before : reason);
  };
  await eachLine(bucket, prefixOf("quarantine"), { line: take }, options);
  const counts: Partial<Record<Reason, number>> = {};
  for (const [id, reason] of found) if (!recovered.has(id)) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
