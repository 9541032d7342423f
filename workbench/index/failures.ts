import type { FailedRecord } from "../../src/archive/records.ts";
import { isLater, type OpenFailure } from "../../src/ledger/failures.ts";
import { compare, isMark, isOfEvent, type KnownFailure, type Place, type Unit } from "./known.ts";

/** What is known of a failure with one more record of it, in any order. */
export const withRecord = (
  before: KnownFailure | undefined,
  record: FailedRecord,
  place: Place,
  share: (text: string) => string,
): KnownFailure => {
  const { at } = record;
  const last = isLater(record, before?.last) || before === undefined ? kept(record, share) : before.last;
  const known = before?.setAside;
  const setAside = isMark(record)
    ? known
    : {
        first: known === undefined || at < known.first ? at : known.first,
        ...(known === undefined || known.at <= at ? { at, place } : { at: known.at, place: known.place }),
      };
  return {
    last,
    first: before === undefined || at < before.first ? at : before.first,
    ...(setAside !== undefined && { setAside }),
  };
};

/** Without its statement, which nobody holds. What it says, many others say too. */
const kept = (
  { statement: _, id, event, ...about }: FailedRecord,
  share: (text: string) => string,
): KnownFailure["last"] => {
  const shared = { ...about, at: share(about.at), detail: share(about.detail) };
  return { ...shared, id, event, ...(about.answer !== undefined && { answer: share(about.answer) }) };
};

/** Whether an endpoint said that: what was never sent has no answer. */
export const isAnswer = (record: FailedRecord): boolean =>
  !isMark(record) &&
  record.class !== "mapping" &&
  record.reason !== "endpoint.unlisted" &&
  (record.class !== "size" || record.status !== undefined);

/** What is set aside, not delivered since, and not sent again: see `readOpenFailures`, in the same order. */
export const openFailures = (failed: Iterable<Unit>): readonly OpenFailure[] => {
  const asked = new Set<Unit>();
  for (const unit of failed) if (unit.failure !== undefined && !isMark(unit.failure.last)) asked.add(unit);
  const open: OpenFailure[] = [];
  for (const unit of asked) {
    const { failure, receipt, told } = unit;
    if (failure === undefined) continue;
    const { last, first } = failure;
    const isSince = (each: Unit): boolean => each.receipt !== undefined && last.at <= each.receipt.at;
    if (isSince(unit)) continue;
    // An event of which no statement could be made has an end in any statement of it that is no failure itself.
    if (isOfEvent(unit) && told.units.some((each) => isSince(each) && !asked.has(each))) continue;
    open.push({ ...last, first, deliveredBefore: receipt !== undefined });
  }
  return open.sort((one, other) => compare(one.at, other.at) || compare(one.id, other.id));
};
