import { type EditableBucket, prefixOf } from "../archive/layout.ts";
import { inOrder, keysOf, type ReadOptions } from "../archive/read.ts";
import type { QuarantineRecord } from "../archive/records.ts";
import type { Site } from "../site.ts";
import { type Judged, takerAgain } from "./again.ts";
import { readQuarantineObject } from "./read.ts";

/** A record in quarantine, what a site as it is now says of it, and what became of it since. */
export interface ShownRecord {
  readonly record: QuarantineRecord;
  readonly judged: Judged;
  readonly note?: string;
}

/** The records of an id; there are several where it was refused several times. */
export const readShown = async (
  bucket: EditableBucket,
  { schemas, settings }: Site,
  id: string,
  { onTrouble, onObject }: Pick<ReadOptions, "onTrouble" | "onObject">,
): Promise<readonly ShownRecord[]> => {
  const takeAgain = takerAgain({ schemas, trust: settings.trust });
  const found = new Map<string, QuarantineRecord>();
  let note: string | undefined;
  const keys = keysOf(bucket, prefixOf("quarantine"), undefined, onTrouble);
  const readOne = (key: string) => readQuarantineObject(bucket, key);
  for await (const { records = [] } of inOrder(keys, readOne, onObject, onTrouble, AT_ONCE))
    for (const record of records) {
      if (record.id !== id) continue;
      if (record.recovered !== undefined) note = noteOf(record);
      // An object may have been copied, or a batch have come again.
      else found.set(JSON.stringify([record.arrived, record.reason, record.detail]), record);
    }
  return [...found.values()].map((record) => ({
    record,
    judged: takeAgain(record, 0),
    ...(note !== undefined && { note }),
  }));
};

/** Objects under way at once: each may unpack to some sixteen megabytes. */
const AT_ONCE = 4;

const noteOf = ({ recovered, withheld }: QuarantineRecord): string =>
  withheld === true
    ? `Withheld on ${recovered}: its learner did not want to be collected by then, or had been erased.`
    : `Recovered on ${recovered}.`;
