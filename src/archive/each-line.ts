import type { DayFile } from "./day-file-read.ts";
import { dayIn } from "./days.ts";
import { type Bucket, GoneObject, isDayFile } from "./layout.ts";
import {
  type GoneHere,
  inOrder,
  keysOf,
  openedTable,
  orGone,
  passOver,
  type ReadOptions,
  recordIn,
  unpackObject,
} from "./read.ts";

/** A line of the archive of which only what is asked for is read. It is the next one as soon as that is given. */
export interface Line {
  /**
   * The text of so many bytes that stands between two others at its beginning, as the translator writes it; undefined
   * where it does not. What comes after is not looked at.
   */
  between(before: string, length: number, after: string): string | undefined;
  /** All of it. Throws DamagedArchive where it is no JSON object. */
  record(): unknown;
}

/** Given each line; of a table, the ids of its events alone. */
export interface Taking {
  line(line: Line, day: string): void;
  id?(id: string, day: string): void;
}

/**
 * Gives the lines below a prefix as `readDated` reads them, without making a value of each: for whoever counts millions.
 * `atOnce` objects are under way at once. Throws DamagedArchive.
 */
export const eachLine = async (
  bucket: Bucket,
  prefix: string,
  taking: Taking,
  options: ReadOptions & { readonly atOnce?: number } = {},
): Promise<void> => {
  const { days, onObject, onTrouble, atOnce } = options;
  const moved = new Set<string>();
  const keys = keysOf(bucket, prefix, days, onTrouble);
  const open = (key: string) => orGone(bucket, key, openedBytes(bucket, key));
  for await (const object of inOrder(keys, open, onObject, onTrouble, atOnce)) {
    const day = dayIn(object.key.slice(prefix.length)) ?? "";
    try {
      await takeObject(object, day, taking);
    } catch (error) {
      if (error instanceof GoneObject && day !== "") moved.add(day);
      else passOver(error, object.key, onTrouble);
    }
  }
  for (const day of moved)
    await eachLine(bucket, prefix, taking, { ...options, days: { from: day, to: day } });
};

interface ReadBytes {
  readonly key: string;
  readonly body: Buffer;
}

const openedBytes = async (bucket: Bucket, key: string): Promise<ReadBytes | DayFile> =>
  isDayFile(key) ? openedTable(bucket, key) : { key, body: await unpackObject(key, await bucket.get(key)) };

const takeObject = async (
  object: ReadBytes | DayFile | GoneHere,
  day: string,
  { line, id }: Taking,
): Promise<void> => {
  if ("gone" in object) throw object.gone;
  if ("body" in object) return takeLines(object, (each) => line(each, day));
  for (const part of object.parts) for (const each of await object.ids(part)) id?.(each, day);
};

const NEWLINE = 10;

const takeLines = ({ key, body: bytes }: ReadBytes, take: (line: Line) => void): void => {
  let [from, to, at] = [0, 0, 0];
  const isAt = (text: string, place: number): boolean =>
    bytes.toString("latin1", place, place + text.length) === text;
  const line: Line = {
    between: (before, length, after) => {
      const begins = from + before.length;
      const ends = begins + length;
      if (ends + after.length > to || !isAt(before, from) || !isAt(after, ends)) return undefined;
      return bytes.toString("latin1", begins, ends);
    },
    record: () => recordIn(bytes.toString("utf8", from, to), key, at),
  };
  for (; from < bytes.length; from = to + 1, at++) {
    const end = bytes.indexOf(NEWLINE, from);
    to = end < 0 ? bytes.length : end;
    if (to > from) take(line);
  }
};
