import { prefixOf } from "../archive/layout.ts";
import { UNKNOWN } from "../archive/marks.ts";
import type { ObjectState } from "../archive/present.ts";
import { learnerRecords, type ReadableBucket } from "../erasure/records.ts";
import type { ReadRecords } from "./data.ts";

/** Objects that are in memory at once; of tables, one part of each. */
const AT_ONCE = 2;

/**
 * The most that an object, or a part of a table, may unpack to, in bytes: more than a batch holds, and less than the
 * function's memory.
 */
const LARGEST = 32 * 1024 * 1024;

/**
 * How the page searches the archive: as it is searched for an erasure, but with little memory, as it is known beforehand
 * how much there is, and not in what may be anybody's: only what is known for somebody's own is given out here.
 */
export const archiveSearch =
  (
    bucket: ReadableBucket,
    tagsOf: (username: string) => readonly string[],
    { largest = LARGEST }: { readonly largest?: number } = {},
  ): ReadRecords =>
  (username, { after, until }, begins) => {
    const narrow: ReadableBucket = {
      list: async function* (prefix) {
        if (prefix > until) return;
        for await (const key of bucket.list(prefix)) if (key <= until && !isAnybodys(key)) yield key;
      },
      open: (key) => bucket.open(key),
      find: (key) => bucket.find(key),
    };
    const onObject = (key: string, state: ObjectState): void => {
      if (state === "tooLarge")
        console.warn({ message: "An object of the archive is too large for the learners' page.", key });
      begins(key, state);
    };
    const who = { username, tags: tagsOf(username) };
    return learnerRecords(narrow, who, { after, onObject, atOnce: AT_ONCE, largest });
  };

/** Whether an object holds only what may be anybody's. */
const isAnybodys = (key: string): boolean =>
  key.startsWith(prefixOf("quarantine")) && key.endsWith(`.${UNKNOWN}.ndjson.gz`);
