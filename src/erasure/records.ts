import { type Bucket, prefixOf } from "../archive/layout.ts";
import { mayHold } from "../archive/marks.ts";
import { isArchived, readObjects, recordIn } from "../archive/read.ts";
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

export interface RecordsOptions {
  /** Only what is in objects after this one. */
  readonly after?: string;
  /** Told of each object that was read. */
  readonly onObject?: () => void;
}

/** The archive's parts in the order of their keys. */
export const PARTS: readonly ArchivePart[] = ["failed", "ledger", "quarantine", "raw", "receipts"];

/**
 * Reads everything that the archive has of a learner, in the order of the objects' keys: whoever stops after the last
 * record of an object can go on `after` it. Only objects are read whose names say that they may hold something of them.
 * A record that was written twice, as its message came twice, is read twice. Throws where the archive cannot be read.
 */
export async function* learnerRecords(
  bucket: Bucket,
  who: Who,
  { after = "", onObject }: RecordsOptions = {},
): AsyncGenerator<LearnerRecord> {
  const [begun = ""] = after.split("/");
  for (const part of PARTS) {
    if (part < begun) continue;
    const keys = (await keysFor(bucket, part, who)).filter((key) => key > after);
    for await (const { key, lines } of readObjects(bucket, keys, onObject)) {
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

/** The keys of a part that may hold something of a learner, in order. */
export const keysFor = async (
  bucket: Bucket,
  part: ArchivePart,
  { tags }: Who,
): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of bucket.list(prefixOf(part)))
    if (isArchived(key) && mayHold(key, tags)) keys.push(key);
  return keys.sort();
};

export const endpointIn = (key: string): string | undefined => /^[^/]+\/endpoint=([^/]+)\//.exec(key)?.[1];
