import type { Filter } from "../../src/ledger/ledger.ts";
import type { Reading } from "./about.ts";

/** What became of an event at an endpoint; `untold`: the ledger does not know it yet. */
export type EventState = "delivered" | "waiting" | "setAside" | "filtered" | "untold";

/** `GET /api/events?…`: archived events, the latest first. All that is given must hold. */
export interface EventsQuery {
  readonly endpoint?: string;
  /** How at least one of its statements ended; for what is no end, the state of the event. */
  readonly state?: EventState;
  /** Why it is filtered. */
  readonly filter?: Filter;
  /** The mapping's folder. */
  readonly source?: string;
  /** Of a statement that was made of it, with its mapping. */
  readonly translation?: string;
  /** The user name of a learner, whole. */
  readonly learner?: string;
  /** When it arrived: at or after, and before. */
  readonly from?: string;
  readonly to?: string;
  /** Where the page before ended: see `EventsPage.next`. */
  readonly after?: string;
}

export interface EventsPage {
  readonly reading: Reading;
  /** At most a hundred. */
  readonly rows: readonly EventRow[];
  /** How many there are in all. */
  readonly total: number;
  /** For the next page; absent where there is none. */
  readonly next?: string;
}

export interface EventRow {
  readonly id: string;
  readonly arrived: string;
  /** The mapping's folder, and its title. */
  readonly source: string;
  readonly title: string;
  /** For each endpoint, in their order. */
  readonly states: readonly {
    readonly endpoint: string;
    readonly state: EventState;
    readonly filter?: Filter;
  }[];
}
