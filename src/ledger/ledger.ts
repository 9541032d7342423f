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
  readonly recovered?: string | undefined;
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
  text: entryText(entry),
});

/** Ids, tags, times and the names of endpoints need no escapes in JSON; there is a line of each event. */
const entryText = ({ event, to, learner, recovered }: LedgerEntry): string => {
  let made = "";
  for (const name in to) made += `${made === "" ? "" : ","}"${name}":${madeText(to[name] ?? [])}`;
  const whose = learner === undefined ? "" : `,"learner":"${learner}"`;
  const since = recovered === undefined ? "" : `,"recovered":"${recovered}"`;
  return `{"event":"${event}","to":{${made}}${whose}${since}}`;
};

const madeText = (made: Made): string =>
  typeof made === "string" ? `"${made}"` : made.length === 0 ? "[]" : `["${made.join('","')}"]`;

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
