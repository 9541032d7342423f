import { type DayLine, type EventColumn, readRawLine, tagOf } from "../../src/archive/day-file.ts";
import { openDayFile } from "../../src/archive/day-file-read.ts";
import { dayFileWriter, type ReadValues } from "../../src/archive/day-file-write.ts";
import { dayIn } from "../../src/archive/days.ts";
import { batchName, dayFileKey, type EditableBucket, isDayFile, prefixOf } from "../../src/archive/layout.ts";
import { keysOf, readObject } from "../../src/archive/read.ts";

export interface TablesOptions {
  /** Which days become tables; all, where absent. */
  readonly isFinished?: (day: string) => boolean;
  /** The typed columns of a source's tables; none, where absent. */
  readonly columns?: (source: string) => readonly EventColumn[];
  readonly readValues?: ReadValues;
}

/**
 * Puts the events of a bucket's days into tables, as compaction does, but by hand and with nobody else at work: one
 * table for each day and source, and the small objects are gone. Gives the keys of the tables. Objects with a line that
 * fits into none stay as they are.
 */
export const intoTables = async (
  bucket: EditableBucket,
  { isFinished = () => true, columns = () => [], readValues = () => undefined }: TablesOptions = {},
): Promise<readonly string[]> => {
  const days = new Map<string, Map<string, DayLine[]>>();
  const gone: string[] = [];
  const keys: string[] = [];
  for await (const key of keysOf(bucket, prefixOf("raw"), undefined)) keys.push(key);
  for (const key of keys.sort()) {
    const day = dayIn(key);
    if (day === undefined || !isFinished(day) || isDayFile(key)) continue;
    const rows = await rowsIn(bucket, key);
    if (rows === undefined) continue;
    gone.push(key);
    for (const [source, row] of rows) {
      const sources = days.get(day) ?? new Map<string, DayLine[]>();
      days.set(day, sources);
      const known = sources.get(source);
      if (known === undefined) sources.set(source, [row]);
      else known.push(row);
    }
  }
  const tables: string[] = [];
  for (const [day, sources] of days)
    for (const [source, rows] of sources) {
      const writer = dayFileWriter(source, columns(source), readValues);
      for (const some of batchesOf(rows)) writer.add(some);
      const body = writer.finish();
      const key = dayFileKey(day, source, body);
      await bucket.put(key, body);
      tables.push(key);
    }
  await bucket.discard(gone);
  return tables;
};

/** All rows of a table, given its bytes. */
export const rowsOf = async (body: Uint8Array): Promise<readonly DayLine[]> => {
  const read = async (from: number, to: number): Promise<Uint8Array> => body.slice(from, to);
  const file = await openDayFile({ open: async () => ({ size: body.length, version: "", read }) }, "table");
  const rows: DayLine[] = [];
  for (const part of file?.parts ?? []) rows.push(...((await file?.read(part)) ?? []));
  return rows;
};

type Row = readonly [source: string, row: DayLine];

/** The rows of an object's lines; undefined where one of them is none. */
const rowsIn = async (bucket: EditableBucket, key: string): Promise<readonly Row[] | undefined> => {
  const { lines } = await readObject(bucket, key);
  const rows: Row[] = [];
  for (const text of lines) {
    if (text === "") continue;
    const line = readRawLine(text);
    if (line === undefined) return undefined;
    rows.push([line.source, { text, batch: batchName(key), tag: tagOf(line.learner) }]);
  }
  return rows;
};

/** In a table's order: by tag, then by batch; what one batch has of one learner comes together, in its order. */
const batchesOf = (rows: readonly DayLine[]): readonly (readonly DayLine[])[] =>
  [...Map.groupBy(rows, ({ tag, batch }) => `${tag} ${batch}`)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, some]) => some);
