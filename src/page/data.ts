import type { ObjectState } from "../archive/present.ts";
import { BEGINNING, endAfter, lastKeyOf, noPlace, type Place, placesUnder } from "./place.ts";
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

/**
 * Reads all that is kept of a learner in the objects after one key and up to another one. `begins` is told of every
 * object, also where it holds nothing of theirs; then all before it were read to their ends. What was moved comes after
 * the rest of its part of the archive.
 */
export type ReadRecords = (
  username: string,
  span: { readonly after: string; readonly until: string },
  begins: (key: string, state: ObjectState) => void,
) => AsyncGenerator<KeptRecord>;

/** Some of a learner's data. */
export interface DataFile {
  /** Which part it is, from 1. */
  readonly number: number;
  readonly records: number;
  /** Objects and records that are too large to be given; the text says it as well. */
  readonly leftOut: number;
  /** NDJSON, a record on each line. */
  readonly text: string;
}

export interface DataPart extends DataFile {
  /** Where it ends. */
  readonly end: string;
  /** Where the next part begins; absent where this is the last one. */
  readonly next?: string;
}

/** A learner's data. Places are texts that only this site can make and only the same learner can use. */
export interface LearnersData {
  /** What there is from a place on, or from the beginning. Throws NotAnswered where the archive is too large. */
  partOf(username: string, after?: string): Promise<DataPart>;
  /** All that is between two places. Throws NotAnswered where it does not fit into one answer, or not in time. */
  fileOf(username: string, after?: string, until?: string): Promise<DataFile>;
}

export interface DataLimits {
  /** The largest part, in bytes of the answer, in which JSON writes quotes as two. */
  readonly largest?: number;
  /** The largest file: there may be more than was seen when it was announced. Lambda answers six megabytes at most. */
  readonly bound?: number;
  /** For so long, in milliseconds, records are gathered for a part. */
  readonly patience?: number;
  /** The same for a file, which is searched for once more: an HTTP API waits half a minute for its function. */
  readonly filePatience?: number;
}

const MEGABYTE = 1024 * 1024;

/** Gives a learner's data in parts, and each as a file. What only names them is left out: it may be somebody else's. */
export const learnersData = (read: ReadRecords, siteKey: string, limits: DataLimits = {}): LearnersData => {
  const { largest = 4 * MEGABYTE, bound = 5.5 * MEGABYTE, patience = 12_000, filePatience = 25_000 } = limits;
  const places = placesUnder(siteKey);
  const startOf = (username: string, after: string | undefined): Place =>
    after === undefined ? BEGINNING : places.read(username, after);
  return {
    partOf: async (username, after) => {
      const start = startOf(username, after);
      const last = endAfter(start);
      const found = await gather(read, username, [start, last], { largest, bound, patience });
      const next = found.end && places.write(username, found.end);
      if (found.end !== undefined && !found.isMoving && !isFurther(found.end, start)) throw tooLarge();
      return {
        ...fileFrom(start, found),
        end: next ?? places.write(username, last),
        ...(next !== undefined && { next }),
      };
    },
    fileOf: async (username, after, until) => {
      const start = startOf(username, after);
      const end = until === undefined ? endAfter(start) : places.read(username, until);
      if (end.number !== start.number + 1) throw noPlace();
      const found = await gather(read, username, [start, end], {
        largest: bound,
        bound,
        patience: filePatience,
      });
      if (found.why === "size") throw grown();
      if (found.why === "time") throw slow();
      return fileFrom(start, found);
    },
  };
};

interface Gathered {
  readonly lines: readonly string[];
  readonly leftOut: number;
  /** Where it was ended before all was read, and why; whether somebody was just moving things there. */
  readonly end?: Place;
  readonly why?: "size" | "time";
  readonly isMoving?: boolean;
}

/** Gathers what is between two places, until there is no more, no more room, or no more time. */
const gather = async (
  read: ReadRecords,
  username: string,
  [start, end]: readonly [Place, Place],
  { largest, bound, patience }: Required<Omit<DataLimits, "filePatience">>,
): Promise<Gathered> => {
  const lines: string[] = [];
  let [size, leftOut] = [0, 0];
  // Up to `done` all was read; of the object that is being read, so many records.
  let [done, furthest, key, count] = [start.after, start.after, "", 0];
  // What was moved is somewhere below this; it is still to come as long as the archive's part is the same.
  let moved: string | undefined;
  const begins = (next: string, state: ObjectState): void => {
    if (moved !== undefined && partIn(next) !== partIn(moved)) moved = undefined;
    [done, key, count] = [furthest, next, 0];
    furthest = maximum(furthest, next);
    if (state === "gone") moved = minimum(moved ?? next, folderOf(next));
    if (state !== "tooLarge") return;
    leftOut++;
    done = furthest;
  };
  const records = read(username, { after: start.after, until: lastKeyOf(end) }, begins);
  const ended = (why: "size" | "time"): Gathered => {
    const after = moved === undefined ? done : maximum(start.after, minimum(done, moved));
    const within = count === 0 ? "" : key;
    const end = { after, within, given: count, number: start.number + 1 };
    return { lines, leftOut, why, end, isMoving: moved !== undefined };
  };
  const late = timeUp(patience);
  try {
    for (;;) {
      const next = await Promise.race([records.next(), late.up]);
      if (next === undefined) return ended("time");
      if (next.done === true) return { lines, leftOut };
      const { key: its, named, ...record } = next.value;
      const isOver = its === end.within && count >= end.given;
      const isGiven = its === start.within && count < start.given;
      const line = isOver || isGiven || named === true ? "" : `${JSON.stringify(record)}\n`;
      const bytes = line === "" ? 0 : Buffer.byteLength(JSON.stringify(line));
      if (bytes > bound) leftOut++;
      else if (lines.length > 0 && size + bytes > largest) return ended("size");
      else if (line !== "") {
        lines.push(line);
        size += bytes;
      }
      count++;
    }
  } finally {
    late.stop();
    // It may be in the middle of reading; nobody waits for it.
    records.return(undefined).catch(() => undefined);
  }
};

const maximum = (one: string, other: string): string => (one > other ? one : other);
const minimum = (one: string, other: string): string => (one < other ? one : other);

const partIn = (key: string): string => key.slice(0, key.indexOf("/"));
const folderOf = (key: string): string => key.slice(0, key.lastIndexOf("/") + 1);

/** Whether there was anything new before this place: whoever begins there gets on. */
const isFurther = (end: Place, start: Place): boolean =>
  end.after > start.after || (end.within !== "" && (end.within !== start.within || end.given > start.given));

const fileFrom = ({ number }: Place, { lines, leftOut }: Gathered): DataFile => {
  const note = leftOut === 0 ? "" : `${JSON.stringify({ note: tooLargeFor(leftOut) })}\n`;
  return { number, records: lines.length, leftOut, text: lines.join("") + note };
};

/** Says that something is not among the data. */
export const tooLargeFor = (leftOut: number): string =>
  `${leftOut === 1 ? "One object" : `${leftOut} objects`} of the archive that may hold something of you ${leftOut === 1 ? "is" : "are"} too large to be searched here. Ask the administrator for what is in ${leftOut === 1 ? "it" : "them"}.`;

const tooLarge = (): NotAnswered =>
  new NotAnswered(
    503,
    "data.slow",
    "The archive is too large to be searched while you wait. Ask the administrator for your data.",
  );

const slow = (): NotAnswered =>
  new NotAnswered(
    503,
    "data.slow",
    "The archive was too slow for the whole file, so there is none. Try again; if it stays so, ask the administrator for your data.",
  );

const grown = (): NotAnswered =>
  new NotAnswered(
    409,
    "data.large",
    "There is more of your data than fits into one file. Go to the page of your data, and download it in parts.",
  );

/** Resolves with undefined when the time (milliseconds) is up. */
const timeUp = (time: number): { readonly up: Promise<undefined>; stop(): void } => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), time);
  return { up: promise, stop: () => clearTimeout(timer) };
};
