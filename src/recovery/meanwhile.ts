import type { OnTrouble } from "../archive/damaged.ts";
import { dayIn, daysAfter } from "../archive/days.ts";
import { type EditableBucket, prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import { erasureName, readErasures } from "../erasure/job.ts";
import type { AcceptedEvent } from "../intake.ts";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import type { OpenEvent } from "./survey.ts";

/** What became of events since they were put into quarantine, so that they are not to be taken in any more. */
export interface Meanwhile {
  /** Whether it was accepted the usual way, as it came again. */
  readonly isAccepted: (event: AcceptedEvent) => boolean;
  /** Whether its learner was erased after it had arrived. */
  readonly isErased: (event: AcceptedEvent) => boolean;
}

interface Parts {
  readonly bucket: EditableBucket;
  readonly keys: PseudonymKeys;
  readonly onTrouble?: OnTrouble | undefined;
}

/** Looks for what became of some events. Throws where the archive cannot be read. */
export const readMeanwhile = async (parts: Parts, events: readonly OpenEvent[]): Promise<Meanwhile> => {
  const accepted = await acceptedAmong(parts, events);
  const erased = await erasedUntil(parts);
  return {
    isAccepted: ({ id }) => accepted.has(id),
    isErased: ({ arrived, learner: { username } }) => username !== undefined && arrived <= erased(username),
  };
};

/**
 * The ids of those that are in the ledger, of the days on which they came, and of one more before and after. What a
 * recovery booked itself does not count: it may have been cut off before it was sent.
 */
const acceptedAmong = async (
  { bucket, onTrouble }: Parts,
  events: readonly OpenEvent[],
): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  const ids = new Set(events.map(({ id, takenAs = id }) => takenAs));
  let [from, to] = ["9999-12-31", ""];
  for (const { key, elsewhere = [] } of events)
    for (const day of [dayIn(key) ?? "", ...elsewhere.map(({ arrived }) => arrived.slice(0, 10))]) {
      if (day < from) from = day;
      if (day > to) to = day;
    }
  if (from > to) return found;
  const days = { from: daysAfter(from, -1), to: daysAfter(to, 1) };
  for await (const { line } of readDated(bucket, prefixOf("ledger"), { days, onTrouble })) {
    const { event, recovered } = line as LedgerEntry;
    if (recovered === undefined && ids.has(event)) found.add(event);
  }
  return found;
};

/** Until when what arrived of a learner was erased; an empty text where nothing was. */
const erasedUntil = async ({ bucket, keys }: Parts): Promise<(username: string) => string> => {
  const erasures = new Map<string, string>();
  for await (const { learner, begun, done = begun } of readErasures(bucket)) erasures.set(learner, done);
  const known = new Map<string, string>();
  const secrets = [keys.key, ...(keys.former === undefined ? [] : [keys.former.key])];
  return (username) => {
    if (erasures.size === 0) return "";
    const before = known.get(username);
    if (before !== undefined) return before;
    const all = secrets.map((key) => erasures.get(erasureName(key, username)) ?? "");
    const until = all.reduce((one, other) => (one < other ? other : one));
    known.set(username, until);
    return until;
  };
};
