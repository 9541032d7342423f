import { type ArchiveLine, type Bucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { type FailedRecord, failedLine, type Receipt, receiptLine } from "../../src/archive/records.ts";
import { ledgerLine, type Made } from "../../src/ledger/ledger.ts";

export const STORE = "store";

/** Noon of a day, in ISO 8601. */
export const noon = (day: string): string => `${day}T12:00:00.000Z`;

/** Puts an event into the archive that arrived on a day, with what it became for the store. */
export const putEvent = async (bucket: Bucket, id: string, day: string, made: Made): Promise<void> => {
  await putRaw(bucket, id, day);
  const entry = ledgerLine(noon(day), { event: id, to: { [STORE]: made } });
  await writeLines(bucket, prefixOf("ledger"), [entry]);
};

/** Puts an event into the archive of which the ledger knows nothing. */
export const putRaw = (bucket: Bucket, id: string, day: string): Promise<void> => {
  const line: ArchiveLine = { partition: `dt=${day}/hour=12`, text: JSON.stringify({ id }) };
  return writeLines(bucket, prefixOf("raw"), [line]);
};

/** Puts a receipt of the store into the archive. */
export const putReceipt = (bucket: Bucket, id: string, at: string, receipt: Partial<Receipt> = {}) =>
  writeLines(bucket, prefixOf("receipts", STORE), [receiptLine(receiptOf(id, at, receipt))]);

const receiptOf = (id: string, at: string, receipt: Partial<Receipt>): Receipt => ({
  id,
  event: `event of ${id}`,
  translation: "a:b",
  mappingHash: "0123456789ab",
  at,
  status: 200,
  ...receipt,
});

/** A statement that was set aside. */
export const failureOf = (id: string, at: string, changes: Partial<FailedRecord> = {}): FailedRecord => ({
  id,
  event: `event of ${id}`,
  endpoint: STORE,
  at,
  mapping: "a",
  mappingHash: "0123456789ab",
  translation: "a:b",
  class: "split",
  reason: "endpoint.refused",
  detail: "The endpoint answered 400.",
  status: 400,
  statement: { id },
  ...changes,
});

export const putFailures = (bucket: Bucket, ...failures: readonly FailedRecord[]) =>
  writeLines(bucket, prefixOf("failed", STORE), failures.map(failedLine));
