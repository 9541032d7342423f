import { type Bucket, GoneObject } from "../archive/layout.ts";
import { readRaw } from "../archive/raw.ts";
import { idOfLine } from "./raw.ts";

/** Objects that are under way at once: each may unpack to some sixteen megabytes. */
const AT_ONCE = 8;

/** The events that are looked for: they may be found, and given up, meanwhile. */
export interface Wanted {
  readonly size: number;
  has(id: string): boolean;
}

/**
 * Finds archived events by their ids in the objects of some days (`YYYY-MM-DD`), in the order of these: gives the lines
 * of each batch that has one of them, as what came in one batch was told together. Ends when none is wanted any more.
 * Where an object is gone since it was listed, as others put its lines elsewhere, its day is searched again, so that a
 * batch may come twice. Throws DamagedArchive where an object cannot be unpacked.
 */
export async function* findEvents(
  bucket: Bucket,
  days: readonly string[],
  wanted: Wanted,
): AsyncGenerator<readonly string[]> {
  for (const day of days)
    for (let isSearched = false; !isSearched; ) {
      const all = readRaw(telling(bucket), { days: { from: day, to: day }, atOnce: AT_ONCE, wanted });
      try {
        for await (const { batches } of all) {
          for (const lines of batches) if (lines.some((line) => wanted.has(idOfLine(line)))) yield lines;
          if (wanted.size === 0) return;
        }
        isSearched = true;
      } catch (error) {
        if (!(error instanceof GoneObject)) throw error;
      }
    }
}

/** The bucket, which says of what it does not give that it is gone, where it is. */
const telling = (bucket: Bucket): Bucket => ({
  put: (...args) => bucket.put(...args),
  list: (prefix) => bucket.list(prefix),
  open: (key) => bucket.open(key),
  get: async (key) => {
    try {
      return await bucket.get(key);
    } catch (error) {
      throw (await bucket.open(key)) === undefined ? new GoneObject(key) : error;
    }
  },
});
