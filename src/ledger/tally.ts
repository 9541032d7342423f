import { type Notes, notes } from "../archive/uuid-numbers.ts";
import { type IdNumbers, idNumbers } from "./ids.ts";
import { type Account, FILTERS, type LedgerEntry, LONGEST_WAIT } from "./ledger.ts";

/** Ids of statements that an endpoint accepted or that were set aside; an id of an event that no mapping could translate. */
export interface Ends {
  readonly delivered: ReadonlySet<string>;
  readonly setAside: ReadonlySet<string>;
}

/** Draws up an endpoint's account from all lines of the ledger, in any order: see `tally`. */
export const account = (endpoint: string, lines: readonly LedgerEntry[], ends: Ends): Account => {
  const counting = tally(endpoint);
  for (const line of lines) counting.made(line, "");
  for (const id of ends.delivered) counting.delivered(id);
  for (const id of ends.setAside) counting.setAside(id, { at: "" });
  return counting.account();
};

/** Why a statement is set aside no more or still is: the last record of it under `failed/`. */
export interface Standing {
  readonly at: string;
  /** When it was sent again, if it was: then it waits once more. */
  readonly again?: string;
}

/** Counts for one endpoint, line by line: first everything that was made, then where it ended. */
export interface Tally {
  /** A line of the ledger, of the day on which its event arrived. */
  made(entry: Pick<LedgerEntry, "event" | "to">, day: string): void;
  /** A line that does not count, but explains what ended later. */
  known(entry: Pick<LedgerEntry, "event" | "to">): void;
  /** An end; with `isJudged` false, one that need not be explained. */
  delivered(id: string, isJudged?: boolean): void;
  setAside(id: string, standing: Standing, isJudged?: boolean): void;
  /** How many are neither delivered nor set aside. */
  waiting(): number;
  /** With today's day, tells those that have waited for too long. */
  account(today?: string): Account;
}

/** What is noted of a statement, or of an event that a mapping failed at: that it was made, or is known, or was delivered. */
const [MADE, KNOWN, DELIVERED] = [1, 2, 4];
/** Of an event, besides: that a statement of it was made; and above these bits why none was, as its place in FILTERS and one. */
const TOLD = 8;
const BITS = 4;

/**
 * Makes an endpoint's account from lines of the ledger in any order, and holds no more than ids: some 26 bytes for each
 * statement. Everything is counted by id. An event that came again in another batch may have lines that differ: every
 * statement that was made in any of them counts, and only where there is none its failure, or else why there is none.
 * `events` are numbers of events that may be shared by endpoints: two bytes more for each.
 */
export const tally = (endpoint: string, events: IdNumbers = idNumbers()): Tally => {
  const statements = idNumbers();
  const noted = notes();
  /** The last day on which its event arrived, in days since 1970. */
  const days = notes();
  const ofEvents = notes();
  const failed = new Map<number, number>();
  /** By the numbers of statements, and of events as `ofEvent` has them. */
  const standings = new Map<number, Standing>();
  const unexplained = new Set<string>();
  /** How many wait, as long as nothing else has become of any. */
  let waiting: number | undefined;

  const add = (all: Notes, number: number, bits: number): void => all.set(number, all.get(number) | bits);
  const has = (all: Notes, number: number, bit: number): boolean =>
    number >= 0 && (all.get(number) & bit) !== 0;

  /** The number of what counts as made and has ended, one of an event below zero; undefined where nothing has. */
  const ended = (id: string, isJudged: boolean): number | undefined => {
    const statement = statements.find(id);
    if (has(noted, statement, MADE)) return statement;
    const event = events.find(id);
    if (has(ofEvents, event, MADE)) return ofEvent(event);
    if (isJudged && !has(noted, statement, KNOWN) && !has(ofEvents, event, KNOWN)) unexplained.add(id);
    return undefined;
  };
  const isDelivered = (number: number): boolean =>
    number >= 0 ? has(noted, number, DELIVERED) : has(ofEvents, ofEvent(number), DELIVERED);
  const isWaiting = (number: number): boolean => {
    if (isDelivered(number)) return false;
    const standing = standings.get(number);
    return standing === undefined || standing.again !== undefined;
  };
  /** Gives what counts as made, each once. */
  const eachMade = (take: (number: number) => void): void => {
    for (let number = 0; number < statements.size(); number++) if (has(noted, number, MADE)) take(number);
    for (const event of failed.keys()) if (!has(ofEvents, event, TOLD)) take(ofEvent(event));
  };

  return {
    made: ({ event: id, to }, day) => {
      const made = to[endpoint];
      if (made === undefined) return;
      const event = events.add(id);
      waiting = undefined;
      if (made === "failed") {
        add(ofEvents, event, MADE);
        failed.set(event, Math.max(numberOf(day), failed.get(event) ?? 0));
      } else if (typeof made === "string") {
        // Of two filters the one that an event comes to later: it got that far at least once.
        const before = ofEvents.get(event);
        const later = Math.max(before >>> BITS, FILTERS.indexOf(made) + 1);
        ofEvents.set(event, (before % (1 << BITS)) | (later << BITS));
      } else {
        add(ofEvents, event, TOLD);
        for (const each of made) {
          const statement = statements.add(each);
          add(noted, statement, MADE);
          days.set(statement, Math.max(numberOf(day), days.get(statement)));
        }
      }
    },
    known: ({ event, to }) => {
      const made = to[endpoint];
      if (made === "failed") add(ofEvents, events.add(event), KNOWN);
      else if (typeof made === "object") for (const id of made) add(noted, statements.add(id), KNOWN);
    },
    delivered: (id, isJudged = true) => {
      const number = ended(id, isJudged);
      if (number === undefined) return;
      waiting = undefined;
      if (number >= 0) add(noted, number, DELIVERED);
      else add(ofEvents, ofEvent(number), DELIVERED);
    },
    setAside: (id, standing, isJudged = true) => {
      const number = ended(id, isJudged);
      if (number === undefined) return;
      waiting = undefined;
      if ((standings.get(number)?.at ?? standing.at) <= standing.at) standings.set(number, standing);
    },
    waiting: () => {
      if (waiting !== undefined) return waiting;
      let count = 0;
      eachMade((number) => {
        if (isWaiting(number)) count++;
      });
      waiting = count;
      return count;
    },
    account: (today) => {
      const counted = { received: 0, delivered: 0, setAside: 0, waiting: 0, overdue: 0 };
      const now = today === undefined ? Number.NEGATIVE_INFINITY : numberOf(today);
      eachMade((number) => {
        counted.received++;
        if (isDelivered(number)) counted.delivered++;
        else if (!isWaiting(number)) counted.setAside++;
        else {
          counted.waiting++;
          const again = standings.get(number)?.again;
          const made = number >= 0 ? days.get(number) : (failed.get(ofEvent(number)) ?? 0);
          const since = again === undefined ? made : numberOf(again.slice(0, 10));
          if (since + LONGEST_WAIT < now) counted.overdue++;
        }
      });
      const filtered = { consent: 0, selection: 0, launch: 0, where: 0, mapping: 0, repeat: 0 };
      for (let event = 0; event < events.size(); event++) {
        const filter = FILTERS[(ofEvents.get(event) >>> BITS) - 1];
        if (filter === undefined || has(ofEvents, event, TOLD | MADE)) continue;
        counted.received++;
        filtered[filter]++;
      }
      return { endpoint, ...counted, filtered, unexplained: unexplained.size };
    },
  };
};

/** An event stands among statements by a number below zero, and by that again for itself. */
const ofEvent = (number: number): number => -1 - number;

const DAY = 86_400_000;

/** A day as a number, in days since 1970; 0 where it is none. */
const numberOf = (day: string): number => Math.max(0, Date.parse(day) / DAY) || 0;
