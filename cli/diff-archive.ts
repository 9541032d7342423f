import type { OnTrouble } from "../src/archive/damaged.ts";
import type { Days } from "../src/archive/days.ts";
import { type Bucket, prefixOf } from "../src/archive/layout.ts";
import { readRaw } from "../src/archive/raw.ts";
import { readDated } from "../src/archive/read.ts";
import type { Receipt } from "../src/archive/records.ts";
import type { Pair } from "../src/diff/compare.ts";
import type { Diff } from "../src/diff/diff.ts";

export interface ArchiveOptions {
  readonly days: Days;
  /** Only events of these mappings. */
  readonly sources: ReadonlySet<string> | undefined;
  readonly onObject: () => void;
  readonly onTrouble: OnTrouble;
}

/** The archived events of some days, batch by batch. */
export async function* archivedPairs(
  bucket: Bucket,
  { sources, ...options }: ArchiveOptions,
  read: Diff["read"],
): AsyncGenerator<readonly Pair[]> {
  const wanted = sources && { sources: [...sources] };
  for await (const { batches } of readRaw(bucket, { ...options, ...wanted }))
    for (const lines of batches) yield read(lines);
}

/** Of so many objects of an endpoint's receipts it is looked at which mappings made them. */
const OBJECTS = 300;

/**
 * The mappings of which the last receipt of a day says that another version made it than these hashes have. Where a day
 * has more receipts than are read, it is the last of those.
 */
export const otherMappings = async (
  bucket: Bucket,
  endpoints: readonly string[],
  day: string,
  hashes: Readonly<Record<string, string>>,
): Promise<readonly string[]> => {
  const last = new Map<string, Pick<Receipt, "at" | "mappingHash">>();
  for (const endpoint of endpoints) {
    let objects = 0;
    const options = {
      days: { from: day, to: day },
      onObject: () => {
        objects++;
      },
      // Whether they are damaged is another command's to tell.
      onTrouble: () => {},
    };
    for await (const { line } of readDated(bucket, prefixOf("receipts", endpoint), options)) {
      const { translation, at, mappingHash, voids } = line as Partial<Receipt>;
      if (objects > OBJECTS) break;
      if (translation === undefined || at === undefined || mappingHash === undefined || voids === true)
        continue;
      const mapping = translation.slice(0, translation.lastIndexOf(":"));
      const before = last.get(mapping);
      if (before === undefined || before.at < at) last.set(mapping, { at, mappingHash });
    }
  }
  return [...last]
    .flatMap(([mapping, { mappingHash }]) => (hashes[mapping] === mappingHash ? [] : [mapping]))
    .sort();
};
