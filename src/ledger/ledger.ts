import { daysAfter } from "../archive/days.ts";
import { type ArchiveLine, day } from "../archive/layout.ts";
import type { Whose } from "../archive/records.ts";

/**
 * Why an endpoint is told nothing of an event: its learner does not want it to be, it takes no translation of it, the
 * learner's launch leads to no place that its file allows, its condition keeps it back, no translation applies, or it
 * repeats another event of the batch. An event comes to them in this order.
 */
export type Filter = (typeof FILTERS)[number];

export const FILTERS = ["consent", "selection", "launch", "where", "mapping", "repeat"] as const;

/** What was made of an event for one endpoint: statements by their ids, nothing, or a failure of the mapping. */
export type Made = readonly string[] | Filter | "failed";

/** A line of the ledger: what one event became, for each endpoint. */
export interface LedgerEntry extends Whose {
  readonly event: string;
  readonly to: Readonly<Record<string, Made>>;
  /** That it was not collected. */
  readonly withheld?: true;
  /** When endpoints were told of it, where that was long after it arrived: it had been in quarantine, or was replayed. */
  readonly recovered?: string;
}

/**
 * The line of an event whose learner is not to be collected: that there was one, under a name that leads to nobody.
 * `name` is the event's id under a key of the site.
 */
export const withheldLine = (arrived: string, name: string): ArchiveLine => ({
  partition: day(arrived),
  time: arrived,
  text: JSON.stringify({ event: name, to: {}, withheld: true } satisfies LedgerEntry),
});

export const ledgerLine = (arrived: string, entry: LedgerEntry): ArchiveLine => ({
  learner: entry.learner,
  partition: day(arrived),
  time: arrived,
  text: JSON.stringify(entry),
});

/** Ids of statements that an endpoint accepted or that were set aside; an id of an event that no mapping could translate. */
export interface Ends {
  readonly delivered: ReadonlySet<string>;
  readonly setAside: ReadonlySet<string>;
}

/**
 * The account of one endpoint. It counts statements, and each event of which it is told nothing as one:
 * received = delivered + filtered + set aside + waiting.
 */
export interface Account {
  readonly endpoint: string;
  readonly received: number;
  readonly delivered: number;
  readonly filtered: Readonly<Record<Filter, number>>;
  readonly setAside: number;
  /** Made, but neither delivered nor set aside: these must be in the endpoint's queue. */
  readonly waiting: number;
  /** Those of them that have waited for longer than a queue keeps anything: these are in no queue any more. */
  readonly overdue: number;
  /** Delivered or set aside without having been made: never, unless records were lost. */
  readonly unexplained: number;
}

/** A queue keeps nothing for longer than fourteen days; one more, as only days are compared. */
export const LONGEST_WAIT = 15;

/** Draws up an endpoint's account from all lines of the ledger, in any order: see `tally`. */
export const account = (endpoint: string, lines: readonly LedgerEntry[], ends: Ends): Account => {
  const counting = tally(endpoint);
  for (const line of lines) counting.made(line, "");
  for (const id of ends.delivered) counting.delivered(id);
  for (const id of ends.setAside) counting.setAside(id, { at: "" });
  return counting.account();
};

/** Why a statement is set aside no more or still is: the last record of it under `failed/`. */
export interface Standing {
  readonly at: string;
  /** When it was sent again, if it was: then it waits once more. */
  readonly again?: string;
}

/** Counts for one endpoint, line by line: first everything that was made, then where it ended. */
export interface Tally {
  /** A line of the ledger, of the day on which its event arrived. */
  made(entry: LedgerEntry, day: string): void;
  /** A line that does not count, but explains what ended later. */
  known(entry: LedgerEntry): void;
  /** An end; with `isJudged` false, one that need not be explained. */
  delivered(id: string, isJudged?: boolean): void;
  setAside(id: string, standing: Standing, isJudged?: boolean): void;
  /** How many are neither delivered nor set aside. */
  waiting(): number;
  /** With today's day, tells those that have waited for too long. */
  account(today?: string): Account;
}

/**
 * Makes an endpoint's account from lines of the ledger in any order, and holds no more than ids. Everything is counted
 * by id. An event that came again in another batch may have lines that differ: every statement that was made in any of
 * them counts, and only where there is none its failure, or else why there is none.
 */
export const tally = (endpoint: string): Tally => {
  /** Statements, and events that a mapping failed at, each with the last day on which its event arrived. */
  const statements = new Map<string, string>();
  const failed = new Map<string, string>();
  const told = new Set<string>();
  const silent = new Map<string, Filter>();
  const elsewhere = new Set<string>();
  const delivered = new Set<string>();
  const standings = new Map<string, Standing>();
  const unexplained = new Set<string>();

  const counts = (id: string): boolean => statements.has(id) || failed.has(id);
  const end = (id: string, isJudged: boolean): boolean => {
    const isCounted = counts(id);
    if (!isCounted && isJudged && !elsewhere.has(id)) unexplained.add(id);
    return isCounted;
  };
  const isWaiting = (id: string): boolean => {
    const standing = standings.get(id);
    return !delivered.has(id) && (standing === undefined || standing.again !== undefined);
  };
  /** What counts as made, each once, with its day. */
  function* all(): Generator<readonly [id: string, day: string]> {
    yield* statements;
    for (const [event, day] of failed) if (!told.has(event)) yield [event, day];
  }

  return {
    made: ({ event, to }, day) => {
      const made = to[endpoint];
      if (made === undefined) return;
      if (made === "failed") failed.set(event, last(day, failed.get(event)));
      else if (typeof made === "string") silent.set(event, later(made, silent.get(event)));
      else {
        told.add(event);
        for (const id of made) statements.set(id, last(day, statements.get(id)));
      }
    },
    known: ({ event, to }) => {
      const made = to[endpoint];
      if (made === "failed") elsewhere.add(event);
      else if (typeof made === "object") for (const id of made) elsewhere.add(id);
    },
    delivered: (id, isJudged = true) => {
      if (end(id, isJudged)) delivered.add(id);
    },
    setAside: (id, standing, isJudged = true) => {
      const before = standings.get(id)?.at ?? standing.at;
      if (end(id, isJudged) && before <= standing.at) standings.set(id, standing);
    },
    waiting: () => {
      let count = 0;
      for (const [id] of all()) if (isWaiting(id)) count++;
      return count;
    },
    account: (today) => {
      const counted = { received: 0, delivered: 0, setAside: 0, waiting: 0, overdue: 0 };
      for (const [id, day] of all()) {
        counted.received++;
        if (delivered.has(id)) counted.delivered++;
        else if (!isWaiting(id)) counted.setAside++;
        else {
          counted.waiting++;
          const since = standings.get(id)?.again?.slice(0, 10) ?? day;
          if (today !== undefined && daysAfter(since, LONGEST_WAIT) < today) counted.overdue++;
        }
      }
      const filtered = { consent: 0, selection: 0, launch: 0, where: 0, mapping: 0, repeat: 0 };
      for (const [event, filter] of silent) {
        if (told.has(event) || failed.has(event)) continue;
        counted.received++;
        filtered[filter]++;
      }
      return { endpoint, ...counted, filtered, unexplained: unexplained.size };
    },
  };
};

const last = (day: string, other = day): string => (other < day ? day : other);

/** Of two filters the one that an event comes to later: it got that far at least once. */
const later = (one: Filter, other: Filter = one): Filter =>
  FILTERS.indexOf(one) < FILTERS.indexOf(other) ? other : one;
