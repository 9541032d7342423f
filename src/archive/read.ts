import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isObject, type JsonObject, parseJson } from "../event/json.ts";
import { DamagedArchive, type OnTrouble, type Trouble } from "./damaged.ts";
import { type DayFile, mayHave, openDayFile } from "./day-file-read.ts";
import { type Days, dayIn, isWithin, prefixesOf } from "./days.ts";
import { type Bucket, type EditableBucket, isArchived, isDayFile } from "./layout.ts";

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
const AT_ONCE = 16;

const decompress = promisify(gunzip);

/** Reads the lines below a prefix that ends in a slash, several objects at once. Throws DamagedArchive. */
export async function* readDated(
  bucket: Bucket,
  prefix: string,
  { days, onObject, onTrouble }: ReadOptions = {},
): AsyncGenerator<DatedLine> {
  const keys = keysOf(bucket, prefix, days, onTrouble);
  const all = inOrder(keys, (key) => opened(bucket, key), onObject, onTrouble);
  for await (const object of all) {
    const day = dayIn(object.key.slice(prefix.length)) ?? "";
    let at = 0;
    const parts = "parts" in object ? linesOf(object) : [object.lines];
    try {
      for await (const lines of parts)
        for (const line of lines) {
          if (line !== "") yield { line: recordIn(line, object.key, at), day };
          at++;
        }
    } catch (error) {
      passOver(error, object.key, onTrouble);
    }
  }
}

/** An object of lines. */
export interface ReadObject {
  readonly key: string;
  /** What is in it; the last one is empty. */
  readonly lines: readonly string[];
}

/** An object, and by what it is told from what comes in its place; or the key of one that is gone since it was listed. */
export type PresentObject =
  | (ReadObject & { readonly version: string })
  | { readonly key: string; readonly version: undefined };

/** Reads an object of lines. Throws where it is not there, and DamagedArchive where it cannot be unpacked. */
export const readObject = async (bucket: Pick<Bucket, "get">, key: string): Promise<ReadObject> => ({
  key,
  lines: await unpackLines(key, await bucket.get(key)),
});

/** Reads an object of lines, or opens a table. Throws as `readObject` does. */
export const opened = async (bucket: Bucket, key: string): Promise<ReadObject | DayFile> => {
  if (!isDayFile(key)) return readObject(bucket, key);
  const file = await openDayFile(bucket, key);
  if (file === undefined) throw new Error(`The archive's object ${key} was removed while it was read.`);
  return file;
};

/** The lines of a table, part by part; with `tags`, only those that may be these learners'. */
export async function* linesOf(file: DayFile, tags?: readonly string[]): AsyncGenerator<readonly string[]> {
  for (const part of file.parts) {
    if (tags !== undefined && !mayHave(part, tags)) continue;
    const rows = await file.read(part);
    yield (tags === undefined ? rows : rows.filter(({ tag }) => tags.includes(tag))).map(({ text }) => text);
  }
}

/**
 * Reads objects in the order of their keys as given, several at once, where somebody else may remove some of them
 * meanwhile. Of tables, only the lines with these tags.
 */
export const readPresent = (
  bucket: Pick<EditableBucket, "find" | "open">,
  keys: Iterable<string>,
  tags: readonly string[],
  onObject?: () => void,
): AsyncGenerator<PresentObject> =>
  inOrder(
    keys,
    async (key) => {
      if (isDayFile(key)) {
        const file = await openDayFile(bucket, key);
        if (file === undefined) return { key, version: undefined };
        const lines: string[] = [];
        for await (const some of linesOf(file, tags)) lines.push(...some);
        return { key, lines, version: file.version };
      }
      const found = await bucket.find(key);
      if (found === undefined) return { key, version: undefined };
      return { key, lines: await unpackLines(key, found.body), version: found.version };
    },
    onObject,
  );

/**
 * Runs something for each key, so many at once, and gives what comes of it in the order of the keys. With `onTrouble`,
 * damaged objects are passed over.
 */
export async function* inOrder<T>(
  keys: Iterable<string> | AsyncIterable<string>,
  readOne: (key: string) => Promise<T>,
  onObject?: () => void,
  onTrouble?: OnTrouble,
  atOnce = AT_ONCE,
): AsyncGenerator<T> {
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
    if (open.length >= atOnce) yield* first();
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
export const unpackLines = async (key: string, body: Uint8Array): Promise<readonly string[]> => {
  try {
    return (await decompress(body)).toString("utf8").split("\n");
  } catch {
    throw new DamagedArchive(`The archive's object ${key} is damaged: it cannot be unpacked.`);
  }
};
