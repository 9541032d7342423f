import { type Bucket, prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import type { Receipt } from "../archive/records.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import type { Past } from "./revision.ts";

/** What an endpoint accepted of these events, by the ids of the statements. */
export const readDelivered = async (
  bucket: Bucket,
  endpoint: string,
  events: ReadonlySet<string>,
): Promise<Pick<Past, "delivered" | "said">> => {
  const delivered = new Map<string, string>();
  const said = new Map<string, string[]>();
  for await (const { line } of readDated(bucket, prefixOf("receipts", endpoint))) {
    const { id, event, mappingHash, content } = line as Receipt;
    if (!events.has(event)) continue;
    delivered.set(id, mappingHash);
    if (content !== undefined) said.set(id, [...(said.get(id) ?? []), content]);
  }
  return { delivered, said };
};

/** Reads which statements took the place of others, from the ledger of the days (`YYYY-MM-DD`) of their events. */
export type ReadSuccessors = (days: readonly string[]) => Promise<Past["successors"]>;

/** Reads the ledger of each day once, and remembers what it says of these events. */
export const successorsReader = (
  bucket: Bucket,
  endpoint: string,
  events: ReadonlySet<string>,
): ReadSuccessors => {
  const days = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  const read = async (day: string): Promise<ReadonlyMap<string, readonly string[]>> => {
    const found = new Map<string, string[]>();
    const options = { days: { from: day, to: day } };
    for await (const { line } of readDated(bucket, prefixOf("ledger"), options)) {
      const { event, to } = line as LedgerEntry;
      const made = to[endpoint];
      if (!events.has(event) || typeof made !== "object") continue;
      const last = made.at(-1) ?? "";
      for (const id of made.slice(0, -1)) found.set(id, [...(found.get(id) ?? []), last]);
    }
    return found;
  };
  const once = (day: string): ReturnType<typeof read> => {
    const reading = days.get(day) ?? read(day);
    days.set(day, reading);
    return reading;
  };
  return async (wanted) => {
    const all = await Promise.all([...new Set(wanted)].map(once));
    // The order in which objects are listed must not decide which of two is the later.
    return (voiding) => [...new Set(all.flatMap((each) => each.get(voiding) ?? []))].sort();
  };
};
