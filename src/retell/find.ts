import type { Bucket } from "../archive/layout.ts";
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
 * Throws DamagedArchive where an object cannot be unpacked.
 */
export async function* findEvents(
  bucket: Bucket,
  days: readonly string[],
  wanted: Wanted,
): AsyncGenerator<readonly string[]> {
  for (const day of days) {
    const all = readRaw(bucket, { days: { from: day, to: day }, atOnce: AT_ONCE, wanted });
    for await (const { batches } of all) {
      for (const lines of batches) if (lines.some((line) => wanted.has(idOfLine(line)))) yield lines;
      if (wanted.size === 0) return;
    }
  }
}
