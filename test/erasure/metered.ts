import { type EditableBucket, TAIL } from "../../src/archive/layout.ts";

/** A bucket that counts requests as S3 would have them, and the bytes that come and go. */
export const metered = (bucket: EditableBucket) => {
  const count = { requests: 0, read: 0, written: 0 };
  const ask = (read = 0): void => {
    count.requests++;
    count.read += read;
  };
  /** A page of names has a thousand. */
  const listed = (list: (prefix: string) => AsyncIterable<string>) =>
    async function* (prefix: string): AsyncGenerator<string> {
      let at = 0;
      ask();
      for await (const key of list(prefix)) {
        if (++at % 1000 === 0) ask();
        yield key;
      }
    };
  const own: EditableBucket = {
    ...bucket,
    put: async (key, body, about) => {
      ask();
      count.written += body.length;
      await bucket.put(key, body, about);
    },
    get: async (key) => {
      const body = await bucket.get(key);
      ask(body.length);
      return body;
    },
    find: async (key) => {
      const found = await bucket.find(key);
      ask(found?.body.length);
      return found;
    },
    open: async (key) => {
      const object = await bucket.open(key);
      if (object === undefined) {
        ask();
        return undefined;
      }
      const tail = Math.min(TAIL, object.size);
      ask(tail);
      return {
        ...object,
        read: (from, to) => {
          if (from < object.size - tail) ask(to - from);
          return object.read(from, to);
        },
      };
    },
    replace: async (key, body, version) => {
      ask();
      count.written += body.length;
      return bucket.replace(key, body, version);
    },
    // Versions are listed, and each of them is removed.
    remove: async (key) => {
      count.requests += 2;
      await bucket.remove(key);
    },
    list: listed(bucket.list),
    discarded: listed(bucket.discarded),
  };
  return {
    bucket: own,
    /** What there was since it was asked last, in words. */
    said: (): string => {
      const { requests, read, written } = count;
      Object.assign(count, { requests: 0, read: 0, written: 0 });
      const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`;
      return `${requests} requests, ${kilobytes(read)} read, ${kilobytes(written)} written`;
    },
    count: (): Readonly<typeof count> => ({ ...count }),
  };
};
