import type { FailedRecord } from "../../src/archive/records.ts";
import { FILTERS, type Filter } from "../../src/ledger/ledger.ts";
import type { EventState } from "../api/events.ts";

/** An event, as far as it was read: its line in `raw/`, and what the ledger and its statements' ends say of it. */
export interface KnownEvent {
  readonly id: string;
  /** By which it stands in columns. */
  readonly number: number;
  /** Empty until its line in `raw/` was read. Of several lines, as it came again, the first to arrive counts. */
  arrived: string;
  source: string;
  /** The archive's own name of its learner. */
  tag: string | undefined;
  place: Place | undefined;
  /** Whether the ledger knows it. */
  isBooked: boolean;
  /** Whether a statement was made of it for any endpoint. */
  isTold: boolean;
  /** For each endpoint, in their order, what it was told. */
  told: (Told | undefined)[];
}

/** Where lines are: an object of lines, or a part of a table. */
export interface Place {
  readonly key: string;
  readonly part: number;
}

/** What one endpoint was told of an event. */
export interface Told {
  readonly event: KnownEvent;
  /** Its statements; and the event itself, where no statement could be made of it. */
  units: readonly Unit[];
  /** Why it is told nothing, where nothing else was made. */
  filter: Filter | undefined;
  /** Since when it was told, where that was long after the event arrived. */
  recovered: string | undefined;
}

/** What is counted at an endpoint: a statement, or an event of which none could be made. */
export interface Unit {
  readonly id: string;
  told: Told;
  /** Whether the ledger says that it was made. How it ended may be read before that. */
  isMade: boolean;
  /** The last day on which its event arrived, or was told again long after that. */
  day: string;
  receipt: KnownReceipt | undefined;
  failure: KnownFailure | undefined;
}

/** The last receipt of a statement. */
export interface KnownReceipt {
  readonly at: string;
  readonly status: number;
  readonly content: string | undefined;
  readonly translation: string;
}

/** What `failed/` says of one id. */
export interface KnownFailure {
  /** The last record of it, without its statement. */
  readonly last: Omit<FailedRecord, "statement">;
  /** When the first record of it was written. */
  readonly first: string;
  /** When it was set aside, first and last, and where the last record of that is; absent where it never was. */
  readonly setAside?: { readonly first: string; readonly at: string; readonly place: Place };
}

/** Whether it is an event, of which no statement could be made. */
export const isOfEvent = ({ id, told }: Unit): boolean => id === told.event.id;

/** Whether it was sent again since it was set aside, or another in its place: then it asks for nothing more. */
export const isMark = ({ class: why, replacedBy }: KnownFailure["last"]): boolean =>
  why === "again" || replacedBy !== undefined;

export type UnitState = "delivered" | "setAside" | "waiting";

/** How a unit ended, as the accounts count it. */
export const unitState = ({ receipt, failure }: Unit): UnitState => {
  if (receipt !== undefined) return "delivered";
  return failure === undefined || failure.last.class === "again" ? "waiting" : "setAside";
};

/** What became of an event at an endpoint. */
export const stateOf = (told: Told | undefined): EventState => {
  if (told === undefined) return "untold";
  let state: EventState | undefined;
  let failed: Unit | undefined;
  for (const unit of told.units) {
    if (!unit.isMade) continue;
    if (isOfEvent(unit)) {
      failed = unit;
      continue;
    }
    const one = unitState(unit);
    if (one === "setAside") return one;
    if (state !== "waiting") state = one;
  }
  if (state !== undefined) return state;
  if (failed !== undefined) return failedState(failed);
  return told.filter === undefined ? "untold" : "filtered";
};

/**
 * How what an event counts for at an endpoint ended: its statements; the event itself as long as there are none of it. As
 * the accounts count them.
 */
export const countedStates = (told: Told | undefined): ReadonlySet<UnitState> =>
  new Set(
    told?.units.filter((unit) => unit.isMade && (!isOfEvent(unit) || !hasStatements(told))).map(unitState),
  );

/** An event of which no statement could be made has an end in any statement that was made of it since. */
const failedState = ({ told, failure }: Unit): EventState => {
  if (failure === undefined) return "setAside";
  if (told.units.some(({ receipt }) => receipt !== undefined && failure.last.at <= receipt.at))
    return "delivered";
  return failure.last.class === "again" ? "waiting" : "setAside";
};

/** Whether statements were made of an event: then it does not count itself. */
export const hasStatements = ({ units }: Told): boolean =>
  units.some((unit) => unit.isMade && !isOfEvent(unit));

/** Of two filters the one that an event comes to later, as the accounts count it. */
export const laterFilter = (one: Filter, other: Filter = one): Filter =>
  FILTERS.indexOf(one) < FILTERS.indexOf(other) ? other : one;

/** The translation that a statement was made by, where its end tells. */
export const translationOf = ({ receipt, failure }: Unit): string | undefined =>
  receipt?.translation ?? failure?.last.translation;

/** Gives the same text for texts that are the same, so that what many records say is held once. */
export const sharing = (): ((text: string) => string) => {
  const all = new Map<string, string>();
  return (text) => {
    const known = all.get(text);
    if (known !== undefined) return known;
    all.set(text, text);
    return text;
  };
};

export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
