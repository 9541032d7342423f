import { type EditableBucket, keyOf } from "../archive/layout.ts";
import { packLines } from "../archive/lines.ts";
import { isMarked, marksOf, UNKNOWN } from "../archive/marks.ts";
import { readObjects } from "../archive/read.ts";
import { isObject, parseJson } from "../event/json.ts";
import type { FoundObject } from "./find.ts";
import type { Leaving } from "./leave.ts";

/**
 * Rewrites an object without a learner's lines; gives the key of what stands in its place, if anything does. The other
 * lines stay as they are, byte for byte. They are kept under the new name before the old object is removed with all its
 * versions: whoever is cut off in between leaves them twice, which every reader counts once, and goes on later.
 */
export const rewrite = async (
  bucket: EditableBucket,
  object: FoundObject,
  leave: Leaving,
): Promise<string | undefined> => {
  const { key } = object;
  const theirs = new Map(object.lines.map(({ text }) => [text, leave(text)]));
  const lines = (await linesOf(bucket, object)).flatMap((line) => {
    if (line === "") return [];
    return theirs.has(line) ? (theirs.get(line) ?? []) : [line];
  });
  if (lines.length === 0) {
    await bucket.remove(key);
    return undefined;
  }
  // Derived from the old name as well: it is this object's place that it takes, and no other one's.
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  const next = keyOf(folder, [key, ...lines], isMarked(key) ? marksOf(lines.map(tagIn)) : UNKNOWN);
  await bucket.put(next, await packLines(lines));
  if (await isThere(bucket, key)) {
    await bucket.remove(key);
    return next;
  }
  // Somebody else has rewritten it meanwhile, for another learner: what was just put would bring that one's lines back.
  await bucket.remove(next);
  return undefined;
};

const linesOf = async (bucket: EditableBucket, { key, body }: FoundObject): Promise<readonly string[]> => {
  const from = body === undefined ? bucket : { ...bucket, get: async () => body };
  for await (const { lines } of readObjects(from, [key])) return lines;
  return [];
};

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
