import { isMarked } from "../archive/marks.ts";
import type { ObjectState } from "../archive/present.ts";
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
  /** How large it is, in bytes. */
  readonly bytes: number;
}

export interface FoundLine {
  readonly text: string;
  readonly record: JsonObject;
}

interface Opened extends Pick<FoundObject, "version" | "bytes"> {
  readonly theirs: FoundLine[];
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
    const wanted = (key: string): boolean => !clean.has(key);
    const inPart = new Map<string, Opened>();
    const told = (key: string, state: ObjectState): void => {
      // It may have been found in part only.
      if (state === "gone") inPart.delete(key);
      onObject?.();
    };
    const all = objectsFor(bucket, part, who, wanted, { onObject: told });
    for await (const { key, lines, ...about } of all) {
      const known = isMarked(key) ? undefined : events;
      const object = inPart.get(key) ?? { ...about, theirs: [] };
      inPart.set(key, object);
      for (const [at, text] of lines.entries()) {
        const found =
          text === "" ? undefined : whoseLine(part, text, who, (line) => recordIn(line, key, at), known);
        if (found === undefined) continue;
        object.theirs.push({ text, record: found.record });
        if (found.whose === "named") named++;
        if (part === "raw") events.add(String(found.record.id));
      }
    }
    for (const [key, { theirs, ...about }] of inPart) {
      counts[part] += theirs.length;
      if (theirs.length === 0) clean.add(key);
      else objects.push({ key, part, endpoint: endpointIn(key), lines: theirs, ...about });
    }
  }
  return { objects, counts, named };
};
