import { isUtf8 } from "node:buffer";
import { DamagedArchive, type OnTrouble } from "../archive/damaged.ts";
import { type DayLine, rawLineReader, tagOf } from "../archive/day-file.ts";
import { type DayFile, openDayFile } from "../archive/day-file-read.ts";
import { batchName, type EditableBucket } from "../archive/layout.ts";
import { inOrder, passOver, unpackObject } from "../archive/read.ts";

/** Thrown where what is read is not what it was a moment ago, as others are at work on it. */
export class Changed extends Error {
  override readonly name = "Changed";
}

/** An object of lines, read whole. */
export interface SmallObject {
  readonly key: string;
  readonly bytes: number;
  /** Its rows, by their source. */
  readonly rows: ReadonlyMap<string, readonly DayLine[]>;
}

/**
 * Objects of lines that are read at once: as many as there is room for, in bytes, by what those before them unpacked to.
 * Most are small; one may have some sixteen megabytes.
 */
const ROOM = 64 * 1024 * 1024;
export const MOST_AT_ONCE = 32;
const LEAST_AT_ONCE = 4;

/** How fast an object is forgotten that was larger than those after it. */
const FORGOTTEN = 0.9;

/** Reads objects of lines. Those with anything damaged are told of and passed over, whole. Throws Changed. */
export const readSmall = (
  bucket: EditableBucket,
  keys: readonly string[],
  onTrouble: OnTrouble,
): AsyncGenerator<SmallObject> => {
  let largest = ROOM / 8;
  const readLine = rawLineReader();
  return inOrder(
    keys,
    async (key) => {
      const body = await bodyOf(bucket, key);
      const text = await textOf(key, body);
      largest = Math.max(text.length, largest * FORGOTTEN);
      return { key, bytes: body.length, rows: rowsIn(key, text, readLine) };
    },
    undefined,
    onTrouble,
    () => Math.max(LEAST_AT_ONCE, Math.min(MOST_AT_ONCE, Math.floor(ROOM / largest))),
  );
};

/** A table, read whole. */
export interface WholeTable {
  readonly key: string;
  readonly bytes: number;
  readonly source: string;
  /** Its rows, part by part. */
  parts(): AsyncGenerator<readonly DayLine[]>;
}

/** Reads a table that is to be merged; where anything of it is damaged, it is told of, and there is none. Throws Changed. */
export const readTable = async (
  bucket: EditableBucket,
  key: string,
  onTrouble: OnTrouble,
): Promise<WholeTable | undefined> => {
  try {
    const table = await wholeTable(key, await bodyOf(bucket, key));
    const read = rawLineReader();
    // All of it, before any of it is used.
    for await (const rows of table.parts())
      for (const { text } of rows)
        if (read(text)?.source !== table.source || text.includes("\n")) throw damagedLine(key);
    return table;
  } catch (error) {
    return passOver(error, key, onTrouble);
  }
};

/** Reads a table whose bytes are there. Throws DamagedArchive. */
export const wholeTable = async (key: string, body: Uint8Array): Promise<WholeTable> => {
  const object = {
    size: body.length,
    version: "",
    read: async (from: number, to: number) => body.subarray(from, to),
  };
  const file = await openDayFile({ open: async () => object }, key);
  if (file === undefined) throw new Changed();
  return { key, bytes: body.length, source: file.source, parts: () => partsOf(file) };
};

async function* partsOf(file: DayFile): AsyncGenerator<readonly DayLine[]> {
  for (const part of file.parts) yield await file.read(part);
}

const bodyOf = async (bucket: EditableBucket, key: string): Promise<Uint8Array> => {
  const found = await bucket.find(key);
  if (found === undefined) throw new Changed();
  return found.body;
};

/** What would not come out of a table byte for byte is damaged. */
const textOf = async (key: string, body: Uint8Array): Promise<string> => {
  const bytes = await unpackObject(key, body);
  if (!isUtf8(bytes))
    throw new DamagedArchive(`The archive's object ${key} is damaged: it cannot be unpacked.`);
  return bytes.toString("utf8");
};

const rowsIn = (
  key: string,
  text: string,
  readLine: ReturnType<typeof rawLineReader>,
): SmallObject["rows"] => {
  const batch = batchName(key);
  const rows = new Map<string, DayLine[]>();
  for (const [at, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const read = readLine(line);
    const tag = read && tagOf(read.learner);
    if (read === undefined || tag === undefined || !isKept(read.source, tag)) throw damagedLine(key, at);
    const row = { text: line, batch, tag };
    const known = rows.get(read.source);
    if (known === undefined) rows.set(read.source, [row]);
    else known.push(row);
  }
  return rows;
};

/**
 * Whether a table gives back a source and a tag as they were: half of a pair of surrogates has no bytes, and a source that
 * begins with a byte order mark loses it.
 */
const isKept = (source: string, tag: string): boolean =>
  source.isWellFormed() && tag.isWellFormed() && !source.startsWith("\uFEFF");

const damagedLine = (key: string, at?: number): DamagedArchive =>
  new DamagedArchive(
    `${at === undefined ? "A line" : `Line ${at + 1}`} of the archive's object ${key} is damaged.`,
  );
