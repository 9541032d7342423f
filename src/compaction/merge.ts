/**
 * The story of a source: what was read of it is merged, and put into tables where that is more than what its tables have
 * already. What is in these is counted, and must be what was read.
 */
import type { DayLine } from "../archive/day-file.ts";
import type { SourceRead } from "./read-day.ts";
import type { Group, Sorter } from "./sort.ts";
import { type Tables, writeTables } from "./tables.ts";
import { isSame, type Tally, tallyOf } from "./tally.ts";

/** What became of a source. */
export interface Merged {
  /** Rows in its tables. */
  readonly rows: number;
  /** How many tables it has, and their bytes. */
  readonly tables: number;
  readonly bytes: number;
  /** The keys of tables whose rows are in new ones. */
  readonly replaced: readonly string[];
}

/** Thrown where tables have not what was put into them: then nothing is discarded. */
export class UnlikeTables extends Error {
  override readonly name = "UnlikeTables";

  constructor(day: string) {
    super(`What was put into the tables of ${day} did not come out of them again. Nothing was discarded.`);
  }
}

/** Merges what was read of a source, and writes its tables. Throws UnlikeTables, and Changed. */
export const mergeSource = async (
  source: string,
  { inSmall, inTables, tables: earlier, bytes }: SourceRead,
  sorter: Sorter,
  tables: Tables,
): Promise<Merged> => {
  const expected = tallyOf();
  expected.join(inSmall);
  expected.join(inTables);
  const merged = (dropped: Tally): Generator<readonly DayLine[]> =>
    mergedRows(sorter.sorted(source), dropped);
  if (earlier.length > 0) {
    const dropped = tallyOf();
    for (const _ of merged(dropped)) tables.ensureTime();
    expected.leave(dropped);
    // Nothing is new: a batch came again, or an earlier run was cut off while it discarded.
    if (isSame(expected, inTables))
      return { rows: expected.rows, tables: earlier.length, bytes, replaced: [] };
  }
  const dropped = tallyOf();
  const written = await writeTables(source, merged(dropped), earlier, tables);
  if (earlier.length === 0) expected.leave(dropped);
  if (written.found !== undefined && !isSame(expected, written.found)) throw new UnlikeTables(tables.day);
  return { rows: expected.rows, tables: written.count, bytes: written.bytes, replaced: earlier };
};

/**
 * The rows of a table, where several objects may have the same of them: what an object has of a batch comes as often as
 * it is in that object, and what another has of the same batch only where it is more often in that one. `dropped` counts
 * what does not come. Everything else comes, such as a line that is in two batches.
 */
function* mergedRows(sorted: Iterable<readonly Group[]>, dropped: Tally): Generator<readonly DayLine[]> {
  for (const groups of sorted) {
    const [first, ...others] = groups;
    if (first === undefined) continue;
    const { tag, batch } = first;
    const texts = [...first.texts];
    const known = others.length === 0 ? undefined : countsOf(texts);
    for (const { texts: more } of others) {
      const own = new Map<string, number>();
      for (const text of more) {
        const times = (own.get(text) ?? 0) + 1;
        own.set(text, times);
        if (times > (known?.get(text) ?? 0)) {
          known?.set(text, times);
          texts.push(text);
        } else dropped.add(batch, tag, text);
      }
    }
    yield texts.map((text) => ({ text, batch, tag }));
  }
}

const countsOf = (texts: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
};
