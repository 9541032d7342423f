import { isMarked } from "../archive/marks.ts";
import { recordIn } from "../archive/read.ts";
import type { JsonObject } from "../event/json.ts";
import type { ArchivePart } from "../settings.ts";
import { endpointIn, objectsFor, type ReadableBucket } from "./records.ts";
import { type Who, whoseLine } from "./whose.ts";

/** Everything of a learner in the archive, at one moment. */
export interface Found {
  readonly objects: readonly FoundObject[];
  /** Records, by the part that they are in; those among them that only name the learner, in `named`. */
  readonly counts: Readonly<Record<ArchivePart, number>>;
  readonly named: number;
}

/** An object that holds lines of the learner. */
export interface FoundObject {
  readonly key: string;
  readonly part: ArchivePart;
  readonly endpoint: string | undefined;
  readonly lines: readonly FoundLine[];
  /** By which it is told whether it is still as it was when these lines were found. */
  readonly version: string;
}

export interface FoundLine {
  readonly text: string;
  readonly record: JsonObject;
}

/** Events first, as records without a tag are found by them. */
const ORDER: readonly ArchivePart[] = ["raw", "quarantine", "ledger", "failed", "receipts"];

/**
 * Finds everything of a learner; reads only objects whose names fit, and none of those that are `clean`, to which it adds
 * those that turn out to hold nothing. `parts`: only in these, the events first. Throws where the archive cannot be
 * read.
 */
export const findLearner = async (
  bucket: ReadableBucket,
  who: Who,
  clean: Set<string>,
  onObject?: () => void,
  parts = ORDER,
): Promise<Found> => {
  const objects: FoundObject[] = [];
  const counts = { raw: 0, quarantine: 0, failed: 0, receipts: 0, ledger: 0 };
  const events = new Set<string>();
  let named = 0;
  for (const part of parts) {
    const all = objectsFor(bucket, part, who, (key) => !clean.has(key), onObject);
    for await (const { key, lines, version } of all) {
      const known = isMarked(key) ? undefined : events;
      const theirs: FoundLine[] = [];
      for (const [at, text] of lines.entries()) {
        const found =
          text === "" ? undefined : whoseLine(part, text, who, (line) => recordIn(line, key, at), known);
        if (found === undefined) continue;
        theirs.push({ text, record: found.record });
        if (found.whose === "named") named++;
        if (part === "raw") events.add(String(found.record.id));
      }
      counts[part] += theirs.length;
      if (theirs.length === 0) {
        clean.add(key);
        continue;
      }
      objects.push({ key, part, endpoint: endpointIn(key), lines: theirs, version });
    }
  }
  return { objects, counts, named };
};
