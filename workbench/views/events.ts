import type { EventRow, EventsPage } from "../api/events.ts";
import type { Desk } from "../desk.ts";
import type { ArchiveIndex, EventFilter, IndexedEvent } from "../index/archive-index.ts";
import { askedEvents, type Cursor, type WrittenQuery, writeCursor } from "./events-query.ts";
import { endpointNames, titleOf } from "./names.ts";

/** Events on a page. */
const PAGE = 100;

/**
 * A page of the archived events that are asked for, the latest first. It goes on where the page before ended, whatever
 * came in meanwhile. Throws Misuse where there is no such endpoint, state or time, and CannotRun where a learner is asked
 * for and the service's secrets cannot be read.
 */
export const eventsOf = async (desk: Desk, query: WrittenQuery): Promise<EventsPage> => {
  const names = endpointNames(desk).map(({ name }) => name);
  const asked = askedEvents(query, names);
  const { learner, after } = asked;
  const filter: EventFilter =
    learner === undefined ? asked.filter : { ...asked.filter, tags: (await desk.learners()).tagsOf(learner) };
  const { index } = desk;
  const { events, total } =
    after === undefined ? index.events(filter, 0, PAGE + 1) : pageAfter(index, filter, after);
  const shown = events.slice(0, PAGE);
  const last = shown.at(-1);
  return {
    reading: index.reading,
    rows: shown.map((each) => rowOf(desk, names, each)),
    total,
    ...(events.length > PAGE && last !== undefined && { next: writeCursor(last) }),
  };
};

const rowOf = (
  desk: Desk,
  names: readonly string[],
  { id, arrived, source, states }: IndexedEvent,
): EventRow => ({
  id,
  arrived,
  source,
  title: titleOf(desk, source),
  states: names.map((endpoint, at) => {
    const { state = "untold", filter } = states[at] ?? {};
    return { endpoint, state, ...(filter !== undefined && { filter }) };
  }),
});

/** The events after a cursor, one more than fit a page, and how many there are in all. */
const pageAfter = (
  index: ArchiveIndex,
  filter: EventFilter,
  after: Cursor,
): ReturnType<ArchiveIndex["events"]> => {
  const { total } = index.events(filter, 0, 1);
  // From the same moment on: all events of a message arrived at the same.
  const next = new Date(Date.parse(after.arrived) + 1).toISOString();
  const to = filter.to === undefined || next < filter.to ? next : filter.to;
  const rest: EventFilter = { ...filter, to };
  for (let from = 0, most = 2 * PAGE; ; from += most, most *= 4) {
    const { events } = index.events(rest, from, most);
    const at = events.findIndex((each) => isAfter(each, after));
    if (at >= 0) return { events: index.events(rest, from + at, PAGE + 1).events, total };
    if (events.length < most) return { events: [], total };
  }
};

/** Whether an event stands after another in the order of the index: it arrived before, or its id is the later one. */
const isAfter = (event: Cursor, other: Cursor): boolean =>
  event.arrived < other.arrived || (event.arrived === other.arrived && event.id > other.id);
