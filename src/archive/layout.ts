import { hash } from "node:crypto";
import type { ArchivePart } from "../settings.ts";

/** Objects of the archive: where they are put, and under which names. */
export interface Bucket {
  put(key: string, body: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  /** The keys below a prefix, in any order. */
  list(prefix: string): AsyncIterable<string>;
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
}

export interface FoundObject {
  readonly body: Uint8Array;
  readonly version: string;
}

/** A line of an object, and where it belongs. */
export interface ArchiveLine {
  readonly id: string;
  /** Whose line it is: see `learnerTags`. Absent where it is nobody's; `UNKNOWN` where nobody knows whose. */
  readonly learner?: string | undefined;
  /** One line of JSON. */
  readonly text: string;
  /** `dt=2026-11-22/hour=01` or `dt=2026-11-22`, below the part and, where it has one, the endpoint. */
  readonly partition: string;
}

/** `dt=YYYY-MM-DD` of a time in ISO 8601. */
export const day = (time: string): string => `dt=${time.slice(0, 10)}`;

/** `dt=YYYY-MM-DD/hour=HH` of a time in ISO 8601. */
export const hour = (time: string): string => `${day(time)}/hour=${time.slice(11, 13)}`;

/** The prefix of a part of the archive, such as `receipts/endpoint=campus-lrs/`. */
export const prefixOf = (part: ArchivePart, endpoint?: string): string =>
  endpoint === undefined ? `${part}/` : `${part}/endpoint=${endpoint}/`;

/**
 * The key of an object in a folder. It derives from what the object holds, so that a retry overwrites itself; `marks` say
 * whose lines these are: see `marksOf`.
 */
export const keyOf = (folder: string, contents: readonly string[], marks: string): string =>
  `${folder}${hash("sha256", contents.join("\n")).slice(0, 32)}.${marks}.ndjson.gz`;
