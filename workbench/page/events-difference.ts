import type { EventRow, EventsPage } from "../api/events.ts";

/** How a page of events that is shown differs from the same page as it is by now. */
export interface Difference {
  /** How many have come. */
  readonly fresh: number;
  /** The ids of those that are not asked for any more: what became of them has changed. */
  readonly gone: ReadonlySet<string>;
}

export const differenceOf = (shown: EventsPage, latest: EventsPage): Difference => ({
  fresh: missingIn(shown, latest).length,
  gone: new Set(missingIn(latest, shown).map(({ id }) => id)),
});

/** What is shown, with what became of it meanwhile. */
export const withStates = (shown: EventsPage, latest: EventsPage): EventsPage => {
  const known = new Map(latest.rows.map((row) => [row.id, row]));
  return { ...shown, rows: shown.rows.map((row) => known.get(row.id) ?? row) };
};

/** Rows of another page that a page would have if they were asked for; what stands after its end, nobody knows. */
const missingIn = (page: EventsPage, other: EventsPage): readonly EventRow[] => {
  const ids = new Set(page.rows.map(({ id }) => id));
  const end = page.next === undefined ? undefined : page.rows.at(-1);
  return other.rows.filter((row) => !ids.has(row.id) && (end === undefined || isBefore(row, end)));
};

/** The order of a list: the latest first, and by id what arrived at the same moment. */
const isBefore = (row: EventRow, other: EventRow): boolean =>
  row.arrived > other.arrived || (row.arrived === other.arrived && row.id < other.id);
