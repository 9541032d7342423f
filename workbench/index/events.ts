import type { SourceCounts } from "./archive-index.ts";
import { type Columns, newColumns } from "./columns.ts";
import { compare, type KnownEvent, type Place, sharing } from "./known.ts";

/** What a line of `raw/` tells of an event. */
export interface ArchivedEvent extends Pick<KnownEvent, "id" | "arrived" | "source" | "tag"> {
  readonly place: Place;
}

/** All events of which anything was read, each once. */
export interface KnownEvents {
  /** The event of an id, as far as it is known. */
  find(id: string): KnownEvent | undefined;
  /** The same; where nothing of it was read yet, it is known from now on. */
  known(id: string): KnownEvent;
  /** Takes a line of `raw/`; tells when the event was thought to have arrived before, where it was known already. */
  archive(event: ArchivedEvent): string | undefined;
  /** Takes it that the ledger knows an event. */
  book(event: KnownEvent): void;
  /** Takes it that an endpoint is told of an event. */
  tell(event: KnownEvent): void;
  /** Takes it that something became of an event at an endpoint. */
  conclude(event: KnownEvent, endpoint: number): void;
  /** How many are archived. */
  archived(): number;
  /** When those of them arrived that the ledger does not know. */
  unbooked(): readonly string[];
  /**
   * The numbers of those that are archived, the first to arrive first, and of those that arrived together, the last id
   * first.
   */
  inOrder(): readonly number[];
  at(number: number): KnownEvent | undefined;
  readonly columns: Columns;
  bySource(): ReadonlyMap<string, SourceCounts>;
}

/** So many that are new are brought into order together. */
const TOGETHER = 2000;

export const knownEvents = (endpoints: number): KnownEvents => {
  const all = new Map<string, KnownEvent>();
  const numbered: KnownEvent[] = [];
  const columns = newColumns(endpoints);
  const share = sharing();
  const sources = new Map<string, { events: number; told: number }>();
  let ordered: number[] = [];
  let fresh: number[] = [];
  /** Whether one of those that are in order has moved. */
  let hasMoved = false;
  const unbooked = new Set<KnownEvent>();
  let archived = 0;

  const known = (id: string): KnownEvent => {
    const before = all.get(id);
    if (before !== undefined) return before;
    const event: KnownEvent = {
      id,
      number: numbered.length,
      arrived: "",
      source: "",
      tag: undefined,
      place: undefined,
      isBooked: false,
      isTold: false,
      told: new Array(endpoints).fill(undefined),
    };
    all.set(id, event);
    numbered.push(event);
    return event;
  };
  const count = ({ source, isTold }: KnownEvent, by: 1 | -1): void => {
    const counts = sources.get(source) ?? { events: 0, told: 0 };
    sources.set(source, counts);
    counts.events += by;
    if (isTold) counts.told += by;
  };
  /** The last id first, as lists begin at the end: there, of events that arrived together, the first id is first. */
  const byArrival = (one: number, other: number): number => {
    const [event, next] = [numbered[one], numbered[other]];
    return event === undefined || next === undefined
      ? 0
      : compare(event.arrived, next.arrived) || compare(next.id, event.id);
  };
  const order = (): void => {
    ordered = merged(ordered, fresh.sort(byArrival), byArrival);
    fresh = [];
    if (hasMoved) ordered.sort(byArrival);
    hasMoved = false;
  };
  return {
    find: (id) => all.get(id),
    known,
    archive: ({ id, arrived, source, tag, place }) => {
      const event = known(id);
      const before = event.arrived === "" ? undefined : event.arrived;
      if (before !== undefined && before <= arrived) return before;
      if (before === undefined) {
        archived++;
        if (!event.isBooked) unbooked.add(event);
        fresh.push(event.number);
      } else {
        hasMoved = true;
        count(event, -1);
      }
      event.arrived = arrived;
      event.source = share(source);
      event.tag = tag === undefined ? undefined : share(tag);
      event.place = place;
      count(event, 1);
      columns.describe(event);
      if (fresh.length >= TOGETHER) order();
      return before;
    },
    book: (event) => {
      unbooked.delete(event);
      event.isBooked = true;
    },
    tell: (event) => {
      if (event.isTold) return;
      const isCounted = event.arrived !== "";
      if (isCounted) count(event, -1);
      event.isTold = true;
      if (isCounted) count(event, 1);
    },
    conclude: columns.conclude,
    archived: () => archived,
    unbooked: () => [...unbooked].map(({ arrived }) => arrived),
    inOrder: () => {
      if (fresh.length > 0 || hasMoved) order();
      return ordered;
    },
    at: (number) => numbered[number],
    columns,
    bySource: () => sources,
  };
};

/** Most of what is new comes after all that is known, or, where an archive is read first, before it. */
const merged = (
  known: number[],
  fresh: readonly number[],
  order: (one: number, other: number) => number,
): number[] => {
  const [first, last] = [known[0], known.at(-1)];
  const [begin, end] = [fresh[0], fresh.at(-1)];
  if (begin === undefined || end === undefined) return known;
  if (first === undefined || last === undefined || order(last, begin) <= 0) return known.concat(fresh);
  if (order(end, first) <= 0) return fresh.concat(known);
  const all: number[] = [];
  let at = 0;
  for (const next of fresh) {
    for (let one = known[at]; one !== undefined && order(one, next) <= 0; one = known[++at]) all.push(one);
    all.push(next);
  }
  return all.concat(known.slice(at));
};
