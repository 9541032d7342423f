import { type Bucket, type EditableBucket, isArchived, prefixOf } from "../archive/layout.ts";
import { mayHold, UNKNOWN } from "../archive/marks.ts";
import { type PresentLines, type PresentOptions, readPresent } from "../archive/present.ts";
import { recordIn } from "../archive/read.ts";
import type { JsonObject } from "../event/json.ts";
import type { ArchivePart } from "../settings.ts";
import { type Who, whoseLine } from "./whose.ts";

/** A record of a learner, as the archive keeps it. */
export interface LearnerRecord {
  readonly part: ArchivePart;
  /** Where it is of one endpoint. */
  readonly endpoint?: string;
  /** The object that it is in. */
  readonly key: string;
  readonly record: JsonObject;
  /** Nothing proves who sent it; it names the learner. */
  readonly named?: true;
}

export interface RecordsOptions extends PresentOptions {
  /** Only what is in objects after this one. */
  readonly after?: string;
}

/** The archive's parts in the order of their keys. */
export const PARTS: readonly ArchivePart[] = ["failed", "ledger", "quarantine", "raw", "receipts"];

/**
 * Reads everything that the archive has of a learner, in the order of the objects' keys: whoever stops after the last
 * record of an object can go on `after` it. Only objects are read whose names say that they may hold something of them.
 * A record that was written twice, as its message came twice, is read twice. What the erasure of another learner moves
 * meanwhile comes after the rest of its part, and may be read twice as well. Throws where the archive cannot be read.
 */
export async function* learnerRecords(
  bucket: ReadableBucket,
  who: Who,
  { after = "", ...options }: RecordsOptions = {},
): AsyncGenerator<LearnerRecord> {
  const [begun = ""] = after.split("/");
  for (const part of PARTS) {
    if (part < begun) continue;
    const objects = objectsFor(bucket, part, who, (key) => key > after, options);
    for await (const { key, lines } of objects) {
      const endpoint = endpointIn(key);
      for (const [at, line] of lines.entries()) {
        if (line === "") continue;
        const found = whoseLine(part, line, who, (text) => recordIn(text, key, at));
        if (found === undefined) continue;
        yield {
          part,
          ...(endpoint !== undefined && { endpoint }),
          key,
          record: found.record,
          ...(found.whose === "named" && { named: true }),
        };
      }
    }
  }
}

/** What is needed of a bucket from which somebody else may remove things meanwhile. */
export type ReadableBucket = Pick<EditableBucket, "list" | "find" | "open">;

/**
 * Reads the lines of a part of the archive that may be a learner's, object by object in the order of their keys, but for
 * those that are not `wanted`; a table comes in several parts. Where an object is gone since it was listed, as another
 * learner's erasure has put its lines elsewhere, or they were put into a table, it is looked again: what came in its
 * place was there before it went.
 */
export async function* objectsFor(
  bucket: ReadableBucket,
  part: ArchivePart,
  who: Who,
  wanted: (key: string) => boolean,
  options?: PresentOptions,
): AsyncGenerator<PresentLines> {
  const known = new Set<string>();
  for (let isComplete = false; !isComplete; ) {
    isComplete = true;
    const keys = (await keysFor(bucket, part, who)).filter((key) => wanted(key) && !known.has(key));
    for (const key of keys) known.add(key);
    const gone = (key: string): void => {
      known.delete(key);
      isComplete = false;
    };
    yield* readPresent(bucket, keys, [...who.tags, UNKNOWN], gone, options);
  }
}

/** The keys of a part that may hold something of a learner, in order. */
const keysFor = async (
  bucket: Pick<Bucket, "list">,
  part: ArchivePart,
  { tags }: Who,
): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of bucket.list(prefixOf(part)))
    if (isArchived(key) && mayHold(key, tags)) keys.push(key);
  return keys.sort();
};

export const endpointIn = (key: string): string | undefined => /^[^/]+\/endpoint=([^/]+)\//.exec(key)?.[1];
