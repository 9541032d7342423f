import type { EditableBucket } from "../archive/layout.ts";

/** A bucket of which it is known which errors are its own: where it does not answer, nothing is wrong with a day. */
export interface BlamedBucket {
  readonly bucket: EditableBucket;
  /** Whether an error was thrown by the bucket. */
  isIts(error: unknown): boolean;
}

export const blamed = (bucket: EditableBucket): BlamedBucket => {
  const own = new Set<unknown>();
  const known = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      own.add(error);
      throw error;
    }
  };
  async function* knownKeys(keys: AsyncIterable<string>): AsyncGenerator<string> {
    try {
      yield* keys;
    } catch (error) {
      own.add(error);
      throw error;
    }
  }
  return {
    bucket: {
      put: (...args) => known(bucket.put(...args)),
      get: (key) => known(bucket.get(key)),
      find: (key) => known(bucket.find(key)),
      replace: (...args) => known(bucket.replace(...args)),
      remove: (key) => known(bucket.remove(key)),
      removeEarlier: (key) => known(bucket.removeEarlier(key)),
      discard: (keys) => known(bucket.discard(keys)),
      discarded: (prefix) => knownKeys(bucket.discarded(prefix)),
      list: (prefix) => knownKeys(bucket.list(prefix)),
      open: async (key) => {
        const object = await known(bucket.open(key));
        return object && { ...object, read: (from, to) => known(object.read(from, to)) };
      },
    },
    isIts: (error) => own.has(error),
  };
};
