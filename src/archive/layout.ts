import { hash } from "node:crypto";
import type { ArchivePart } from "../settings.ts";

/** Objects of the archive: where they are put, and under which names. */
export interface Bucket {
  put(key: string, body: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  /** The keys below a prefix, in any order. */
  list(prefix: string): AsyncIterable<string>;
}

/** A line of an object, and where it belongs. */
export interface ArchiveLine {
  readonly id: string;
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

/** An object's key is derived from what it holds, so that a retry overwrites itself. */
export const keyOf = (prefix: string, partition: string, ids: readonly string[]): string =>
  `${prefix}${partition}/${hash("sha256", ids.join("\n")).slice(0, 32)}.ndjson.gz`;
