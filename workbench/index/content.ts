import { DamagedArchive, type OnTrouble } from "../../src/archive/damaged.ts";
import type { EditableBucket, FoundObject } from "../../src/archive/layout.ts";
import type { FailedRecord, Receipt } from "../../src/archive/records.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import type { LedgerEntry } from "../../src/ledger/ledger.ts";
import type { TakeAgain } from "../../src/recovery/again.ts";
import { type Endings, endingsAt } from "./endings.ts";
import { type KnownEvents, knownEvents } from "./events.ts";
import type { Place, Unit } from "./known.ts";
import { type Minutes, minutesOf } from "./minutes.ts";
import { dayOfKey, partOf } from "./objects.ts";
import { type Quarantined, quarantined } from "./quarantined.ts";

/** What is held of the archive's lines: ids, times and counts. Whatever is taken twice counts once. */
export interface Content {
  readonly events: KnownEvents;
  readonly endings: readonly Endings[];
  readonly minutes: Minutes;
  readonly quarantined: Quarantined;
  /** Takes records of an object, in any order. Throws DamagedArchive at one that is none. */
  take(place: Place, records: readonly JsonObject[], only: "all" | "known"): void;
  takeQuarantined(key: string, found: FoundObject): Promise<void>;
  /**
   * Ends a reading: all that there was is taken. `hasGrown` tells whether the ledger has got more since; `judgedFrom` is
   * the day from which on every end must be explained.
   */
  settle(end: {
    readonly hasGrown: () => Promise<boolean>;
    readonly judgedFrom: string | undefined;
    readonly onTrouble: OnTrouble;
  }): Promise<void>;
  /** Events that were not collected. */
  withheld(): number;
  /** How often anything of it changed. */
  changes(): number;
}

export const newContent = (
  bucket: EditableBucket,
  endpoints: readonly string[],
  judge: TakeAgain,
): Content => {
  const events = knownEvents(endpoints.length);
  const minutes = minutesOf(endpoints.length);
  let reading = 1;
  const endings = endpoints.map((name, at) => endingsAt(name, at, events, minutes, () => reading));
  const inQuarantine = quarantined(bucket, judge);
  const withheld = new Set<string>();
  let changes = 0;

  const archive = (record: Line, place: Place, day: string): void => {
    const { id, arrived, source, learner } = record;
    const tag = isObject(learner) && typeof learner.tag === "string" ? learner.tag : undefined;
    const time = typeof arrived === "string" && arrived !== "" ? arrived : `${day}T00:00:00.000Z`;
    const event = { id, arrived: time, source: typeof source === "string" ? source : "", tag, place };
    const before = events.archive(event);
    if (before !== undefined && before <= time) return;
    if (before !== undefined) minutes.add("accepted", before, -1);
    minutes.add("accepted", time);
  };
  const book = (entry: LedgerEntry, day: string): void => {
    if (entry.withheld === true) {
      withheld.add(entry.event);
      return;
    }
    const event = events.known(entry.event);
    events.book(event);
    // What was in quarantine, or was replayed, has waited only since then.
    const since = entry.recovered?.slice(0, 10) ?? day;
    for (const each of endings) each.booked(event, entry, since);
  };
  /** The endpoint that a key names; undefined where it is none of these. */
  const endingsOf = (key: string): Endings | undefined =>
    endings[endpoints.indexOf(/\/endpoint=([^/]+)\//.exec(key)?.[1] ?? "")];

  return {
    events,
    endings,
    minutes,
    quarantined: inQuarantine,
    take: (place, records, only) => {
      const { key } = place;
      const [part, day, ends] = [partOf(key), dayOfKey(key), endingsOf(key)];
      const isWanted = (event: string): boolean => only === "all" || events.find(event) !== undefined;
      changes++;
      for (const record of records) {
        if (part === "raw") archive(lineOf(record, key), place, day);
        else if (part === "ledger") {
          const entry = entryOf(record, key);
          if (entry.withheld === true || isWanted(entry.event)) book(entry, day);
        } else if (ends !== undefined) {
          const end = endOf(record, key);
          if (!isWanted(end.event)) continue;
          if (part === "receipts") ends.delivered(end as Receipt);
          else ends.setAside(end as FailedRecord, place);
        }
      }
    },
    takeQuarantined: async (key, found) => {
      await inQuarantine.add(key, found);
      changes++;
    },
    settle: async ({ hasGrown, judgedFrom, onTrouble }) => {
      const isSettled = !endings.some((each) => each.holds(reading)) || !(await hasGrown());
      const isJudged = judgeOf(judgedFrom);
      for (const each of endings) each.judge({ reading, isSettled, isJudged });
      reading++;
      if (await inQuarantine.settle(onTrouble)) changes++;
    },
    withheld: () => withheld.size,
    changes: () => changes + endings.reduce((sum, each) => sum + each.changes(), 0),
  };
};

/**
 * Ends without a line of the ledger: what arrived before the days that are looked at has its line there. So an end is only
 * judged where its event arrived within the days and the ledger knows nothing of it, or from a day on after which nothing
 * can end any more that arrived before them.
 */
const judgeOf =
  (judgedFrom: string | undefined) =>
  ({ told: { event }, receipt, failure }: Unit): boolean => {
    if (event.arrived !== "" && !event.isBooked) return true;
    const days = [receipt?.at, failure?.last.at].map((at = "") => at.slice(0, 10));
    return judgedFrom !== undefined && days.some((day) => judgedFrom <= day);
  };

type Line = JsonObject & { readonly id: string };

const damaged = (key: string): DamagedArchive =>
  new DamagedArchive(`A line of the archive's object ${key} is damaged.`);

const lineOf = (record: JsonObject, key: string): Line => {
  const { id } = record;
  if (typeof id !== "string") throw damaged(key);
  return { ...record, id };
};

/** What it holds besides is as the translator writes it. */
const entryOf = (record: JsonObject, key: string): LedgerEntry => {
  const { event, to } = record;
  if (typeof event !== "string" || !isObject(to)) throw damaged(key);
  return record as unknown as LedgerEntry;
};

const endOf = (record: JsonObject, key: string): Receipt | FailedRecord => {
  const { id, event, at } = record;
  if (typeof id !== "string" || typeof event !== "string" || typeof at !== "string") throw damaged(key);
  return record as unknown as Receipt | FailedRecord;
};
