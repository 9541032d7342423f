/**
 * What one endpoint was told and how it ended, from lines of the ledger, receipts and records under `failed/` in any order.
 * An end that is read before the line of the ledger that explains it counts when that comes. What no line has explained
 * when all of them were read is judged.
 */
import type { FailedRecord, Receipt } from "../../src/archive/records.ts";
import type { OpenFailure } from "../../src/ledger/failures.ts";
import type { Account, LedgerEntry, Made } from "../../src/ledger/ledger.ts";
import { type Answers, lastAnswers } from "./answers.ts";
import { newCounting } from "./counting.ts";
import type { KnownEvents } from "./events.ts";
import { isAnswer, openFailures, withRecord } from "./failures.ts";
import { type KnownEvent, laterFilter, type Place, sharing, type Told, type Unit } from "./known.ts";
import type { Minutes } from "./minutes.ts";

export interface Endings extends Pick<Answers, "last"> {
  /** A line of the ledger, of the day on which its event arrived. */
  booked(event: KnownEvent, entry: LedgerEntry, day: string): void;
  delivered(receipt: Receipt): void;
  setAside(record: FailedRecord, place: Place): void;
  /** Whether an end was found in a reading that the ledger does not explain yet. */
  holds(reading: number): boolean;
  /** Judges the ends that the ledger does not explain, when all of it was read: see `Judge`. */
  judge(judge: Judge): void;
  account(today: string): Account;
  unit(id: string): Unit | undefined;
  failures(): readonly OpenFailure[];
  byTranslation(): ReadonlyMap<string, number>;
  oldestWaiting(): string | undefined;
  /** How often anything of it changed. */
  changes(): number;
}

export interface Judge {
  /** The reading that has just ended. */
  readonly reading: number;
  /** Whether the ledger has not got more since it was read: else, what was found in this reading may be explained by that. */
  readonly isSettled: boolean;
  /** Whether the days that are looked at must have what explains the end of a unit. */
  readonly isJudged: (unit: Unit) => boolean;
}

export const endingsAt = (
  endpoint: string,
  position: number,
  events: KnownEvents,
  minutes: Minutes,
  reading: () => number,
): Endings => {
  const counting = newCounting();
  const units = new Map<string, Unit>();
  /** Those that ended, and of which the ledger knows nothing yet, each with the reading in which its end was found. */
  const held = new Map<Unit, number>();
  const failed = new Set<Unit>();
  const translations = new Map<string, number>();
  const answers = lastAnswers();
  const share = sharing();
  let unexplained = 0;
  let changes = 0;

  const toldOf = (event: KnownEvent): Told => {
    const known = event.told[position];
    if (known !== undefined) return known;
    const told: Told = { event, units: NONE, filter: undefined, recovered: undefined };
    event.told[position] = told;
    return told;
  };
  const unitOf = (id: string, event: string): Unit => {
    const known = units.get(id);
    if (known !== undefined) return known;
    const told = toldOf(events.known(event));
    const unit: Unit = {
      id: id === told.event.id ? told.event.id : id,
      told,
      isMade: false,
      day: "",
      receipt: undefined,
      failure: undefined,
    };
    told.units = [...told.units, unit];
    units.set(unit.id, unit);
    return unit;
  };
  const change = (told: Told, act: () => void): void => {
    counting.change(told, act);
    events.conclude(told.event, position);
    changes++;
  };
  /** A statement is of the event that the ledger says, whatever its end says. */
  const adopt = (unit: Unit, told: Told): void => {
    if (unit.told === told || unit.isMade) return;
    const before = unit.told;
    change(before, () => {
      before.units = before.units.filter((each) => each !== unit);
    });
    unit.told = told;
    told.units = [...told.units, unit];
  };
  const make = (unit: Unit, day: string): void => {
    unit.isMade = true;
    held.delete(unit);
    if (unit.day < day) unit.day = day;
  };
  const hold = (unit: Unit): void => {
    if (!unit.isMade && !held.has(unit)) held.set(unit, reading());
  };

  return {
    booked: (event, { to, recovered }, day) => {
      const made: Made | undefined = to[endpoint];
      if (made === undefined) return;
      const told = toldOf(event);
      if (recovered !== undefined && (told.recovered ?? "") < recovered) told.recovered = share(recovered);
      const ids = typeof made === "object" ? made : made === "failed" ? [event.id] : [];
      const all = ids.map((id) => unitOf(id, event.id));
      for (const unit of all) adopt(unit, told);
      const units = all.filter((unit) => unit.told === told);
      change(told, () => {
        if (typeof made === "string" && made !== "failed") told.filter = laterFilter(made, told.filter);
        for (const unit of units) make(unit, day);
        // In the order in which they were made, however they ended.
        if (units.some((unit, at) => told.units[at] !== unit))
          told.units = [...new Set([...units, ...told.units])];
      });
      if (typeof made === "object") events.tell(event);
    },
    delivered: ({ id, event, at, status, content, translation }) => {
      const unit = unitOf(id, event);
      const before = unit.receipt;
      if (before?.at !== at) answers.add({ at, status, end: "delivered" });
      if (before !== undefined && at <= before.at) return;
      if (before !== undefined) minutes.add(position, before.at, -1);
      else translations.set(translation, (translations.get(translation) ?? 0) + 1);
      minutes.add(position, at);
      change(unit.told, () => {
        unit.receipt = { at: share(at), status, content, translation: share(translation) };
      });
      hold(unit);
    },
    setAside: (record, place) => {
      const unit = unitOf(record.id, record.event);
      const before = unit.failure;
      const { at, status } = record;
      if (isAnswer(record) && before?.setAside?.at !== at)
        answers.add({ at, ...(status !== undefined && { status }), end: "setAside" });
      const failure = withRecord(before, record, place, share);
      change(unit.told, () => {
        unit.failure = failure;
      });
      failed.add(unit);
      hold(unit);
      const [then, now] = [before?.setAside?.first, failure.setAside?.first];
      if (then !== now) {
        if (then !== undefined) minutes.add("setAside", then, -1);
        if (now !== undefined) minutes.add("setAside", now);
      }
    },
    holds: (reading) => [...held.values()].includes(reading),
    judge: (judge) => {
      let count = 0;
      for (const [unit, since] of held)
        if ((judge.isSettled || since < judge.reading) && judge.isJudged(unit)) count++;
      if (count !== unexplained) changes++;
      unexplained = count;
    },
    account: (today) => ({ endpoint, ...counting.account(today), unexplained }),
    unit: (id) => units.get(id),
    failures: () => openFailures(failed),
    byTranslation: () => translations,
    last: answers.last,
    oldestWaiting: () => oldestOf(counting.waiting),
    changes: () => changes,
  };
};

const NONE: readonly Unit[] = [];

const oldestOf = (waiting: Iterable<Unit>): string | undefined => {
  let oldest: string | undefined;
  for (const { told, failure } of waiting) {
    const since = failure?.last.since ?? failure?.last.at ?? told.recovered ?? told.event.arrived;
    // Of what is in the ledger, but whose event is not read yet, nobody knows.
    if (since !== "" && (oldest === undefined || since < oldest)) oldest = since;
  }
  return oldest;
};
