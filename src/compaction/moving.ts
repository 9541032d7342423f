/**
 * What erasures are just moving: until the old object is removed, the lines of others are in it and in its copy. Whoever
 * put both into tables would have them twice for good, as a line's batch is the object that it was in.
 */
import type { EditableBucket } from "../archive/layout.ts";
import { type Moving, readErasures } from "../erasure/job.ts";
import { Changed } from "./inputs.ts";

export interface MovingReading {
  readonly bucket: EditableBucket;
  /** Throws where there is no time to go on. */
  readonly ensureTime: () => void;
}

/**
 * The copies, among keys of a day, that are not to stay yet: whoever takes such an erasure up removes them, as they may
 * have lines of another learner who was erased since. Throws Changed where a copy is there beside what it is of.
 */
export const copiesIn = async (reading: MovingReading, keys: ReadonlySet<string>): Promise<Set<string>> => {
  const copies = new Set<string>();
  for await (const { isRemoving, objects } of movings(reading))
    for (const { from, to } of objects) {
      if (to === undefined || !keys.has(to)) continue;
      if (keys.has(from)) throw new Changed();
      if (!isRemoving) copies.add(to);
    }
  return copies;
};

/** Throws Changed where an erasure is copying one of these objects, or has copied it and is about to remove it. */
export const ensureUnmoved = async (reading: MovingReading, keys: readonly string[]): Promise<void> => {
  const own = new Set(keys);
  for await (const { objects } of movings(reading))
    if (objects.some(({ from, to }) => to !== undefined && own.has(from))) throw new Changed();
};

/**
 * Each time all records are read anew, also those of erasures that were done: a later erasure of the same learner goes on
 * under the same name, and a list of names does not tell that it has begun.
 */
async function* movings({ bucket, ensureTime }: MovingReading): AsyncGenerator<Moving> {
  for await (const { moving } of readErasures(bucket)) {
    ensureTime();
    if (moving !== undefined) yield moving;
  }
}
