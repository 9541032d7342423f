import { type Bucket, prefixOf } from "../archive/layout.ts";
import { isArchived, readObject } from "../archive/read.ts";
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
 * of each object that has one of them, as what came in one batch was told together. Ends when none is wanted any more.
 * Throws DamagedArchive where an object cannot be unpacked.
 */
export async function* findEvents(
  bucket: Bucket,
  days: readonly string[],
  wanted: Wanted,
): AsyncGenerator<readonly string[]> {
  const open: Promise<readonly string[]>[] = [];
  for (const day of days) {
    for (const key of await keysOf(bucket, day)) {
      const lines = linesOf(bucket, key);
      // It may fail before its turn comes; then it throws when it does.
      lines.catch(() => undefined);
      open.push(lines);
      if (open.length >= AT_ONCE) yield* first(open, wanted);
      if (wanted.size === 0) return;
    }
  }
  while (open.length > 0 && wanted.size > 0) yield* first(open, wanted);
}

async function* first(open: Promise<readonly string[]>[], wanted: Wanted): AsyncGenerator<readonly string[]> {
  const lines = await open.shift();
  if (lines?.some((line) => wanted.has(idOfLine(line))) === true) yield lines;
}

/** In an order that is always the same, so that an event that came twice is found in the same place each time. */
const keysOf = async (bucket: Bucket, day: string): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of bucket.list(`${prefixOf("raw")}dt=${day}/`)) if (isArchived(key)) keys.push(key);
  return keys.sort();
};

const linesOf = async (bucket: Bucket, key: string): Promise<readonly string[]> => {
  const { lines } = await readObject(bucket, key);
  return lines.filter((line) => line !== "");
};
