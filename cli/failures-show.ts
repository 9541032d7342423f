import { type Bucket, prefixOf } from "../src/archive/layout.ts";
import { readDated } from "../src/archive/read.ts";
import type { FailedRecord } from "../src/archive/records.ts";
import { isLater } from "../src/ledger/failures.ts";

/** A record under `failed/`, and what became of it since. */
export interface FoundRecord {
  readonly record: FailedRecord;
  readonly note?: string;
}

/** The last records of an id, at most one for each endpoint. */
export const readRecord = async (
  bucket: Bucket,
  endpoints: readonly string[],
  id: string,
): Promise<readonly FoundRecord[]> => {
  const all = endpoints.map(async (endpoint): Promise<readonly FoundRecord[]> => {
    let last: FailedRecord | undefined;
    let mark: FailedRecord | undefined;
    for await (const { line } of readDated(bucket, prefixOf("failed", endpoint))) {
      const record = line as FailedRecord;
      if (record.id !== id) continue;
      if (isMark(record)) mark = isLater(record, mark) ? record : mark;
      else last = isLater(record, last) ? record : last;
    }
    if (last === undefined) return [];
    return [{ record: last, ...(mark !== undefined && isLater(mark, last) && { note: noteOf(mark) }) }];
  });
  return (await Promise.all(all)).flat();
};

/** Whether a record says what was done about another. */
const isMark = ({ class: why, replacedBy }: FailedRecord): boolean =>
  why === "again" || replacedBy !== undefined;

const noteOf = ({ replacedBy, since = "" }: FailedRecord): string =>
  replacedBy === undefined ? `Sent again on ${since}.` : `In its place, ${replacedBy} was sent.`;
