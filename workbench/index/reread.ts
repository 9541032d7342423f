import { type DayLine, readRawLine, tagOf } from "../../src/archive/day-file.ts";
import { openDayFile } from "../../src/archive/day-file-read.ts";
import { type EditableBucket, isDayFile } from "../../src/archive/layout.ts";
import { recordIn, unpackLines } from "../../src/archive/read.ts";
import type { FailedRecord } from "../../src/archive/records.ts";
import { idOfLine } from "../../src/retell/raw.ts";
import type { KnownFailure, Place } from "./known.ts";
import { passGone } from "./objects.ts";

/** The line of an event, and those that came in its batch and are of the same learner, its own among them. */
export interface FoundBatch {
  readonly line: string;
  readonly batch: readonly string[];
}

/** Reads the line of an event again; gives undefined where its object is gone meanwhile. Throws DamagedArchive. */
export type RereadBatch = (id: string, place: Place) => Promise<FoundBatch | undefined>;

/** Events that are asked for at once mostly came in one batch: what is under way for one is not read for another. */
export const batchReader = (bucket: EditableBucket): RereadBatch => {
  const underWay = new Map<string, ReturnType<typeof rowsIn>>();
  return async (id, { key, part }) => {
    const name = `${key} ${part}`;
    const reading = underWay.get(name) ?? rowsIn(bucket, key, part).finally(() => underWay.delete(name));
    underWay.set(name, reading);
    const rows = await reading;
    const own = rows?.find(({ text }) => idOfLine(text) === id);
    if (rows === undefined || own === undefined) return undefined;
    const batch = rows.filter(({ tag, batch }) => tag === own.tag && batch === own.batch);
    return { line: own.text, batch: batch.map(({ text }) => text) };
  };
};

/** What an object of lines has came in one batch; a table says of each row in which. */
const rowsIn = async (
  bucket: EditableBucket,
  key: string,
  part: number,
): Promise<readonly DayLine[] | undefined> => {
  if (!isDayFile(key)) {
    const lines = await linesIn(bucket, key);
    return lines?.flatMap((text) => {
      const read = readRawLine(text);
      return read === undefined ? [] : [{ text, batch: "", tag: tagOf(read.learner) }];
    });
  }
  const file = await openDayFile(bucket, key).catch(passGone);
  const found = file?.parts[part];
  return found && file.read(found).catch(passGone);
};

/** Reads the record again by which something was set aside last; undefined where its object is gone. Throws DamagedArchive. */
export const rereadFailure = async (
  bucket: EditableBucket,
  id: string,
  { at, place: { key } }: NonNullable<KnownFailure["setAside"]>,
): Promise<FailedRecord | undefined> => {
  const lines = await linesIn(bucket, key);
  for (const [position, line] of lines?.entries() ?? []) {
    if (line === "") continue;
    const record = recordIn(line, key, position);
    if (record.id === id && record.at === at) return record as unknown as FailedRecord;
  }
  return undefined;
};

const linesIn = async (bucket: EditableBucket, key: string): Promise<readonly string[] | undefined> => {
  const found = await bucket.find(key);
  return found && unpackLines(key, found.body);
};
