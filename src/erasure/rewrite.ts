/**
 * The story of taking a learner's lines out of objects: the others' lines are put under a new name, and then the object
 * is removed with all its versions. Whoever is cut off in between leaves them twice, which every reader counts once.
 *
 * Others may be at work on the same objects: the erasure of another learner, and functions whose batch comes again. So a
 * copy is only made of what is there now, only stays where the object is still there after it was made, and its name is
 * this run's alone. The record of the erasure says which copies there are before they are made, and, before anything is
 * removed, that they are to stay: until then whoever takes the erasure up removes them, from then on nobody does.
 */
import type { EditableBucket } from "../archive/layout.ts";
import type { FoundObject } from "./find.ts";
import type { Moved, Moving } from "./job.ts";
import { ErasureOvertaken } from "./keep.ts";
import { isGone, type Keeping, type Move, moveOf } from "./move.ts";

export interface Rewriting extends Keeping {
  /** Keeps which objects are being rewritten. Throws ErasureOvertaken. */
  readonly note: (moving: Moving) => Promise<void>;
  /** Told of each object that is done. */
  readonly onRewritten?: (() => void) | undefined;
}

/** What became of the objects; what was changed by others meanwhile is in none of these, and to be looked at again. */
export interface Rewritten {
  readonly done: readonly FoundObject[];
  /** The keys of what is in their places, and has nothing of the learner. */
  readonly clean: readonly string[];
}

/** Objects that are rewritten at once, and so many bytes of them at the most, but for one that is larger by itself. */
const AT_ONCE = 16;
const BYTES_AT_ONCE = 64 * 1024 * 1024;

/**
 * Rewrites objects without a learner's lines, and tables without the rows; all others stay as they are, byte for byte.
 * Nothing is done with what is found to be another by now.
 */
export const rewriteObjects = async (
  bucket: EditableBucket,
  objects: readonly FoundObject[],
  rewriting: Rewriting,
): Promise<Rewritten> => {
  const done: FoundObject[] = [];
  const clean: string[] = [];
  for (const some of portionsOf(objects)) {
    const planned = await all(some, (object) => moveOf(bucket, object, rewriting));
    if (planned.length === 0) continue;
    await rewriting.note({ isRemoving: false, objects: planned.map(movedOf) });
    const copied = await all(planned, (move) => copy(bucket, move));
    await noteRemoving(bucket, copied, rewriting);
    for (const { object, to } of await all(copied, (move) => removeOld(bucket, move))) {
      done.push(object);
      if (to !== undefined && isGone(object, rewriting.leave)) clean.push(to);
      rewriting.onRewritten?.();
    }
  }
  return { done, clean };
};

const portionsOf = (objects: readonly FoundObject[]): readonly (readonly FoundObject[])[] => {
  const portions: FoundObject[][] = [];
  let bytes = 0;
  for (const object of objects) {
    const last = portions.at(-1);
    bytes += object.bytes;
    if (last !== undefined && last.length < AT_ONCE && bytes <= BYTES_AT_ONCE) last.push(object);
    else {
      portions.push([object]);
      bytes = object.bytes;
    }
  }
  return portions;
};

/** Brings to its end what a run that was cut off has left. */
export const settleMoving = async (bucket: EditableBucket, moving: Moving | undefined): Promise<void> => {
  for (const { from, to, version } of moving?.objects ?? []) {
    if (moving?.isRemoving === true) {
      const isKept = to === undefined || (await isThere(bucket, to));
      if (isKept && (await bucket.open(from))?.version === version) await bucket.remove(from);
    } else if (to !== undefined) await bucket.remove(to);
  }
};

const movedOf = ({ object: { key, version }, to }: Move): Moved => ({
  from: key,
  version,
  ...(to !== undefined && { to }),
});

/**
 * Puts what stays under its new name. Where somebody else has moved it meanwhile, for another learner, the copy would
 * bring that one's lines back; what was there after it was put, the other one looks at again.
 */
const copy = async (bucket: EditableBucket, move: Move): Promise<Move | undefined> => {
  const { object, to, body, about } = move;
  if (to === undefined || body === undefined) return move;
  if (!(await isThere(bucket, object.key))) return undefined;
  await bucket.put(to, body, about);
  if (await isThere(bucket, object.key)) return move;
  await bucket.remove(to);
  return undefined;
};

const noteRemoving = async (
  bucket: EditableBucket,
  copied: readonly Move[],
  { note }: Rewriting,
): Promise<void> => {
  try {
    await note({ isRemoving: true, objects: copied.map(movedOf) });
  } catch (error) {
    // Whoever took over may have looked for these copies before they were made.
    if (error instanceof ErasureOvertaken && !error.mayBeNoted)
      for (const { to } of copied) if (to !== undefined) await bucket.remove(to);
    throw error;
  }
};

/** Removes an object, unless it has become another meanwhile: that one is looked at again. */
const removeOld = async (bucket: EditableBucket, move: Move): Promise<Move | undefined> => {
  const { key, version } = move.object;
  if ((await bucket.open(key))?.version !== version) return undefined;
  await bucket.remove(key);
  return move;
};

const all = async <T, R>(
  each: readonly T[],
  run: (one: T) => Promise<R | undefined>,
): Promise<readonly R[]> =>
  (await Promise.all(each.map(run))).flatMap((one) => (one === undefined ? [] : [one]));

const isThere = async (bucket: EditableBucket, key: string): Promise<boolean> => {
  for await (const found of bucket.list(key)) if (found === key) return true;
  return false;
};
