/**
 * The story of one source's tables of a day: its rows are put into a table, or into several where one would be too large;
 * each is named in the compaction's record, put, fetched again, and what is in it counted.
 */
import { randomUUID } from "node:crypto";
import { DamagedArchive } from "../archive/damaged.ts";
import type { DayLine, EventColumn } from "../archive/day-file.ts";
import { type DayFileWriter, dayFileWriter, type ReadValues } from "../archive/day-file-write.ts";
import { dayFileKey, type EditableBucket } from "../archive/layout.ts";
import { Changed, wholeTable } from "./inputs.ts";
import { type Tally, tallyOf } from "./tally.ts";

export interface Tables {
  readonly bucket: EditableBucket;
  readonly day: string;
  /** The typed columns of a source's events; other sources have none. */
  readonly columns: Readonly<Record<string, readonly EventColumn[]>>;
  readonly readValues: ReadValues;
  /** As soon as a table has so many bytes, the next one is begun. */
  readonly largest?: number | undefined;
  /** Called with a table's key before it is put; where absent, none is put. */
  readonly note?: ((key: string) => Promise<void>) | undefined;
  /** Throws where there is no time to go on. */
  readonly ensureTime: () => void;
}

export interface WrittenTables {
  readonly count: number;
  readonly bytes: number;
  /** What is in them, as they came back from the bucket; undefined where none was put. */
  readonly found: Tally | undefined;
}

/** With what is still to be packed, a table stays below 128 MB: about what Athena reads best, and memory holds. */
const LARGEST = 120 * 1024 * 1024;

/** Writes the tables of a source, whose rows come in their order. `earlier`: the keys of the tables that it has. */
export const writeTables = async (
  source: string,
  rows: Iterable<readonly DayLine[]>,
  earlier: readonly string[],
  tables: Tables,
): Promise<WrittenTables> => {
  const { bucket, largest = LARGEST, columns, readValues, note, ensureTime } = tables;
  const own = Object.hasOwn(columns, source) ? (columns[source] ?? []) : [];
  const found = note && tallyOf();
  let [count, bytes] = [0, 0];
  const begin = (): DayFileWriter => dayFileWriter(source, own, readValues);
  const end = async (writer: DayFileWriter): Promise<void> => {
    const body = writer.finish();
    count++;
    bytes += body.length;
    if (note === undefined || found === undefined) return;
    const key = laterKey(tables.day, source, earlier);
    await note(key);
    await bucket.put(key, body, writer.about());
    await countRows(bucket, key, found);
  };
  let writer = begin();
  for (const some of rows) {
    ensureTime();
    if (writer.rows() > 0 && writer.size() > largest) {
      await end(writer);
      writer = begin();
    }
    writer.add(some);
  }
  if (writer.rows() > 0) await end(writer);
  return { count, bytes, found };
};

/**
 * A name that no other table has or will have, so that whoever takes a table back cannot mean another's. It comes after
 * those of the tables that are there, where that can be had: whoever reads a list in its order, and does not find one of
 * those any more, comes by this one later.
 */
const laterKey = (day: string, source: string, earlier: readonly string[]): string => {
  let last = "";
  for (let tries = 0; tries < 100; tries++) {
    const key = dayFileKey(day, source, new Uint8Array(), randomUUID());
    if (key > last) last = key;
    if (earlier.every((each) => each < last)) break;
  }
  return last;
};

/** Counts the rows of a table as the bucket has it. What cannot be read of it, shows in their number. */
const countRows = async (bucket: EditableBucket, key: string, found: Tally): Promise<void> => {
  const object = await bucket.find(key);
  if (object === undefined) throw new Changed();
  try {
    for await (const rows of (await wholeTable(key, object.body)).parts())
      for (const { batch, tag, text } of rows) found.add(batch, tag, text);
  } catch (error) {
    if (!(error instanceof DamagedArchive)) throw error;
  }
};
