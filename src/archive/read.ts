import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import { isObject, type JsonObject, parseJson } from "../event/json.ts";
import { DamagedArchive, type OnTrouble, type Trouble } from "./damaged.ts";
import { type DayFile, mayHave, openDayFile } from "./day-file-read.ts";
import { type Days, dayIn, isWithin, prefixesOf } from "./days.ts";
import { type Bucket, GoneObject, isArchived, isDayFile } from "./layout.ts";

/** A line of the archive, as JSON, and the day under which it lies. */
export interface DatedLine {
  readonly line: unknown;
  readonly day: string;
}

export interface ReadOptions {
  /** Only these days; all, where absent. */
  readonly days?: Days | undefined;
  /** Told of each object that was read. */
  readonly onObject?: (() => void) | undefined;
  /** Told of each object that cannot be read, and is passed over; where absent, the first one throws. */
  readonly onTrouble?: OnTrouble | undefined;
}

/** Objects under way at once. */
export const AT_ONCE = 16;

const decompress = promisify(gunzip);

/** What is no larger than this is unpacked at once, in bytes: to hand it to a thread would take longer. */
const SMALL = 32 * 1024;

/** Unpacks what is packed with gzip. Rejects where it is not, or is damaged. */
export const unpack = async (body: Uint8Array): Promise<Buffer> =>
  body.length <= SMALL ? gunzipSync(body) : decompress(body);

/**
 * Reads the lines below a prefix that ends in a slash, several objects at once. Where one is gone since it was listed, as
 * others put its lines elsewhere, its day is read again, so that some lines may come twice. Throws DamagedArchive.
 */
export async function* readDated(
  bucket: Bucket,
  prefix: string,
  { days, onObject, onTrouble }: ReadOptions = {},
): AsyncGenerator<DatedLine> {
  const moved = new Set<string>();
  const keys = keysOf(bucket, prefix, days, onTrouble);
  const all = inOrder(keys, (key) => orGone(bucket, key, opened(bucket, key)), onObject, onTrouble);
  for await (const object of all) {
    const day = dayIn(object.key.slice(prefix.length)) ?? "";
    let at = 0;
    try {
      for await (const lines of linesIn(object))
        for (const line of lines) {
          if (line !== "") yield { line: recordIn(line, object.key, at), day };
          at++;
        }
    } catch (error) {
      if (error instanceof GoneObject && day !== "") moved.add(day);
      else passOver(error, object.key, onTrouble);
    }
  }
  for (const day of moved)
    yield* readDated(bucket, prefix, { days: { from: day, to: day }, onObject, onTrouble });
}

/** An object of lines. */
export interface ReadObject {
  readonly key: string;
  /** What is in it; the last one is empty. */
  readonly lines: readonly string[];
}

/** Reads an object of lines. Throws where it is not there, and DamagedArchive where it cannot be unpacked. */
export const readObject = async (bucket: Pick<Bucket, "get">, key: string): Promise<ReadObject> => ({
  key,
  lines: await unpackLines(key, await bucket.get(key)),
});

/** Reads an object of lines, or opens a table. Throws as `readObject` does. */
export const opened = async (bucket: Bucket, key: string): Promise<ReadObject | DayFile> =>
  isDayFile(key) ? openedTable(bucket, key) : readObject(bucket, key);

/** Opens a table. Throws where it is not there, and DamagedArchive where it is none. */
export const openedTable = async (bucket: Bucket, key: string): Promise<DayFile> => {
  const file = await openDayFile(bucket, key);
  if (file === undefined) throw new GoneObject(key);
  return file;
};

/** An object that is gone says so where its lines are read. */
export const orGone = async <T>(bucket: Bucket, key: string, open: Promise<T>): Promise<T | GoneHere> => {
  try {
    return await open;
  } catch (error) {
    if (error instanceof DamagedArchive || (await bucket.open(key)) !== undefined) throw error;
    return { key, gone: new GoneObject(key) };
  }
};

/** An object that was listed, and is there no more. */
export interface GoneHere {
  readonly key: string;
  readonly gone: GoneObject;
}

const linesIn = (
  object: ReadObject | DayFile | GoneHere,
): Iterable<readonly string[]> | AsyncIterable<readonly string[]> => {
  if ("gone" in object) throw object.gone;
  return "parts" in object ? linesOf(object) : [object.lines];
};

/** The lines of a table, part by part; with `tags`, only those with these, and only parts that have any. */
export async function* linesOf(file: DayFile, tags?: readonly string[]): AsyncGenerator<readonly string[]> {
  for (const part of file.parts) {
    if (tags !== undefined && !mayHave(part, tags)) continue;
    const rows = await file.read(part, tags);
    if (rows.length > 0) yield rows.map(({ text }) => text);
  }
}

/**
 * Runs something for each key, so many at once, and gives what comes of it in the order of the keys. With `onTrouble`,
 * damaged objects are passed over.
 */
export async function* inOrder<T>(
  keys: Iterable<string> | AsyncIterable<string>,
  readOne: (key: string) => Promise<T>,
  onObject?: () => void,
  onTrouble?: OnTrouble,
  atOnce: number | (() => number) = AT_ONCE,
): AsyncGenerator<T> {
  const most = typeof atOnce === "number" ? () => atOnce : atOnce;
  const open: { readonly key: string; readonly read: Promise<T> }[] = [];
  async function* first(): AsyncGenerator<T> {
    const next = open.shift();
    if (next === undefined) return;
    const read = await next.read.catch((error) => passOver(error, next.key, onTrouble));
    onObject?.();
    if (read !== undefined) yield read;
  }
  for await (const key of keys) {
    const read = readOne(key);
    // It may fail before its turn comes; then it throws when it does.
    read.catch(() => undefined);
    open.push({ key, read });
    while (open.length >= most()) yield* first();
  }
  while (open.length > 0) yield* first();
}

/** Tells of an object that is passed over, as it is damaged; throws what is another error, or where nobody is to be told. */
export const passOver = (error: unknown, key: string, onTrouble: OnTrouble | undefined): undefined => {
  if (onTrouble === undefined || !(error instanceof DamagedArchive)) throw error;
  onTrouble({ key, why: "damaged", detail: error.message });
};

/** The keys of the archive's objects below a prefix, of some days or of all. */
export async function* keysOf(
  bucket: Bucket,
  prefix: string,
  days: Days | undefined,
  onTrouble?: OnTrouble,
): AsyncGenerator<string> {
  for (const below of days === undefined ? [""] : prefixesOf(days)) {
    for await (const key of bucket.list(prefix + below)) {
      const day = dayIn(key.slice(prefix.length)) ?? "";
      if (days !== undefined && !isWithin(day, days)) continue;
      if (isArchived(key)) yield key;
      else if (!key.endsWith("/")) onTrouble?.(foreign(key));
    }
  }
}

const foreign = (key: string): Trouble => ({
  key,
  why: "foreign",
  detail: `${key} is no object of the archive: somebody else put it there.`,
});

/** A line of an object as JSON, given where it stands, from 0. Throws DamagedArchive where it is no JSON object. */
export const recordIn = (line: string, key: string, at: number): JsonObject => {
  const read = parseJson(line);
  if ("value" in read && isObject(read.value)) return read.value;
  throw new DamagedArchive(`Line ${at + 1} of the archive's object ${key} is damaged.`);
};

/** The lines of an object, given its body; the last one is empty. Throws DamagedArchive. */
export const unpackLines = async (key: string, body: Uint8Array): Promise<readonly string[]> =>
  (await unpackObject(key, body)).toString("utf8").split("\n");

/** What an object of lines holds, given its body. Throws DamagedArchive. */
export const unpackObject = async (key: string, body: Uint8Array): Promise<Buffer> => {
  try {
    return await unpack(body);
  } catch {
    throw new DamagedArchive(`The archive's object ${key} is damaged: it cannot be unpacked.`);
  }
};
