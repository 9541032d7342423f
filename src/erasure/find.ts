import type { Bucket } from "../archive/layout.ts";
import { isMarked } from "../archive/marks.ts";
import { readObjects, recordIn } from "../archive/read.ts";
import type { JsonObject } from "../event/json.ts";
import type { ArchivePart } from "../settings.ts";
import { endpointIn, keysFor } from "./records.ts";
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
  /** As it lies in the bucket, while there is room to remember it. */
  readonly body?: Uint8Array;
}

export interface FoundLine {
  readonly text: string;
  readonly record: JsonObject;
}

/** Events first, as records without a tag are found by them. */
const ORDER: readonly ArchivePart[] = ["raw", "quarantine", "ledger", "failed", "receipts"];

/** So many bytes of objects are remembered, so that what is rewritten need not be read twice. */
const REMEMBERED = 64 * 1024 * 1024;

/**
 * Finds everything of a learner; reads only objects whose names fit, and none of those that are `clean`, to which it adds
 * those that turn out to hold nothing. Throws where the archive cannot be read.
 */
export const findLearner = async (
  bucket: Bucket,
  who: Who,
  clean: Set<string>,
  onObject?: () => void,
): Promise<Found> => {
  const objects: FoundObject[] = [];
  const counts = { raw: 0, quarantine: 0, failed: 0, receipts: 0, ledger: 0 };
  const events = new Set<string>();
  let named = 0;
  let room = REMEMBERED;
  for (const part of ORDER) {
    const keys = (await keysFor(bucket, part, who)).filter((key) => !clean.has(key));
    for await (const { key, lines, body } of readObjects(bucket, keys, onObject)) {
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
      room -= body.byteLength;
      objects.push({ key, part, endpoint: endpointIn(key), lines: theirs, ...(room > 0 && { body }) });
    }
  }
  return { objects, counts, named };
};
