import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isObject, type JsonObject, parseJson } from "../event/json.ts";
import { type Days, dayIn, isWithin, prefixesOf } from "./days.ts";
import type { Bucket, EditableBucket } from "./layout.ts";

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
}

/** Objects under way at once. */
const AT_ONCE = 16;

const decompress = promisify(gunzip);

/** Reads the lines below a prefix that ends in a slash, several objects at once. */
export async function* readDated(
  bucket: Bucket,
  prefix: string,
  { days, onObject }: ReadOptions = {},
): AsyncGenerator<DatedLine> {
  const all = inOrder(keysOf(bucket, prefix, days), (key) => readObject(bucket, key), onObject);
  for await (const { key, lines } of all) {
    const day = dayIn(key.slice(prefix.length)) ?? "";
    for (const [at, line] of lines.entries()) if (line !== "") yield { line: recordIn(line, key, at), day };
  }
}

/** An object of the archive. */
export interface ReadObject {
  readonly key: string;
  /** What is in it; the last one is empty. */
  readonly lines: readonly string[];
}

/** An object, and by what it is told from what comes in its place; or the key of one that is gone since it was listed. */
export type PresentObject =
  | (ReadObject & { readonly version: string })
  | { readonly key: string; readonly version: undefined };

/** Reads an object. Throws where it is not there, and DamagedArchive where it cannot be unpacked. */
export const readObject = async (bucket: Pick<Bucket, "get">, key: string): Promise<ReadObject> => ({
  key,
  lines: await unpackLines(key, await bucket.get(key)),
});

/**
 * Reads objects in the order of their keys as given, several at once, where somebody else may remove some of them
 * meanwhile.
 */
export const readPresent = (
  bucket: Pick<EditableBucket, "find">,
  keys: Iterable<string>,
  onObject?: () => void,
): AsyncGenerator<PresentObject> =>
  inOrder(
    keys,
    async (key) => {
      const found = await bucket.find(key);
      if (found === undefined) return { key, version: undefined };
      return { key, lines: await unpackLines(key, found.body), version: found.version };
    },
    onObject,
  );

async function* inOrder<T>(
  keys: Iterable<string> | AsyncIterable<string>,
  readOne: (key: string) => Promise<T>,
  onObject?: () => void,
): AsyncGenerator<T> {
  const open: Promise<T>[] = [];
  async function* first(): AsyncGenerator<T> {
    const next = open.shift();
    if (next === undefined) return;
    const read = await next;
    onObject?.();
    yield read;
  }
  for await (const key of keys) {
    const read = readOne(key);
    // It may fail before its turn comes; then it throws when it does.
    read.catch(() => undefined);
    open.push(read);
    if (open.length >= AT_ONCE) yield* first();
  }
  while (open.length > 0) yield* first();
}

/** Whether a key is one of the archive's objects: what others put there, such as a console's folder, is no part of it. */
export const isArchived = (key: string): boolean => key.endsWith(".ndjson.gz");

async function* keysOf(bucket: Bucket, prefix: string, days: Days | undefined): AsyncGenerator<string> {
  for (const below of days === undefined ? [""] : prefixesOf(days)) {
    for await (const key of bucket.list(prefix + below)) {
      const day = dayIn(key.slice(prefix.length)) ?? "";
      if (isArchived(key) && (days === undefined || isWithin(day, days))) yield key;
    }
  }
}

/** Thrown where an object of the archive is not as it was written. It says nothing of what is in it. */
export class DamagedArchive extends Error {
  override readonly name = "DamagedArchive";
}

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
