import { counted } from "../src/counted.ts";
import { type Counts, total } from "../src/erasure/counts.ts";
import type { Erased, EraseParts, Survey } from "../src/erasure/erase.ts";
import type { Depths } from "../src/ledger/balance.ts";

/** A user who is to be erased, and what was found of them. */
export interface Eraser {
  readonly parts: EraseParts;
  readonly before: Survey;
  /** Statements that will be voided, and those that can only be listed, by endpoint. */
  readonly telling: { readonly voided: Counts; readonly listed: Counts };
  /** Nothing is kept of them. */
  readonly isUnknown: boolean;
  readonly depths: () => Promise<Depths>;
}

/** What became of it. */
export interface ErasedUser extends Erased {
  /** Messages that the events queue holds: some may be theirs. */
  readonly events: number;
}

export const questionOf = ({ before, telling }: Eraser, username: string): string => {
  const { counts, named, objects } = before.found;
  const parts = listOf(counts);
  return [
    `Of ${username}, ${counted(total(counts), "record")} in ${counted(objects.length, "object")}${parts === "" ? "" : ` (${parts})`}.`,
    ...(named === 0
      ? []
      : [`${named} of them only name this user: nothing proves who sent them. They are removed as well.`]),
    ...(total(telling.voided) === 0 ? [] : [`To be voided: ${listOf(telling.voided)} statements.`]),
    ...(total(telling.listed) === 0
      ? []
      : [`To be listed, for those who run them: ${listOf(telling.listed)} statements.`]),
    "Erase all of it, for good?",
  ].join("\n");
};

export const erasedText = ({ record, remains, events }: ErasedUser): string => {
  const { removed, objects, voided, listed, waiting } = record;
  return [
    remains.length === 0
      ? `Erased: ${counted(total(removed), "record")}, out of ${counted(objects, "object")}.`
      : `Not done yet; removed were ${counted(total(removed), "record")}.`,
    ...(total(voided) === 0 ? [] : [`  Voided, by statements that are in the queue: ${listOf(voided)}.`]),
    ...(total(listed) === 0
      ? []
      : [`  Listed, for those who run the endpoint to remove: ${listOf(listed)}. No other list is kept.`]),
    ...remains.map((each) => `  ${REMAINS[each](listOf(waiting))}`),
    ...(events === 0
      ? []
      : [
          `  The events queue holds ${counted(events, "message")}. Where some may be of this user, run it again later.`,
        ]),
    `  It is recorded as ${record.learner}.`,
  ].join("\n");
};

const REMAINS: Readonly<Record<Erased["remains"][number], (waiting: string) => string>> = {
  waiting: (waiting) =>
    `Statements are still on their way: ${waiting}. Run it again when they have arrived; jlt ledger tells.`,
  untaken: () => "A queue did not take the statements that void. Nothing was removed. Run it again.",
  coming: () =>
    "More came in while it was removed, or is still to come of events that were just taken in. Run it again later.",
};

const listOf = (counts: Counts): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
