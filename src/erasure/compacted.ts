/**
 * What compaction leaves an erasure to think of: a table that was made from what is erased since, and what was taken away
 * for a table, and could be had back.
 */
import { JobOvertaken } from "../archive/job.ts";
import { type EditableBucket, isDayFile, prefixOf } from "../archive/layout.ts";
import { mayHold } from "../archive/marks.ts";
import { compactionsLeft, takeUpCompaction } from "../compaction/job.ts";
import type { Who } from "./whose.ts";

/**
 * Sees to it that no compaction that is under way puts what it has read before now: it is overtaken, and says so, and the
 * next one begins anew. What it has put, and discarded nothing for, is taken back.
 */
export const stopCompactions = async (bucket: EditableBucket): Promise<void> => {
  for (const day of await compactionsLeft(bucket))
    for (let isStopped = false; !isStopped; )
      isStopped = await takeUpCompaction(bucket, day).then(
        () => true,
        (error) => {
          // It may have been the compaction itself, which has come further.
          if (error instanceof JobOvertaken) return false;
          throw error;
        },
      );
};

/**
 * Removes for good what compaction has taken away and may have lines of a learner. That it was compaction is told by the
 * tables that are in its place; among `rewritten` are such as this erasure has found, and may have removed since.
 */
export const removeDiscarded = async (
  bucket: EditableBucket,
  { tags }: Who,
  rewritten: Iterable<string> = [],
): Promise<void> => {
  const folders = new Set<string>();
  for (const key of rewritten) if (isDayFile(key)) folders.add(folderOf(key));
  for await (const key of bucket.list(prefixOf("raw"))) if (isDayFile(key)) folders.add(folderOf(key));
  const days = new Set([...folders].map(dayFolderOf));
  for await (const key of bucket.discarded(prefixOf("raw"))) {
    const isReplaced = isDayFile(key) ? folders.has(folderOf(key)) : days.has(dayFolderOf(key));
    if (isReplaced && mayHold(key, tags)) await bucket.remove(key);
  }
};

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf("/") + 1);

const dayFolderOf = (key: string): string => /^[^/]+\/dt=[^/]+\//.exec(key)?.[0] ?? "";
