import type { OnTrouble } from "./damaged.ts";
import type { DayLine } from "./day-file.ts";
import { type DayFile, type DayPart, mayHave } from "./day-file-read.ts";
import { type Days, daysAfter } from "./days.ts";
import { type Bucket, prefixOf } from "./layout.ts";
import { mayHold, UNKNOWN } from "./marks.ts";
import { inOrder, keysOf, opened, passOver } from "./read.ts";

/** What is read of `raw/` at once: an object of lines, or a part of a table. */
export interface RawPart {
  /** The object's key, and which part of it this is, from 0. In the order in which they are read, both only grow. */
  readonly key: string;
  readonly part: number;
  /** How many parts the object has. */
  readonly of: number;
  /**
   * Lines that came in one batch: all that it has of any learner in this object. What a mapping says of an event may
   * depend on the others of its batch, but never on those of another learner.
   */
  readonly batches: readonly (readonly string[])[];
  /** In their place, where that is asked for, the ids of the events of a part of a table. */
  readonly ids?: readonly string[];
}

export interface RawOptions {
  readonly days: Days;
  /** Only what comes after this part of this object. */
  readonly after?: { readonly key: string; readonly part: number } | undefined;
  /** Only objects, and parts of tables, that may have lines of these learners, by their tags. */
  readonly tags?: readonly string[] | undefined;
  /** Only tables of these sources; objects of lines may have any. */
  readonly sources?: readonly string[] | undefined;
  /** Of tables, only the parts that have one of these events; of objects of lines, all. */
  readonly wanted?: { has(id: string): boolean } | undefined;
  /** Of tables, only the ids of events are read. */
  readonly onlyIds?: boolean | undefined;
  /** Objects under way at once: each may unpack to some sixteen megabytes. */
  readonly atOnce?: number;
  readonly onObject?: (() => void) | undefined;
  readonly onTrouble?: OnTrouble | undefined;
}

/** Enough for the archive to keep up with whoever translates what is read. */
const AT_ONCE = 4;

/**
 * Reads the events of some days, the first day first, and within a day in the order of the objects' keys, whether they
 * lie in objects of lines or in tables. What came twice, or lies in both while it is put into a table, is read twice.
 * Throws DamagedArchive, unless `onTrouble` is told instead.
 */
export async function* readRaw(bucket: Bucket, options: RawOptions): AsyncGenerator<RawPart> {
  const { days, after, atOnce = AT_ONCE, onObject, onTrouble } = options;
  const from = dayOfKey(after?.key) ?? days.from;
  for (let day = from; day <= days.to; day = daysAfter(day, 1)) {
    const keys = await keysOfDay(bucket, day, options);
    const all = inOrder(keys, (key) => opened(bucket, key), onObject, onTrouble, atOnce);
    for await (const object of all) {
      const begun = object.key === after?.key ? after.part + 1 : 0;
      if ("parts" in object) yield* tableParts(object, begun, options);
      else if (begun === 0) yield linesPart(object.key, object.lines);
    }
  }
}

const dayOfKey = (key: string | undefined): string | undefined => /\/dt=([0-9-]{10})\//.exec(key ?? "")?.[1];

const keysOfDay = async (
  bucket: Bucket,
  day: string,
  { after, tags, sources, onTrouble }: RawOptions,
): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of keysOf(bucket, prefixOf("raw"), { from: day, to: day }, onTrouble)) {
    if (after !== undefined && key < after.key) continue;
    if (tags !== undefined && !mayHold(key, tags)) continue;
    const source = sourceOfKey(key);
    if (source !== undefined && sources?.every((each) => each.replaceAll("/", ".") !== source) === true)
      continue;
    keys.push(key);
  }
  return keys.sort();
};

/** The source of a table, as its key has it. */
const sourceOfKey = (key: string): string | undefined => /\/source=([^/]+)\//.exec(key)?.[1];

const linesPart = (key: string, lines: readonly string[]): RawPart => ({
  key,
  part: 0,
  of: 1,
  batches: [lines.filter((line) => line !== "")],
});

async function* tableParts(
  file: DayFile,
  begun: number,
  { tags, sources, wanted, onlyIds = false, onTrouble }: RawOptions,
): AsyncGenerator<RawPart> {
  const { key } = file;
  // Two sources may have one folder.
  if (sources?.includes(file.source) === false) return;
  const isWanted = async (part: DayPart): Promise<boolean> =>
    (tags === undefined || mayHave(part, [...tags, UNKNOWN])) &&
    (wanted === undefined || (await file.ids(part)).some((id) => wanted.has(id)));
  for (const [at, part] of file.parts.entries()) {
    if (at < begun) continue;
    try {
      if (!(await isWanted(part))) continue;
      const place = { key, part: at, of: file.parts.length };
      if (onlyIds) yield { ...place, batches: [], ids: await file.ids(part) };
      else yield { ...place, batches: batchesOf(await file.read(part)) };
    } catch (error) {
      passOver(error, key, onTrouble);
    }
  }
}

/** Rows of one learner and one batch lie together. */
const batchesOf = (rows: readonly DayLine[]): readonly (readonly string[])[] => {
  const batches: string[][] = [];
  let last: DayLine | undefined;
  for (const row of rows) {
    if (last === undefined || last.tag !== row.tag || last.batch !== row.batch) batches.push([]);
    batches.at(-1)?.push(row.text);
    last = row;
  }
  return batches;
};
