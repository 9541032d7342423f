import { type ArchiveLine, day } from "../archive/layout.ts";

/** Why an endpoint is told nothing of an event. */
export type Filter = "selection" | "where" | "mapping";

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

/** Draws up an endpoint's account. Everything is counted by id, so a repeat after a crash counts once. */
export const account = (
  endpoint: string,
  entries: ReadonlyMap<string, LedgerEntry["to"]>,
  ends: Ends,
): Account => {
  const filtered = { selection: 0, where: 0, mapping: 0 };
  const made = new Set<string>();
  for (const [event, to] of entries) {
    const outcome = to[endpoint];
    if (outcome === undefined) continue;
    if (outcome === "failed") made.add(event);
    else if (typeof outcome === "string") filtered[outcome]++;
    else for (const statement of outcome) made.add(statement);
  }
  // What was set aside first and accepted later has been delivered.
  const setAside = [...ends.setAside].filter((id) => made.has(id) && !ends.delivered.has(id)).length;
  const delivered = [...ends.delivered].filter((id) => made.has(id)).length;
  return {
    endpoint,
    received: made.size + filtered.selection + filtered.where + filtered.mapping,
    delivered,
    filtered,
    setAside,
    waiting: made.size - delivered - setAside,
    unexplained: [...ends.delivered, ...ends.setAside].filter((id) => !made.has(id)).length,
  };
};
