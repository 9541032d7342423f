import { createHmac, timingSafeEqual } from "node:crypto";
import { NotAnswered } from "./request.ts";

/** A record of the archive, and the object that it is in: objects come in the order of their keys. */
export interface KeptRecord {
  readonly part: string;
  readonly endpoint?: string;
  readonly key: string;
  readonly record: unknown;
  /** Nothing proves that it is theirs; it only names them. */
  readonly named?: true;
}

/** Reads all that is kept of a learner, or what is in objects after the one given. */
export type ReadRecords = (username: string, after?: string) => AsyncGenerator<KeptRecord>;

/** A part of a learner's data. */
export interface DataPart {
  /** From 1. */
  readonly number: number;
  readonly records: number;
  /** NDJSON, a record on each line. */
  readonly text: string;
  /** Where the next part begins; absent where this is the last one. */
  readonly next?: string;
}

/** The largest part, in bytes of the answer: Lambda answers six megabytes at most, in which JSON writes quotes as two. */
const LARGEST = 4 * 1024 * 1024;

/** For so long, in milliseconds, records are gathered: an HTTP API waits half a minute for its function. */
const PATIENCE = 20_000;

/** Where a part begins: after an object, and after so many records of the next one. */
interface Place {
  /** Empty at the very beginning. */
  readonly after: string;
  /** Empty where nothing of the next object was given yet. */
  readonly within: string;
  readonly given: number;
  /** Which part begins there, from 1. */
  readonly number: number;
}

const BEGINNING: Place = { after: "", within: "", given: 0, number: 1 };

/**
 * Gives a learner's data in parts. A place is told as a text that only this site can make and only the same learner can
 * use. What only names them is left out: it may be somebody else's. Throws NotAnswered where `after` is no such text,
 * or where the archive is too large to be searched in time.
 */
export const dataParts = (
  read: ReadRecords,
  siteKey: string,
  { largest = LARGEST, patience = PATIENCE }: { readonly largest?: number; readonly patience?: number } = {},
) => {
  const places = placesUnder(siteKey);
  return async (username: string, after?: string): Promise<DataPart> => {
    const start = after === undefined ? BEGINNING : places.read(username, after);
    const records = read(username, start.after === "" ? undefined : start.after);
    const late = timeUp(patience);
    const lines: string[] = [];
    let size = 0;
    // The last object that was read to its end, the one after it, and how much of that was read.
    let [done, key, count] = [start.after, "", 0];
    try {
      for (;;) {
        const next = await Promise.race([records.next(), late.up]);
        if (next === undefined) {
          if (key === "") throw tooLarge();
          break;
        }
        if (next.done === true) return { number: start.number, records: lines.length, text: lines.join("") };
        const { key: itsKey, named, ...record } = next.value;
        if (itsKey !== key) [done, key, count] = [key === "" ? done : key, itsKey, 0];
        const isGiven = key === start.within && count < start.given;
        const line = isGiven || named === true ? "" : `${JSON.stringify(record)}\n`;
        const bytes = line === "" ? 0 : Buffer.byteLength(JSON.stringify(line));
        if (lines.length > 0 && size + bytes > largest) break;
        if (line !== "") lines.push(line);
        size += bytes;
        count++;
      }
    } finally {
      late.stop();
      // It may be in the middle of reading; nobody waits for it.
      records.return(undefined).catch(() => undefined);
    }
    const place = { after: done, within: count === 0 ? "" : key, given: count, number: start.number + 1 };
    return {
      number: start.number,
      records: lines.length,
      text: lines.join(""),
      next: places.write(username, place),
    };
  };
};

const tooLarge = (): NotAnswered =>
  new NotAnswered(
    503,
    "data.slow",
    "The archive is too large to be searched while you wait. Ask the administrator for your data.",
  );

/** Resolves with undefined when the time (milliseconds) is up. */
const timeUp = (time: number): { readonly up: Promise<undefined>; stop(): void } => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), time);
  return { up: promise, stop: () => clearTimeout(timer) };
};

/** Places as texts, sealed for one learner: an object's key tells nothing to others, and nobody makes one up. */
const placesUnder = (siteKey: string) => {
  const key = createHmac("sha256", siteKey).update("place").digest();
  const sealOf = (username: string, text: string): Buffer =>
    createHmac("sha256", key)
      .update(JSON.stringify([username, text]))
      .digest()
      .subarray(0, 16);
  return {
    write: (username: string, { after, within, given, number }: Place): string => {
      const text = JSON.stringify([after, within, given, number]);
      return Buffer.concat([sealOf(username, text), Buffer.from(text)]).toString("base64url");
    },
    read: (username: string, written: string): Place => {
      const bytes = Buffer.from(written, "base64url");
      const text = bytes.subarray(16).toString("utf8");
      const isOurs = bytes.length > 16 && timingSafeEqual(bytes.subarray(0, 16), sealOf(username, text));
      if (!isOurs)
        throw new NotAnswered(
          400,
          "after.wrong",
          "This is no place in your data. Begin with the first part.",
        );
      const [after, within, given, number] = JSON.parse(text);
      return { after, within, given, number };
    },
  };
};
