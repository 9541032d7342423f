import { isUtf8 } from "node:buffer";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { DamagedArchive, type OnTrouble } from "../archive/damaged.ts";
import { type DayLine, readRawLine, tagOf } from "../archive/day-file.ts";
import { type DayFile, openDayFile } from "../archive/day-file-read.ts";
import { batchName, type EditableBucket } from "../archive/layout.ts";
import { inOrder, passOver } from "../archive/read.ts";

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

/** Objects of lines that are read at once: each may unpack to some sixteen megabytes. */
const AT_ONCE = 8;

/** Reads objects of lines. Those with anything damaged are told of and passed over, whole. Throws Changed. */
export const readSmall = (
  bucket: EditableBucket,
  keys: readonly string[],
  onTrouble: OnTrouble,
): AsyncGenerator<SmallObject> =>
  inOrder(
    keys,
    async (key) => {
      const body = await bodyOf(bucket, key);
      return { key, bytes: body.length, rows: rowsIn(key, await textOf(key, body)) };
    },
    undefined,
    onTrouble,
    AT_ONCE,
  );

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
    // All of it, before any of it is used.
    for await (const rows of table.parts())
      for (const { text } of rows)
        if (readRawLine(text)?.source !== table.source || text.includes("\n")) throw damagedLine(key);
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

const decompress = promisify(gunzip);

/** What would not come out of a table byte for byte is damaged. */
const textOf = async (key: string, body: Uint8Array): Promise<string> => {
  const bytes = await decompress(body).catch(() => undefined);
  if (bytes === undefined || !isUtf8(bytes))
    throw new DamagedArchive(`The archive's object ${key} is damaged: it cannot be unpacked.`);
  return bytes.toString("utf8");
};

const rowsIn = (key: string, text: string): SmallObject["rows"] => {
  const batch = batchName(key);
  const rows = new Map<string, DayLine[]>();
  for (const [at, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const read = readRawLine(line);
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
