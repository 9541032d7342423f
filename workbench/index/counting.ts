import { daysAfter } from "../../src/archive/days.ts";
import { type Account, FILTERS, type Filter, LONGEST_WAIT } from "../../src/ledger/ledger.ts";
import { hasStatements, isOfEvent, type Told, type Unit, unitState } from "./known.ts";

/**
 * The account of an endpoint, as `tally` draws it up from all lines at once: here each change is counted when it comes, as
 * a tally of a hundred thousand statements takes too long to be drawn up anew while somebody waits.
 */
export interface Counting {
  /** Counts what an endpoint was told of an event as it is after a change. */
  change(told: Told, act: () => void): void;
  account(today: string): Omit<Account, "endpoint" | "unexplained">;
  /** What is neither delivered nor set aside. */
  readonly waiting: ReadonlySet<Unit>;
}

export const newCounting = (): Counting => {
  const ends = { delivered: 0, setAside: 0, waiting: 0 };
  const filtered: Record<Filter, number> = {
    consent: 0,
    selection: 0,
    launch: 0,
    where: 0,
    mapping: 0,
    repeat: 0,
  };
  const waiting = new Set<Unit>();
  /** How many wait since which day. */
  const days = new Map<string, number>();

  const count = (told: Told, by: 1 | -1): void => {
    let isMade = false;
    for (const unit of told.units) {
      if (!unit.isMade) continue;
      isMade = true;
      // An event counts itself only as long as there is no statement of it.
      if (isOfEvent(unit) && hasStatements(told)) continue;
      const state = unitState(unit);
      ends[state] += by;
      if (state !== "waiting") continue;
      const day = sinceDay(unit);
      days.set(day, (days.get(day) ?? 0) + by);
      if (by === 1) waiting.add(unit);
      else waiting.delete(unit);
    }
    if (!isMade && told.filter !== undefined) filtered[told.filter] += by;
  };
  return {
    change: (told, act) => {
      count(told, -1);
      act();
      count(told, 1);
    },
    account: (today) => {
      let overdue = 0;
      for (const [day, each] of days) if (each > 0 && daysAfter(day, LONGEST_WAIT) < today) overdue += each;
      const silent = FILTERS.reduce((sum, each) => sum + filtered[each], 0);
      return {
        received: ends.delivered + ends.setAside + ends.waiting + silent,
        ...ends,
        overdue,
        filtered: { ...filtered },
      };
    },
    waiting,
  };
};

/** What was sent again has waited only since then. */
const sinceDay = ({ failure, day }: Unit): string =>
  failure?.last.class === "again" ? (failure.last.since ?? failure.last.at).slice(0, 10) : day;
