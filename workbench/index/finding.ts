import type { EventState } from "../api/events.ts";
import type { EventFilter, FoundEvents, IndexedEvent } from "./archive-index.ts";
import { bitOf, codeOf, isState, madeBy } from "./columns.ts";
import type { KnownEvents } from "./events.ts";
import { type KnownEvent, stateOf, type Told } from "./known.ts";

/** Finds events, the latest first. */
export interface Finder {
  find(filter: EventFilter, from: number, most: number): FoundEvents;
  indexed(event: KnownEvent): IndexedEvent;
}

/** So many filters are remembered with what they let pass. */
const REMEMBERED = 8;

/** What is found by a filter is remembered until `version` grows. */
export const finderOf = (
  endpoints: readonly string[],
  events: KnownEvents,
  version: () => number,
): Finder => {
  let of = -1;
  const remembered = new Map<string, readonly number[]>();

  /** What a filter lets pass at whatever time, the first to arrive first. */
  const passing = ({
    endpoint,
    state,
    filter,
    source,
    translation,
    tags,
  }: EventFilter): readonly number[] => {
    if (of !== version()) remembered.clear();
    of = version();
    const lasting = { endpoint, state, filter, source, translation, tags };
    if (Object.values(lasting).every((each) => each === undefined)) return events.inOrder();
    const key = JSON.stringify(lasting);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const found = events.inOrder().filter(passesBy(lasting, endpoints, events));
    const [oldest] = remembered.keys();
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(key, found);
    return found;
  };
  const indexed = ({ id, arrived, source, tag, told }: KnownEvent): IndexedEvent => ({
    id,
    arrived,
    source,
    tag,
    states: endpoints.map((_, at) => stateAt(told[at])),
  });
  /** The position of the first event that arrived at a time or after it. */
  const firstSince = (numbers: readonly number[], time: string): number => {
    let [low, high] = [0, numbers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((events.at(numbers[middle] ?? 0)?.arrived ?? "") < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    find: (filter, from, most) => {
      const all = passing(filter);
      const begin = filter.from === undefined ? 0 : firstSince(all, filter.from);
      const end = filter.to === undefined ? all.length : firstSince(all, filter.to);
      const last = Math.max(begin, end - Math.max(0, from));
      const first = Math.max(begin, last - Math.max(0, most));
      const found = all.slice(first, last).reverse();
      return {
        events: found.flatMap((number) => events.at(number) ?? []).map(indexed),
        total: Math.max(0, end - begin),
      };
    },
    indexed,
  };
};

const stateAt = (told: Told | undefined): IndexedEvent["states"][number] => {
  const state = stateOf(told);
  return {
    state,
    ...(state === "filtered" && told?.filter !== undefined && { filter: told.filter }),
    statements: told?.units.flatMap(({ id, isMade }) => (isMade && id !== told.event.id ? [id] : [])) ?? [],
  };
};

const NONE = (): boolean => false;

/** Whether a filter lets an event pass, by its number. */
const passesBy = (
  { endpoint, state, filter, source, translation, tags }: Omit<EventFilter, "from" | "to">,
  endpoints: readonly string[],
  { columns }: KnownEvents,
): ((event: number) => boolean) => {
  const asked = endpoint === undefined ? [...endpoints.keys()] : [endpoints.indexOf(endpoint)];
  if (asked.includes(-1)) return NONE;
  const ofSource = source === undefined ? undefined : columns.sources.find(source);
  if (source !== undefined && ofSource === undefined) return NONE;
  const learners = tags && new Set(tags.flatMap((tag) => columns.tags.find(tag) ?? []));
  // What is no end of a statement is a state of the event.
  const bit = state === undefined ? 0 : bitOf(state);
  const end = bit === 0 ? undefined : state;
  const lists =
    translation === undefined
      ? undefined
      : columns.translations.all().map((list) => madeBy(list, translation, end));
  const code = filter && codeOf("filtered", filter);
  const isAtAny = state !== undefined || code !== undefined || lists !== undefined;
  /** Where a translation is asked for as well, its list says how the statements of that ended. */
  const passesState = (event: number, at: number, asked: EventState): boolean =>
    bit === 0
      ? isState(columns.stateOf(event, at), asked)
      : lists !== undefined || (columns.endsOf(event, at) & bit) !== 0;
  const passesAt = (event: number, at: number): boolean => {
    const own = columns.stateOf(event, at);
    return (
      (state === undefined || passesState(event, at, state)) &&
      (code === undefined || own === code) &&
      (lists === undefined || lists[columns.translationsOf(event, at)] === true)
    );
  };
  return (event) => {
    if (ofSource !== undefined && columns.sourceOf(event) !== ofSource) return false;
    if (learners !== undefined && !learners.has(columns.tagOf(event))) return false;
    if (!isAtAny) return true;
    for (const at of asked) if (passesAt(event, at)) return true;
    return false;
  };
};
