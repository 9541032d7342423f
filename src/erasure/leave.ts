import { dayIn, daysAfter } from "../archive/days.ts";
import { isObject, type JsonObject } from "../event/json.ts";
import { LONGEST_WAIT } from "../ledger/ledger.ts";
import type { FoundObject } from "./find.ts";
import type { ToldOf } from "./told.ts";

/** What becomes of a learner's line: undefined where it is removed. */
export type Leaving = (text: string) => string | undefined;

/** What must stay for a while. */
export interface Left {
  readonly leave: Leaving;
  /** Events that the functions may still be at work on. */
  readonly coming: number;
}

/**
 * What must be left of a learner for a while, as of a day (`YYYY-MM-DD`, UTC): that statements are on their way, without
 * which nobody would know that their receipts are still to come; and events of which the ledger knows nothing yet, as
 * their batch was cut off and comes again, or was told to endpoints already. Without these the ledger would not balance.
 * Everything else goes. Of `accounted` events it is known that the ledger knew them, and those of which it is known now
 * are added to it.
 */
export const leaving = (
  objects: readonly FoundObject[],
  told: ReadonlyMap<string, ToldOf>,
  today: string,
  accounted = new Set<unknown>(),
): Left => {
  const left = new Map<string, string>();
  const coming = new Set<unknown>();
  for (const { part, lines } of objects)
    if (part === "ledger") for (const { record } of lines) accounted.add(record.event);
  const isWaiting = (endpoint: string, id: unknown): boolean =>
    typeof id === "string" && told.get(endpoint)?.waiting.has(id) === true;
  for (const { key, part, endpoint = "", lines } of objects) {
    // Later, no queue has it any more.
    const isLate = daysAfter(dayIn(key) ?? today, LONGEST_WAIT) < today;
    for (const { text, record } of lines) {
      const narrowed = part === "ledger" ? narrow(record, isWaiting) : undefined;
      if (narrowed !== undefined) left.set(text, narrowed);
      // Since when it waits again.
      else if (part === "failed" && record.class === "again" && isWaiting(endpoint, record.id))
        left.set(text, text);
      else if (part === "raw" && !isLate && !accounted.has(record.id)) {
        left.set(text, text);
        coming.add(record.id);
      }
    }
  }
  return { leave: (text) => left.get(text), coming: coming.size };
};

/** A line of the ledger with the statements only that wait; undefined where none does. */
const narrow = (
  entry: JsonObject,
  isWaiting: (endpoint: string, id: unknown) => boolean,
): string | undefined => {
  if (!isObject(entry.to)) return undefined;
  const to = Object.entries(entry.to).flatMap(([endpoint, made]) => {
    const ids = Array.isArray(made) ? made.filter((id) => isWaiting(endpoint, id)) : [];
    return ids.length === 0 ? [] : [[endpoint, ids] as const];
  });
  return to.length === 0 ? undefined : JSON.stringify({ ...entry, to: Object.fromEntries(to) });
};
