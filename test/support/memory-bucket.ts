import { hash } from "node:crypto";
import { type EditableBucket, prefixOf } from "../../src/archive/layout.ts";
import { readLines } from "../../src/archive/lines.ts";

/** A bucket in memory, which remembers what was put and can be told to fail. */
export interface MemoryBucket extends EditableBucket {
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Every key that was put, repeats included, once it is kept. */
  readonly puts: readonly string[];
  /** The records below a prefix. */
  records(...of: Parameters<typeof prefixOf>): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export interface MemoryBucketOptions {
  /** Whether this put fails. */
  readonly fails?: (key: string) => boolean;
  /** Called when an object is kept, after a moment as on a network. */
  readonly kept?: (key: string) => void;
}

export const memoryBucket = ({ fails, kept }: MemoryBucketOptions = {}): MemoryBucket => {
  const objects = new Map<string, Uint8Array>();
  const puts: string[] = [];
  const bucket: MemoryBucket = {
    objects,
    puts,
    put: async (key, body) => {
      await new Promise(setImmediate);
      if (fails?.(key) === true) throw new Error("SlowDown");
      objects.set(key, body);
      puts.push(key);
      kept?.(key);
    },
    get: async (key) => {
      const body = objects.get(key);
      if (body === undefined) throw new Error("NoSuchKey");
      return body;
    },
    open: async (key) => {
      await new Promise(setImmediate);
      const body = objects.get(key);
      return (
        body && {
          size: body.length,
          version: hash("sha256", body),
          read: async (from, to) => {
            if (objects.get(key) !== body) throw new Error("PreconditionFailed");
            return body.slice(from, to);
          },
        }
      );
    },
    discard: async (keys) => {
      await new Promise(setImmediate);
      for (const key of keys) {
        if (fails?.(key) === true) throw new Error("SlowDown");
        objects.delete(key);
      }
    },
    find: async (key) => {
      await new Promise(setImmediate);
      const body = objects.get(key);
      return body && { body, version: hash("sha256", body) };
    },
    replace: async (key, body, version) => {
      await new Promise(setImmediate);
      const before = objects.get(key);
      if ((before && hash("sha256", before)) !== version) return false;
      if (fails?.(key) === true) throw new Error("SlowDown");
      objects.set(key, body);
      puts.push(key);
      return true;
    },
    remove: async (key) => {
      await new Promise(setImmediate);
      if (fails?.(key) === true) throw new Error("SlowDown");
      objects.delete(key);
    },
    // What is in memory has no earlier versions.
    removeEarlier: async () => {},
    list: async function* (prefix) {
      for (const key of [...objects.keys()]) if (key.startsWith(prefix)) yield key;
    },
    records: async (...of) => {
      const all: Readonly<Record<string, unknown>>[] = [];
      for await (const line of readLines(bucket, prefixOf(...of))) all.push(line as (typeof all)[number]);
      return all;
    },
  };
  return bucket;
};
