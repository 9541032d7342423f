import type { FailedRecord } from "../../src/archive/records.ts";
import type { OpenFailure } from "../../src/ledger/failures.ts";
import type { Account, Filter } from "../../src/ledger/ledger.ts";
import type { OpenEvent } from "../../src/recovery/survey.ts";
import type { Reading } from "../api/about.ts";
import type { EventState } from "../api/events.ts";
import type { Timeline } from "../api/flow.ts";

/**
 * What the archive holds of the days that are looked at, in memory, so that every question is answered at once. It holds
 * ids, times and counts, and no learner's name. What is no promise is answered from what was read so far.
 */
export interface ArchiveIndex {
  /** Reads what is new in the archive. One at a time: who asks while it reads waits for the next, with all others who do. */
  refresh(): Promise<void>;
  /**
   * Whether everything that there was is read, as of the last refresh. Where it is read anew, as something is gone that was
   * read, it is not until that is done: what was there before is answered meanwhile, and what has come since.
   */
  readonly isWhole: boolean;
  readonly reading: Reading;
  /** Grows whenever something else is answered. */
  readonly version: number;
  totals(): Totals;
  /** For each endpoint, in their order: the same as `jlt ledger` counts, as of the last time that all was read. */
  accounts(): readonly Account[];
  /** Archived events that the ledger does not know, as of then: all, or those that arrived before a time. */
  unaccounted(before?: string): number;
  /** At most so many bars, from the first to the last thing that happened, or to a time, in milliseconds. */
  timeline(most: number, until?: number): Timeline;
  /** What happened in the last whole minute before a time, in milliseconds, or in the minute since, whichever is more. */
  lastMinute(now: number): {
    readonly accepted: number;
    readonly delivered: Readonly<Record<string, number>>;
  };
  /** Events that a filter lets pass, the latest first, from a position on. */
  events(filter: EventFilter, from: number, most: number): FoundEvents;
  event(id: string): IndexedEvent | undefined;
  /** How a statement ended, if it did. */
  endOf(endpoint: string, statement: string): StatementEnd | undefined;
  /** The line of `raw/` of an event, and the lines that came in its batch, its own among them. */
  batchOf(
    event: IndexedEvent,
  ): Promise<{ readonly line: string; readonly batch: readonly string[] } | undefined>;
  /** What is set aside for endpoints, as `jlt failures` lists it. */
  failures(): readonly OpenFailure[];
  /** The record under `failed/` by which a statement or an event was set aside last, whole. */
  failedRecord(endpoint: string, id: string): Promise<FailedRecord | undefined>;
  /** What is in quarantine, as `jlt quarantine` lists it. */
  quarantine(): readonly OpenEvent[];
  /** By the mapping's folder. */
  bySource(): ReadonlyMap<string, SourceCounts>;
  /** How many statements of a translation, with its mapping, were delivered. */
  byTranslation(): ReadonlyMap<string, number>;
  /** The last answers of an endpoint, the latest first. */
  answers(endpoint: string, most: number): readonly IndexedAnswer[];
  /** Since when the oldest of what waits for an endpoint waits: since its event arrived, or since it was sent again. */
  oldestWaiting(endpoint: string): string | undefined;
}

export interface Totals {
  readonly accepted: number;
  /** In quarantine now. */
  readonly quarantined: number;
  readonly withheld: number;
}

export interface IndexedEvent {
  readonly id: string;
  readonly arrived: string;
  readonly source: string;
  /** The archive's own name of its learner. */
  readonly tag: string | undefined;
  /** For each endpoint, in their order. */
  readonly states: readonly {
    readonly state: EventState;
    readonly filter?: Filter;
    readonly statements: readonly string[];
  }[];
}

export interface EventFilter {
  readonly endpoint?: string | undefined;
  readonly state?: EventState | undefined;
  readonly filter?: Filter | undefined;
  readonly source?: string | undefined;
  readonly translation?: string | undefined;
  /** One of these learners, by the archive's names of them. */
  readonly tags?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface FoundEvents {
  readonly events: readonly IndexedEvent[];
  readonly total: number;
}

export type StatementEnd =
  | {
      readonly end: "delivered";
      readonly at: string;
      readonly status: number;
      readonly content: string | undefined;
      readonly translation: string;
    }
  | {
      readonly end: "setAside";
      readonly at: string;
      /** The statement that was sent in its place. */
      readonly replacedBy?: string;
    };

export interface SourceCounts {
  readonly events: number;
  /** Of which any endpoint is told. */
  readonly told: number;
}

export interface IndexedAnswer {
  readonly at: string;
  readonly status?: number;
  readonly statements: number;
  readonly end: "delivered" | "setAside";
}
