import { createHash } from "node:crypto";
import { type Bucket, prefixOf } from "../archive/layout.ts";
import { isObject } from "../event/json.ts";

/** How far a replay has come: all up to this part of this object is sent. */
export interface Position {
  readonly key: string;
  readonly part: number;
  /** By which is told whether the object's folder is as it was when the replay came to it. */
  readonly listed: string;
}

/** What the folders of a day hold, by their names: told before any of it is read. */
export const listedOn = async (bucket: Bucket, day: string): Promise<ReadonlyMap<string, string>> => {
  const sums = new Map<string, bigint>();
  for await (const key of bucket.list(`${prefixOf("raw")}dt=${day}/`)) {
    const folder = folderOf(key);
    const digits = createHash("sha256").update(key).digest("hex").slice(0, 16);
    // In whatever order they are listed.
    sums.set(folder, (sums.get(folder) ?? 0n) ^ BigInt(`0x${digits}`));
  }
  return new Map([...sums].map(([folder, sum]) => [folder, sum.toString(16)]));
};

/** The day in a key of `raw/`. */
export const dayOfKey = (key: string | undefined): string | undefined =>
  /\/dt=([0-9-]{10})\//.exec(key ?? "")?.[1];

export const folderOf = (key: string): string => key.slice(0, key.lastIndexOf("/") + 1);

/**
 * After what a replay that was cut off goes on. Where its folder has changed since, as its objects were put into others,
 * that folder is read again from its beginning, or something could be missed.
 */
export const after = async (
  bucket: Bucket,
  { key, part, listed }: Position,
): Promise<Pick<Position, "key" | "part">> => {
  const folder = folderOf(key);
  const now = (await listedOn(bucket, dayOfKey(key) ?? "")).get(folder);
  return now === listed ? { key, part } : { key: folder, part: -1 };
};

export const isPosition = (value: unknown): value is Position =>
  isObject(value) &&
  typeof value.key === "string" &&
  typeof value.part === "number" &&
  typeof value.listed === "string";
