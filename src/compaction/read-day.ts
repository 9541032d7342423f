import type { OnTrouble } from "../archive/damaged.ts";
import type { DayLine } from "../archive/day-file.ts";
import { type EditableBucket, isDayFile, prefixOf } from "../archive/layout.ts";
import { keysOf } from "../archive/read.ts";
import { readSmall, readTable } from "./inputs.ts";
import { copiesIn } from "./moving.ts";
import type { Sorter } from "./sort.ts";
import { type Tally, tallyOf } from "./tally.ts";

/** What was read of a day; its rows are with the sorter. */
export interface DayRead {
  /** The keys of the objects of lines that were read. */
  readonly small: readonly string[];
  readonly sources: ReadonlyMap<string, SourceRead>;
  /** All objects that were read, tables among them. */
  readonly objects: number;
  readonly bytes: number;
}

/** What was read of a source: its rows in objects of lines, and in the tables that it has already. */
export interface SourceRead {
  readonly inSmall: Tally;
  readonly inTables: Tally;
  readonly tables: string[];
  /** Bytes of its tables. */
  bytes: number;
}

export interface Reading {
  readonly bucket: EditableBucket;
  readonly onTrouble: OnTrouble;
  /** Told of each object that was read. */
  readonly onObject?: (() => void) | undefined;
  /** Throws where there is no time to go on. */
  readonly ensureTime: () => void;
}

/**
 * Reads the objects of lines of a day, and the tables of the sources that are in these; `all`: all tables. What is
 * damaged is told of and passed over. Throws Changed.
 */
export const readDay = async (
  reading: Reading,
  day: string,
  sorter: Sorter,
  all: boolean,
): Promise<DayRead> => {
  const { bucket, onTrouble, onObject, ensureTime } = reading;
  const keys = await keysOfDay(reading, day);
  const small: string[] = [];
  const sources = new Map<string, SourceRead>();
  let objects = 0;
  let bytes = 0;
  const sourceRead = (source: string): SourceRead => {
    const known = sources.get(source);
    if (known !== undefined) return known;
    const made = { inSmall: tallyOf(), inTables: tallyOf(), tables: [], bytes: 0 };
    sources.set(source, made);
    return made;
  };
  const take = (source: string, rows: readonly DayLine[], tally: Tally): void => {
    sorter.add(source, objects, rows);
    for (const { batch, tag, text } of rows) tally.add(batch, tag, text);
  };

  for await (const object of readSmall(bucket, keys.small, onTrouble)) {
    ensureTime();
    for (const [source, rows] of object.rows) take(source, rows, sourceRead(source).inSmall);
    small.push(object.key);
    objects++;
    bytes += object.bytes;
    onObject?.();
  }
  const folders = new Set([...sources.keys()].map((source) => `/source=${source.replaceAll("/", ".")}/`));
  for (const key of keys.tables) {
    if (!all && ![...folders].some((folder) => key.includes(folder))) continue;
    ensureTime();
    const table = await readTable(bucket, key, onTrouble);
    if (table === undefined || !(all || sources.has(table.source))) continue;
    const read = sourceRead(table.source);
    for await (const rows of table.parts()) {
      ensureTime();
      take(table.source, rows, read.inTables);
    }
    read.tables.push(key);
    read.bytes += table.bytes;
    objects++;
    bytes += table.bytes;
    onObject?.();
  }
  return { small, sources, objects, bytes };
};

/** Lists what there is of a day, but for copies that erasures are just making. Throws Changed. */
const keysOfDay = async (
  { bucket, onTrouble, ensureTime }: Reading,
  day: string,
): Promise<{ readonly small: readonly string[]; readonly tables: readonly string[] }> => {
  const keys = new Set<string>();
  for await (const key of keysOf(bucket, prefixOf("raw"), { from: day, to: day }, onTrouble)) keys.add(key);
  // Only now: what was listed was recorded before.
  const copies = keys.size > 0 ? await copiesIn({ bucket, ensureTime }, keys) : new Set();
  const own = [...keys].filter((key) => !copies.has(key)).sort();
  return { small: own.filter((key) => !isDayFile(key)), tables: own.filter(isDayFile) };
};
