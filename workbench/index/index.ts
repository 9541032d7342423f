/**
 * The story of the index: whoever refreshes it lists the archive's objects of the days that are looked at, and reads those
 * that are new. Where something that was read is gone, all is read anew beside it, and takes its place when it is whole;
 * until then what was there goes on, and the index says that it is not whole.
 */
import type { Days } from "../../src/archive/days.ts";
import type { EditableBucket } from "../../src/archive/layout.ts";
import type { TakeAgain } from "../../src/recovery/again.ts";
import { inTurn } from "../in-turn.ts";
import { meanwhile } from "../meanwhile.ts";
import { type Answering, answering } from "./answering.ts";
import type { ArchiveIndex, StatementEnd } from "./archive-index.ts";
import { type Unit, unitState } from "./known.ts";
import { batchReader, rereadFailure } from "./reread.ts";

export interface IndexParts {
  readonly bucket: EditableBucket;
  /** Their names, in their order. */
  readonly endpoints: readonly string[];
  /** What becomes of an event of quarantine by the site's files; each is judged when it is read. */
  readonly judge: TakeAgain;
  /** The days that are looked at, as of now. */
  readonly days: () => Days;
  /** The most events that are held: of more, only the latest. */
  readonly most?: number;
  /**
   * After so many days nothing can end any more: a queue's fourteen, and as long as quarantine is kept (see `allDays`).
   * Where it is given, all ends must be explained that come so long after the first day that is looked at, or later.
   */
  readonly late?: number;
  readonly now?: () => number;
}

/** With two endpoints, these take some three hundred megabytes. */
const MOST = 250_000;

/** So often it is looked again in one refresh for what others move meanwhile. */
const PASSES = 10;

/** Makes an index of which nothing is read yet. `refresh` throws where the archive does not answer; then it goes on later. */
export const archiveIndex = (given: IndexParts): ArchiveIndex => {
  const { bucket, endpoints, days, most = MOST, late, now = Date.now } = given;
  const begin = (): Answering => answering({ ...given, most, late, now });
  let current = begin();
  /** What takes its place when it is whole. */
  let next: Answering | undefined;
  /** What was answered before counts on. */
  let base = 0;
  const version = (): number => base + current.version();

  const replace = (by: Answering): void => {
    base = version() + 1 - by.version();
    current = by;
    next = undefined;
  };
  const beginAnew = (): void => {
    const fresh = begin();
    // Of what was never whole, nothing is worth to be kept.
    if (current.isWhole()) next = fresh;
    else replace(fresh);
  };
  /** What is answered goes on, too. */
  const follow = inTurn(async () => {
    if (next !== undefined) await current.follow(days());
  });
  const refresh = async (): Promise<void> => {
    for (let pass = 0; pass < PASSES; pass++) {
      const target = next ?? current;
      const refreshing = target.refresh(days());
      const refreshed = await (target === current ? refreshing : meanwhile(refreshing, follow));
      if (refreshed === "stale") beginAnew();
      if (refreshed !== "whole") continue;
      if (target !== current) replace(target);
      return;
    }
  };
  const rereadBatch = batchReader(bucket);
  const at = (endpoint: string) => current.content.endings[endpoints.indexOf(endpoint)];

  return {
    refresh: inTurn(refresh),
    get isWhole() {
      return next === undefined && current.isWhole();
    },
    get reading() {
      const reading = current.reading(days());
      if (next === undefined) return reading;
      const { read, objects } = next.reading(days());
      // Until they are listed anew, there are as many as before.
      return { ...reading, read, objects: objects === 0 ? reading.objects : objects };
    },
    get version() {
      return version();
    },
    totals: () => current.counted().totals,
    accounts: () => current.counted().accounts,
    unaccounted: (before) => {
      const { unaccounted } = current.counted();
      return before === undefined ? unaccounted.length : unaccounted.filter((each) => each < before).length;
    },
    timeline: (bars, until) => current.timeline(bars, until),
    lastMinute: (time) => {
      const { accepted, delivered } = current.content.minutes.last(time);
      return {
        accepted,
        delivered: Object.fromEntries(endpoints.map((name, each) => [name, delivered[each] ?? 0])),
      };
    },
    events: (filter, from, many) => current.finder.find(filter, from, many),
    event: (id) => {
      const event = current.content.events.find(id);
      return event === undefined || event.arrived === "" ? undefined : current.finder.indexed(event);
    },
    endOf: (endpoint, statement) => endOf(at(endpoint)?.unit(statement)),
    batchOf: async ({ id }) => {
      const place = current.content.events.find(id)?.place;
      return place && rereadBatch(id, place);
    },
    failures: () => current.failures(),
    failedRecord: async (endpoint, id) => {
      const setAside = at(endpoint)?.unit(id)?.failure?.setAside;
      return setAside && rereadFailure(bucket, id, setAside);
    },
    quarantine: () => current.content.quarantined.open(),
    bySource: () => current.content.events.bySource(),
    byTranslation: () => current.byTranslation(),
    answers: (endpoint, many) => at(endpoint)?.last(many) ?? [],
    oldestWaiting: (endpoint) => current.oldestWaiting(endpoints.indexOf(endpoint)),
  };
};

const endOf = (unit: Unit | undefined): StatementEnd | undefined => {
  if (unit?.receipt !== undefined) return { end: "delivered", ...unit.receipt };
  if (unit?.failure === undefined || unitState(unit) !== "setAside") return undefined;
  const { last, setAside } = unit.failure;
  const { replacedBy } = last;
  return { end: "setAside", at: setAside?.at ?? last.at, ...(replacedBy !== undefined && { replacedBy }) };
};
