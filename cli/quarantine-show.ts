import type { OnTrouble } from "../src/archive/damaged.ts";
import { prefixOf } from "../src/archive/layout.ts";
import { inOrder, keysOf } from "../src/archive/read.ts";
import type { QuarantineRecord } from "../src/archive/records.ts";
import { type Judged, takerAgain } from "../src/recovery/again.ts";
import { readQuarantineObject } from "../src/recovery/read.ts";
import type { Site } from "../src/site.ts";
import { progressOn } from "./progress.ts";
import type { Stage } from "./stage.ts";

/** A record in quarantine, what a site as it is now says of it, and what became of it since. */
export interface ShownRecord {
  readonly record: QuarantineRecord;
  readonly judged: Judged;
  readonly note?: string;
}

/** The records of an id; there are several where it was refused several times. */
export const readShown = async (
  { bucket }: Pick<Stage, "bucket">,
  { schemas, settings }: Site,
  id: string,
  onTrouble: OnTrouble,
): Promise<readonly ShownRecord[]> => {
  const takeAgain = takerAgain({ schemas, trust: settings.trust });
  const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
  const found = new Map<string, QuarantineRecord>();
  let note: string | undefined;
  try {
    const keys = keysOf(bucket, prefixOf("quarantine"), undefined, onTrouble);
    const readOne = (key: string) => readQuarantineObject(bucket, key);
    for await (const { records = [] } of inOrder(keys, readOne, progress.step, onTrouble, AT_ONCE))
      for (const record of records) {
        if (record.id !== id) continue;
        if (record.recovered !== undefined) note = noteOf(record);
        // An object may have been copied, or a batch have come again.
        else found.set(JSON.stringify([record.arrived, record.reason, record.detail]), record);
      }
  } finally {
    progress.clear();
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
