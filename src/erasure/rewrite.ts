/**
 * The story of taking a learner's lines out of objects: the others' lines are put under a new name, and then the object
 * is removed with all its versions. Whoever is cut off in between leaves them twice, which every reader counts once.
 *
 * Others may be at work on the same objects: the erasure of another learner, and functions whose batch comes again. So a
 * copy is only made of what is there now, only stays where the object is still there after it was made, and its name is
 * this run's alone. The record of the erasure says which copies there are before they are made, and, before anything is
 * removed, that they are to stay: until then whoever takes the erasure up removes them, from then on nobody does.
 */
import { randomUUID } from "node:crypto";
import { type EditableBucket, keyOf } from "../archive/layout.ts";
import { packLines } from "../archive/lines.ts";
import { isMarked, marksOf, UNKNOWN } from "../archive/marks.ts";
import { unpackLines } from "../archive/read.ts";
import { isObject, parseJson } from "../event/json.ts";
import type { FoundObject } from "./find.ts";
import type { Moved, Moving } from "./job.ts";
import { ErasureOvertaken } from "./keep.ts";
import type { Leaving } from "./leave.ts";

export interface Rewriting {
  readonly leave: Leaving;
  /** Whether nothing of an object is kept any longer, whosever it is. */
  readonly isPast: (object: FoundObject) => boolean;
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

/** Objects that are rewritten at once. */
const AT_ONCE = 16;

/** Rewrites objects without a learner's lines; the other lines stay as they are, byte for byte. */
export const rewriteObjects = async (
  bucket: EditableBucket,
  objects: readonly FoundObject[],
  rewriting: Rewriting,
): Promise<Rewritten> => {
  const done: FoundObject[] = [];
  const clean: string[] = [];
  for (let from = 0; from < objects.length; from += AT_ONCE) {
    const some = objects.slice(from, from + AT_ONCE);
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

/** Brings to its end what a run that was cut off has left. */
export const settleMoving = async (bucket: EditableBucket, moving: Moving | undefined): Promise<void> => {
  for (const { from, to, version } of moving?.objects ?? []) {
    if (moving?.isRemoving === true) {
      const isKept = to === undefined || (await isThere(bucket, to));
      if (isKept && (await bucket.find(from))?.version === version) await bucket.remove(from);
    } else if (to !== undefined) await bucket.remove(to);
  }
};

interface Move {
  readonly object: FoundObject;
  readonly to?: string;
  readonly body?: Uint8Array;
}

/** How an object is rewritten, by what is in it now; undefined where that is not what was found. */
const moveOf = async (
  bucket: EditableBucket,
  object: FoundObject,
  { leave, isPast }: Rewriting,
): Promise<Move | undefined> => {
  const { key, version } = object;
  const found = await bucket.find(key);
  if (found?.version !== version) return undefined;
  const theirs = new Map(object.lines.map(({ text }) => [text, leave(text)]));
  const lines = (await unpackLines(key, found.body)).flatMap((line) => {
    if (line === "") return [];
    return theirs.has(line) ? (theirs.get(line) ?? []) : [line];
  });
  if (lines.length === 0 || (isPast(object) && isGone(object, leave))) return { object };
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  const marks = isMarked(key) ? marksOf(lines.map(tagIn)) : UNKNOWN;
  const body = await packLines(lines);
  return { object, to: keyOf(folder, body, marks, randomUUID()), body };
};

const isGone = ({ lines }: FoundObject, leave: Leaving): boolean =>
  lines.every(({ text }) => leave(text) === undefined);

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
  const { object, to, body } = move;
  if (to === undefined || body === undefined) return move;
  if (!(await isThere(bucket, object.key))) return undefined;
  await bucket.put(to, body);
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
  if ((await bucket.find(key))?.version !== version) return undefined;
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

/** Whose line it is; undefined where it is nobody's. */
const tagIn = (line: string): string | undefined => {
  const read = parseJson(line);
  if (!("value" in read) || !isObject(read.value)) return UNKNOWN;
  const { learner } = read.value;
  if (!isObject(learner)) return typeof learner === "string" ? learner : undefined;
  // A learner who has a name and no tag is not found by one.
  return typeof learner.tag === "string" ? learner.tag : learner.username === undefined ? undefined : UNKNOWN;
};
