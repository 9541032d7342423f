import { createHash } from "node:crypto";
import type { ArchivePart } from "../settings.ts";

/** Objects of the archive: where they are put, and under which names. */
export interface Bucket {
  /** With `about`, the object's name derives from its content: one that is there already is the same, and stays. */
  put(key: string, body: Uint8Array, about?: About): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  /** An object of which parts are read; undefined where there is no such object. */
  open(key: string): Promise<OpenObject | undefined>;
  /** The keys below a prefix, in any order. */
  list(prefix: string): AsyncIterable<string>;
}

/** What an object's metadata tell of it to whoever does not read it. */
export interface About {
  readonly lines: number;
  /** When the first and the last of what is in it came or was done, in ISO 8601, where its lines say so. */
  readonly from?: string;
  readonly to?: string;
}

/** Bytes of an object's end that come when it is opened: a table is read from there. */
export const TAIL = 256 * 1024;

/** Thrown where an object was removed while it was read, or has become another. */
export class GoneObject extends Error {
  override readonly name = "GoneObject";

  constructor(key: string) {
    super(
      `The archive's object ${key} was removed while it was read, as others are at work. Run this again.`,
    );
  }
}

/** An object as it was when it was opened. */
export interface OpenObject {
  /** Bytes. */
  readonly size: number;
  /** By what it is told from what comes in its place. */
  readonly version: string;
  /** The bytes from a position up to another, which is not with them. Throws GoneObject. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** A bucket in which single objects change. */
export interface EditableBucket extends Bucket {
  /** An object, and by what its version is told from others; undefined where there is no such object. */
  find(key: string): Promise<FoundObject | undefined>;
  /**
   * Puts an object in the place of the version that was found, or where `version` is undefined, only if there is none.
   * Tells whether it did: not, where somebody else was faster.
   */
  replace(key: string, body: Uint8Array, version: string | undefined): Promise<boolean>;
  /** Removes an object with all its versions, for good. */
  remove(key: string): Promise<void>;
  /** Removes what an object was before, for good: the object itself stays. */
  removeEarlier(key: string): Promise<void>;
  /** Takes objects away. Where the bucket keeps versions, they can be had back until these expire. */
  discard(keys: readonly string[]): Promise<void>;
  /** The keys below a prefix, in any order, of what was taken away, and can be had back still. */
  discarded(prefix: string): AsyncIterable<string>;
}

export interface FoundObject {
  readonly body: Uint8Array;
  readonly version: string;
}

/** A line of an object, and where it belongs. */
export interface ArchiveLine {
  /** Whose line it is: see `learnerTags`. Absent where it is nobody's; `UNKNOWN` where nobody knows whose. */
  readonly learner?: string | undefined;
  /** One line of JSON. */
  readonly text: string;
  /** `dt=2026-11-22/hour=01` or `dt=2026-11-22`, below the part and, where it has one, the endpoint. */
  readonly partition: string;
  /** When what it tells of came or was done, in ISO 8601; absent where it does not say. */
  readonly time?: string;
}

/** `dt=YYYY-MM-DD` of a time in ISO 8601. */
export const day = (time: string): string => `dt=${time.slice(0, 10)}`;

/** `dt=YYYY-MM-DD/hour=HH` of a time in ISO 8601. */
export const hour = (time: string): string => `${day(time)}/hour=${time.slice(11, 13)}`;

/** The prefix of a part of the archive, such as `receipts/endpoint=campus-lrs/`. */
export const prefixOf = (part: ArchivePart, endpoint?: string): string =>
  endpoint === undefined ? `${part}/` : `${part}/endpoint=${endpoint}/`;

/**
 * The key of an object in a folder. It derives from what the object holds, so that a retry is the same object; `marks`
 * say whose lines these are: see `marksOf`. `apart` makes it another than any that holds the same.
 */
export const keyOf = (folder: string, body: Uint8Array, marks: string, apart = ""): string =>
  `${folder}${contentName(body, apart)}.${marks}${LINES}`;

/** The key of a day's events of one source, as a table: see `DayFile`. */
export const dayFileKey = (day: string, source: string, body: Uint8Array, apart = ""): string =>
  `${prefixOf("raw")}dt=${day}/source=${source.replaceAll("/", ".")}/${contentName(body, apart)}${TABLE}`;

/** What the names of objects end in: lines as gzip NDJSON, and tables as Parquet. */
const LINES = ".ndjson.gz";
const TABLE = ".parquet";

const contentName = (body: Uint8Array, apart: string): string =>
  createHash("sha256").update(apart).update(body).digest("hex").slice(0, 32);

/** Whether an object holds a table of a day's events. */
export const isDayFile = (key: string): boolean => key.endsWith(TABLE);

/** Whether a key is one of the archive's objects: what others put there, such as a console's folder, is no part of it. */
export const isArchived = (key: string): boolean => key.endsWith(LINES) || isDayFile(key);

/** The 32 digits that an object is called by, which stand for the batch that its lines came in. */
export const batchName = (key: string): string => /([0-9a-f]{32})\.[^/]*$/.exec(key)?.[1] ?? key;
