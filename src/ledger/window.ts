import { type Days, daysAfter } from "../archive/days.ts";
import type { ArchivePart } from "../settings.ts";
import { LONGEST_WAIT } from "./ledger.ts";

/** Which of the archive's days an account is drawn up from. */
export interface Window {
  /** The days on which the events arrived that count. */
  readonly counted: Days;
  /** From here on, older lines of the ledger are read as well, for they explain what ended later. */
  readonly explainedFrom: string;
  /** From here on, every end must be explained by a line of the ledger; absent where none must be. */
  readonly judgedFrom?: string;
  /** Days whose ledger may know events that came again later, such as from dead letters: read only where some are missing. */
  readonly again?: Days;
  /** The days on which what arrived may have ended. */
  readonly ended: Days;
  /** Further days on which it may have: only what was sent again waits until then. */
  readonly later?: Days;
  readonly today: string;
}

/**
 * All days of which the archive still keeps everything: where a part is kept for a shorter time than the ledger, as
 * `failed/` is by default, nobody can tell any more how the statements of the days before ended.
 */
export const allDays = (retention: Readonly<Record<ArchivePart, number>>, today: string): Window => {
  const first = (part: ArchivePart): string => daysAfter(today, 1 - retention[part]);
  const from = latest([first("raw"), first("ledger"), first("receipts"), first("failed")]);
  // What was in quarantine is told to endpoints as late as when it is recovered.
  const late = LONGEST_WAIT + retention.quarantine;
  const explainedFrom = latest([first("ledger"), daysAfter(from, -late)]);
  // The clocks of the functions may be ahead of this one's.
  const counted = { from, to: daysAfter(today, 1) };
  return {
    counted,
    explainedFrom,
    judgedFrom: daysAfter(explainedFrom, late),
    ended: counted,
    today,
  };
};

/** One day: the events that arrived then, wherever they ended since. */
export const oneDay = (day: string, today: string): Window => {
  const end = daysAfter(day, LONGEST_WAIT);
  const tomorrow = daysAfter(today, 1);
  return {
    counted: { from: day, to: day },
    explainedFrom: day,
    ...(day < tomorrow && { again: { from: daysAfter(day, 1), to: tomorrow } }),
    ended: { from: day, to: end < tomorrow ? end : tomorrow },
    ...(end < tomorrow && { later: { from: daysAfter(end, 1), to: tomorrow } }),
    today,
  };
};

const latest = (days: readonly string[]): string => days.reduce((one, other) => (one < other ? other : one));
