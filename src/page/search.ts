import { gzipSync } from "node:zlib";
import { type FoundObject, prefixOf } from "../archive/layout.ts";
import { UNKNOWN } from "../archive/marks.ts";
import { learnerRecords, type ReadableBucket } from "../erasure/records.ts";
import type { ObjectState, ReadRecords } from "./data.ts";

/** Objects that are in memory at once. */
const AT_ONCE = 2;

/** The most that an object may unpack to, in bytes: more than a batch holds, and less than the function's memory. */
const LARGEST = 32 * 1024 * 1024;

/**
 * How the page searches the archive: as it is searched for an erasure, but with little memory, as it is known beforehand
 * how much there is, and not in what may be anybody's: only what is known for somebody's own is given out here.
 */
export const archiveSearch =
  (
    bucket: ReadableBucket,
    tagsOf: (username: string) => readonly string[],
    { largest = LARGEST }: { readonly largest?: number } = {},
  ): ReadRecords =>
  (username, { after, until }, begins) => {
    const turns = turnsOf(AT_ONCE);
    const open: { readonly key: string; state: ObjectState }[] = [];
    const narrow: ReadableBucket = {
      list: async function* (prefix) {
        if (prefix > until) return;
        for await (const key of bucket.list(prefix)) if (key <= until && !isAnybodys(key)) yield key;
      },
      open: (key) => bucket.open(key),
      find: async (key) => {
        const each: (typeof open)[number] = { key, state: "there" };
        open.push(each);
        await turns.begin();
        const found = await bucket.find(key);
        if (found === undefined) each.state = "gone";
        if (found === undefined || sizeOf(found) <= largest) return found;
        each.state = "tooLarge";
        console.warn({ message: "An object of the archive is too large for the learners' page.", key });
        return { body: NOTHING, version: found.version };
      },
    };
    // It is called for each object in the order in which they were asked for; then the one before it is not needed.
    let isFirst = true;
    const onObject = (): void => {
      if (!isFirst) turns.end();
      isFirst = false;
      const next = open.shift();
      if (next !== undefined) begins(next.key, next.state);
    };
    return learnerRecords(narrow, { username, tags: tagsOf(username) }, { after, onObject });
  };

/** Whether an object holds only what may be anybody's. */
const isAnybodys = (key: string): boolean =>
  key.startsWith(prefixOf("quarantine")) && key.endsWith(`.${UNKNOWN}.ndjson.gz`);

const NOTHING = gzipSync("");

/** What an object unpacks to, in bytes, as its last four say (RFC 1952, section 2.3.1): each is one member of gzip. */
const sizeOf = ({ body }: FoundObject): number => {
  const isGzip = body.length >= 18 && body[0] === 0x1f && body[1] === 0x8b;
  if (!isGzip) return body.length;
  const size = new DataView(body.buffer, body.byteOffset).getUint32(body.length - 4, true);
  return Math.max(body.length, size);
};

/** Lets so many go on at once, the first ones first. */
const turnsOf = (most: number): { begin(): Promise<void>; end(): void } => {
  let free = most;
  const waiting: (() => void)[] = [];
  return {
    begin: async () => {
      if (free-- > 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    },
    end: () => {
      free++;
      waiting.shift()?.();
    },
  };
};
