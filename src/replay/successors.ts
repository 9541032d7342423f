import type { OnTrouble } from "../archive/damaged.ts";
import { daysAfter } from "../archive/days.ts";
import { type Bucket, prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import { type LedgerEntry, LONGEST_WAIT } from "../ledger/ledger.ts";
import type { Past } from "../retell/revision.ts";
import type { Events } from "./events.ts";
import type { HadTable } from "./had.ts";

/**
 * Reads which statements took the place of those that these ones void, of an event that arrived on a day; undefined where
 * nobody can tell, as a part of the ledger is damaged.
 */
export type ReadSuccessors = (
  day: string,
  voidings: readonly string[],
) => Promise<Past["successors"] | undefined>;

interface LedgerDay {
  readonly next: ReadonlyMap<string, readonly string[]>;
  readonly isWhole: boolean;
}

/**
 * Reads the ledger of the days on which events arrived that were revised, and of those after it only where something is
 * not found there: a statement that was sent again as it was may be booked under the day on which it first was. Each day
 * is read once, as long as days are asked for in their order.
 */
export const successorsOf = (
  bucket: Bucket,
  endpoint: string,
  { events, had }: { readonly events: Events; readonly had: HadTable },
  { today, onTrouble }: { readonly today: string; readonly onTrouble: OnTrouble | undefined },
): ReadSuccessors => {
  const days = new Map<string, LedgerDay>();

  const read = async (day: string): Promise<LedgerDay> => {
    const next = new Map<string, string[]>();
    let isWhole = true;
    const options = {
      days: { from: day, to: day },
      onTrouble: (trouble: Parameters<OnTrouble>[0]) => {
        if (trouble.why === "damaged") isWhole = false;
        onTrouble?.(trouble);
      },
    };
    for await (const { line } of readDated(bucket, prefixOf("ledger"), options)) {
      const { event, to } = line as LedgerEntry;
      const made = to[endpoint];
      if (typeof made !== "object" || made.length < 2) continue;
      const known = events.find(event);
      if (known < 0 || !had.hasVoided(known)) continue;
      const last = made.at(-1) ?? "";
      for (const id of made.slice(0, -1)) next.set(id, [...(next.get(id) ?? []), last]);
    }
    return { next, isWhole };
  };

  return async (day, voidings) => {
    // What is asked for is never of an earlier day than before.
    for (const known of days.keys()) if (known < day) days.delete(known);
    const found: LedgerDay[] = [];
    const isFound = (voiding: string): boolean => found.some(({ next }) => next.has(voiding));
    for (let step = 0; step <= LONGEST_WAIT; step++) {
      const each = daysAfter(day, step);
      if (each > today || (step > 0 && voidings.every(isFound))) break;
      const known = days.get(each) ?? (await read(each));
      days.set(each, known);
      found.push(known);
    }
    if (found.some(({ isWhole }) => !isWhole)) return undefined;
    // The order in which objects are listed must not decide which of two is the later.
    return (voiding) => [...new Set(found.flatMap(({ next }) => next.get(voiding) ?? []))].sort();
  };
};
