import { randomUUID } from "node:crypto";
import { type DayFileCopy, withoutRows } from "../archive/day-file-copy.ts";
import { openDayFile } from "../archive/day-file-read.ts";
import { dayIn } from "../archive/days.ts";
import {
  type About,
  dayFileKey,
  type EditableBucket,
  GoneObject,
  isDayFile,
  keyOf,
} from "../archive/layout.ts";
import { aboutLines, packLines } from "../archive/lines.ts";
import { isMarked, marksOf, UNKNOWN } from "../archive/marks.ts";
import { unpackLines } from "../archive/read.ts";
import { isObject, type JsonObject, parseJson } from "../event/json.ts";
import type { FoundObject } from "./find.ts";
import type { Leaving } from "./leave.ts";

/** What of an object is kept. */
export interface Keeping {
  readonly leave: Leaving;
  /** Whether nothing of an object is kept any longer, whosever it is. */
  readonly isPast: (object: FoundObject) => boolean;
}

/** How an object is rewritten: what stays of it, and under which name; nothing stays where these are absent. */
export interface Move {
  readonly object: FoundObject;
  readonly to?: string;
  readonly body?: Uint8Array;
  readonly about?: About;
}

/** How an object is rewritten, by what is in it now; undefined where that is not what was found. */
export const moveOf = (
  bucket: EditableBucket,
  object: FoundObject,
  keeping: Keeping,
): Promise<Move | undefined> =>
  isDayFile(object.key) ? moveOfTable(bucket, object, keeping) : moveOfLines(bucket, object, keeping);

/** Whether all of the learner's lines in an object go. */
export const isGone = ({ lines }: FoundObject, leave: Leaving): boolean =>
  lines.every(({ text }) => leave(text) === undefined);

const moveOfLines = async (
  bucket: EditableBucket,
  object: FoundObject,
  { leave, isPast }: Keeping,
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
  const records = lines.map(recordOf);
  const marks = isMarked(key) ? marksOf(records.map(tagIn)) : UNKNOWN;
  const body = await packLines(lines);
  return {
    object,
    to: keyOf(folder, body, marks, randomUUID()),
    body,
    about: aboutLines(records.map(timeIn)),
  };
};

/** A row is kept or it goes: of an event, nothing else can stay. */
const moveOfTable = async (
  bucket: EditableBucket,
  object: FoundObject,
  { leave, isPast }: Keeping,
): Promise<Move | undefined> => {
  const { key, version } = object;
  const gone = new Set(object.lines.flatMap(({ text }) => (leave(text) === undefined ? [text] : [])));
  try {
    const file = await openDayFile(bucket, key);
    if (file?.version !== version) return undefined;
    if (isPast(object) && isGone(object, leave)) return { object };
    const copy: DayFileCopy | undefined = await withoutRows(file, ({ text }) => gone.has(text));
    if (copy === undefined) return { object };
    return { object, to: dayFileKey(dayIn(key) ?? "", file.source, copy.body, randomUUID()), ...copy };
  } catch (error) {
    if (error instanceof GoneObject) return undefined;
    throw error;
  }
};

const recordOf = (line: string): JsonObject | undefined => {
  const read = parseJson(line);
  return "value" in read && isObject(read.value) ? read.value : undefined;
};

/** Whose line it is; undefined where it is nobody's. */
const tagIn = (record: JsonObject | undefined): string | undefined => {
  if (record === undefined) return UNKNOWN;
  const { learner } = record;
  if (!isObject(learner)) return typeof learner === "string" ? learner : undefined;
  // A learner who has a name and no tag is not found by one.
  return typeof learner.tag === "string" ? learner.tag : learner.username === undefined ? undefined : UNKNOWN;
};

/** When what it tells of came or was done, where it says so. */
const timeIn = (record: JsonObject | undefined): { readonly time?: string } => {
  const time = record?.arrived ?? record?.at;
  return typeof time === "string" ? { time } : {};
};
