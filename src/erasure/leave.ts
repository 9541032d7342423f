import { isObject, type JsonObject } from "../event/json.ts";
import type { FoundObject } from "./find.ts";
import type { ToldOf } from "./told.ts";

/** What becomes of a learner's line: undefined where it is removed. */
export type Leaving = (text: string) => string | undefined;

/**
 * What must be left of a learner for a while: that statements are on their way. Without it nobody would know that their
 * receipts are still to come, and the ledger would not balance. Everything else goes.
 */
export const leaving = (objects: readonly FoundObject[], told: ReadonlyMap<string, ToldOf>): Leaving => {
  const left = new Map<string, string>();
  const isWaiting = (endpoint: string, id: unknown): boolean =>
    typeof id === "string" && told.get(endpoint)?.waiting.has(id) === true;
  for (const { part, endpoint = "", lines } of objects)
    for (const { text, record } of lines) {
      const narrowed = part === "ledger" ? narrow(record, isWaiting) : undefined;
      if (narrowed !== undefined) left.set(text, narrowed);
      // Since when it waits again.
      else if (part === "failed" && record.class === "again" && isWaiting(endpoint, record.id))
        left.set(text, text);
    }
  return (text) => left.get(text);
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
