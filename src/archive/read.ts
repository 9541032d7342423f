import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isObject, parseJson } from "../event/json.ts";
import { type Days, dayIn, isWithin, prefixesOf } from "./days.ts";
import type { Bucket } from "./layout.ts";

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
  const open: { readonly key: string; readonly day: string; readonly text: Promise<string> }[] = [];
  async function* first(): AsyncGenerator<DatedLine> {
    const next = open.shift();
    if (next === undefined) return;
    const text = await next.text;
    onObject?.();
    for (const [at, line] of text.split("\n").entries())
      if (line !== "") yield { line: objectIn(line, next.key, at + 1), day: next.day };
  }
  for await (const { key, day } of keysOf(bucket, prefix, days)) {
    const text = textOf(bucket, key);
    // It may fail before its turn comes; then it throws when it does.
    text.catch(() => undefined);
    open.push({ key, day, text });
    if (open.length >= AT_ONCE) yield* first();
  }
  while (open.length > 0) yield* first();
}

async function* keysOf(
  bucket: Bucket,
  prefix: string,
  days: Days | undefined,
): AsyncGenerator<{ readonly key: string; readonly day: string }> {
  for (const below of days === undefined ? [""] : prefixesOf(days)) {
    for await (const key of bucket.list(prefix + below)) {
      // What others put there, such as a console's folder, is no part of the archive.
      if (!key.endsWith(".ndjson.gz")) continue;
      const day = dayIn(key.slice(prefix.length)) ?? "";
      if (days === undefined || isWithin(day, days)) yield { key, day };
    }
  }
}

/** Thrown where an object of the archive is not as it was written. It says nothing of what is in it. */
export class DamagedArchive extends Error {
  override readonly name = "DamagedArchive";
}

const objectIn = (line: string, key: string, at: number): unknown => {
  const read = parseJson(line);
  if ("value" in read && isObject(read.value)) return read.value;
  throw new DamagedArchive(`Line ${at} of the archive's object ${key} is damaged.`);
};

const textOf = async (bucket: Bucket, key: string): Promise<string> => {
  const bytes = await bucket.get(key);
  try {
    return (await decompress(bytes)).toString("utf8");
  } catch {
    throw new DamagedArchive(`The archive's object ${key} is damaged: it cannot be unpacked.`);
  }
};
