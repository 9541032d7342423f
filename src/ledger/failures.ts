import { type Days, daysAfter } from "../archive/days.ts";
import { type ArchiveLine, type Bucket, prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import { type FailedRecord, failedLine, type Receipt } from "../archive/records.ts";

/** The line of a failure in whose place another statement was sent. */
export const replacedLine = (failure: FailedRecord, by: string, at: string): ArchiveLine => {
  const { statement: _, ...about } = failure;
  return failedLine({ ...about, at, replacedBy: by });
};

/**
 * When something is marked as sent again: right after it was set aside. Should it be set aside once more, even before it
 * is marked, that is later, whatever the clock of this machine says.
 */
export const afterwards = ({ at }: Pick<FailedRecord, "at">): string =>
  new Date(Date.parse(at) + 1).toISOString();

/** Something that is set aside: not delivered since, and not sent again. Its statement is left in the archive. */
export interface OpenFailure extends Omit<FailedRecord, "statement"> {
  /** When it was first set aside; `at` is the last time. */
  readonly first: string;
  /** It had been delivered under the same id before it was refused. */
  readonly deliveredBefore: boolean;
}

export interface FailuresReading {
  /**
   * Only what was set aside on these days is read, and receipts from the first of them on: `first` and `deliveredBefore`
   * then tell of these days alone. All, where absent.
   */
  readonly days?: Days;
  /** Which of them are asked for; all, where absent. */
  readonly wanted?: (failure: Omit<OpenFailure, "deliveredBefore">) => boolean;
  /** Told of each object that was read. */
  readonly onObject?: () => void;
}

type Kept = Omit<OpenFailure, "deliveredBefore">;

/** Reads what is set aside for an endpoint, in the order in which it was. */
export const readOpenFailures = async (
  bucket: Bucket,
  endpoint: string,
  { days: asked, wanted = () => true, onObject }: FailuresReading = {},
): Promise<readonly OpenFailure[]> => {
  const open = await readLast(bucket, endpoint, asked, onObject);
  for (const [id, failure] of open)
    if (failure.class === "again" || failure.replacedBy !== undefined || !wanted(failure)) open.delete(id);
  if (open.size === 0) return [];

  // An event of which no statement could be made has an end in any statement of it.
  const byEvent = new Map([...open.values()].filter(isOfEvent).map((each) => [each.event, each]));
  const before = new Set<string>();
  const days = receiptDays([...open.values()], asked);
  for await (const { line } of readDated(bucket, prefixOf("receipts", endpoint), { days, onObject })) {
    const { id, event, at } = line as Receipt;
    const failure = open.get(id) ?? byEvent.get(event);
    if (failure === undefined) continue;
    if (failure.at <= at) open.delete(failure.id);
    else if (failure.id === id) before.add(id);
  }
  return [...open.values()]
    .map((each) => ({ ...each, deliveredBefore: before.has(each.id) }))
    .sort((one, other) => compare(one.at, other.at) || compare(one.id, other.id));
};

/** Whether one record of an id takes the place of another: it is later. */
export const isLater = (
  record: { readonly at: string },
  before: { readonly at: string } | undefined,
): boolean => before === undefined || before.at <= record.at;

/** Of several records of one id, the last. */
const readLast = async (
  bucket: Bucket,
  endpoint: string,
  days: Days | undefined,
  onObject: (() => void) | undefined,
): Promise<Map<string, Kept>> => {
  const last = new Map<string, Kept>();
  for await (const { line } of readDated(bucket, prefixOf("failed", endpoint), { days, onObject })) {
    const { statement: _, ...record } = line as FailedRecord;
    const known = last.get(record.id);
    const first = known === undefined || record.at < known.first ? record.at : known.first;
    last.set(
      record.id,
      isLater(record, known) || known === undefined ? { ...record, first } : { ...known, first },
    );
  }
  return last;
};

const isOfEvent = ({ id, event }: Kept): boolean => id === event;

/** Only what is in conflict may have been delivered before it was set aside, and then at any time. */
const receiptDays = (failures: readonly Kept[], asked: Days | undefined): Days | undefined => {
  if (
    asked === undefined &&
    failures.some(({ reason, status }) => reason === "endpoint.conflict" || status === 409)
  )
    return undefined;
  const from = failures.map(({ at }) => at.slice(0, 10)).reduce((one, other) => (one < other ? one : other));
  const to = daysAfter(new Date().toISOString().slice(0, 10), 1);
  return { from, to: from < to ? to : from };
};

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
