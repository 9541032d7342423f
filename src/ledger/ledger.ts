import { type ArchiveLine, day } from "../archive/layout.ts";

/**
 * Why an endpoint is told nothing of an event: it takes no translation of it, its condition keeps it back, no
 * translation applies, or it repeats another event of the batch. An event comes to them in this order.
 */
export type Filter = (typeof FILTERS)[number];

export const FILTERS = ["selection", "where", "mapping", "repeat"] as const;

/** What was made of an event for one endpoint: statements by their ids, nothing, or a failure of the mapping. */
export type Made = readonly string[] | Filter | "failed";

/** A line of the ledger: what one event became, for each endpoint. */
export interface LedgerEntry {
  readonly event: string;
  readonly to: Readonly<Record<string, Made>>;
}

export const ledgerLine = (arrived: string, entry: LedgerEntry): ArchiveLine => ({
  id: entry.event,
  partition: day(arrived),
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
  /** Delivered or set aside without having been made: never, unless records were lost. */
  readonly unexplained: number;
}

/**
 * Draws up an endpoint's account from all lines of the ledger, in any order. Everything is counted by id. An event that
 * came again in another batch may have lines that differ: every statement that was made in any of them counts, and
 * only where there is none its failure, or else why there is none.
 */
export const account = (endpoint: string, lines: readonly LedgerEntry[], ends: Ends): Account => {
  const { statements, failed, filters } = outcomesOf(endpoint, lines);
  const made = new Set(statements);
  for (const [event, isTold] of failed) if (!isTold) made.add(event);
  const filtered = { selection: 0, where: 0, mapping: 0, repeat: 0 };
  for (const filter of filters) filtered[filter]++;
  // What was set aside first and accepted later has been delivered.
  const setAside = [...ends.setAside].filter((id) => made.has(id) && !ends.delivered.has(id)).length;
  const delivered = [...ends.delivered].filter((id) => made.has(id)).length;
  const isExplained = (id: string): boolean => made.has(id) || failed.has(id);
  return {
    endpoint,
    received: made.size + filters.length,
    delivered,
    filtered,
    setAside,
    waiting: made.size - delivered - setAside,
    unexplained: [...ends.delivered, ...ends.setAside].filter((id) => !isExplained(id)).length,
  };
};

interface Outcomes {
  readonly statements: ReadonlySet<string>;
  /** The events that a mapping failed at, each with whether there are statements of it all the same. */
  readonly failed: ReadonlyMap<string, boolean>;
  /** Why an event became nothing, for each that did not. */
  readonly filters: readonly Filter[];
}

const outcomesOf = (endpoint: string, lines: readonly LedgerEntry[]): Outcomes => {
  const statements = new Set<string>();
  const told = new Set<string>();
  const failed = new Set<string>();
  const silent = new Map<string, Filter>();
  for (const { event, to } of lines) {
    const made = to[endpoint];
    if (made === undefined) continue;
    if (made === "failed") failed.add(event);
    else if (typeof made === "string") silent.set(event, later(made, silent.get(event)));
    else {
      told.add(event);
      for (const statement of made) statements.add(statement);
    }
  }
  return {
    statements,
    failed: new Map([...failed].map((event) => [event, told.has(event)])),
    filters: [...silent].filter(([event]) => !told.has(event) && !failed.has(event)).map(([, why]) => why),
  };
};

/** Of two filters the one that an event comes to later: it got that far at least once. */
const later = (one: Filter, other: Filter = one): Filter =>
  FILTERS.indexOf(one) < FILTERS.indexOf(other) ? other : one;
