import { hash } from "node:crypto";
import { type EditableBucket, GoneObject, prefixOf } from "../../src/archive/layout.ts";
import { readDated } from "../../src/archive/read.ts";

/** A bucket in memory, which remembers what was put and can be told to fail. */
export interface MemoryBucket extends EditableBucket {
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** What was discarded, and can be had back. */
  readonly hidden: ReadonlyMap<string, Uint8Array>;
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
  const hidden = new Map<string, Uint8Array>();
  const puts: string[] = [];
  const bucket: MemoryBucket = {
    objects,
    hidden,
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
            if (objects.get(key) !== body) throw new GoneObject(key);
            return body.slice(from, to);
          },
        }
      );
    },
    discard: async (keys) => {
      await new Promise(setImmediate);
      for (const key of keys) {
        if (fails?.(key) === true) throw new Error("SlowDown");
        const body = objects.get(key);
        if (body !== undefined) hidden.set(key, body);
        objects.delete(key);
      }
    },
    discarded: async function* (prefix) {
      for (const key of [...hidden.keys()]) if (key.startsWith(prefix) && !objects.has(key)) yield key;
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
      hidden.delete(key);
    },
    // Of what is overwritten in memory, nothing stays.
    removeEarlier: async (key) => {
      hidden.delete(key);
    },
    list: async function* (prefix) {
      for (const key of [...objects.keys()]) if (key.startsWith(prefix)) yield key;
    },
    records: async (...of) => {
      const all: Readonly<Record<string, unknown>>[] = [];
      for await (const { line } of readDated(bucket, prefixOf(...of))) all.push(line as (typeof all)[number]);
      return all;
    },
  };
  return bucket;
};
