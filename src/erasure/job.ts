import type { EditableBucket } from "../archive/layout.ts";
import { isObject, parseJson } from "../event/json.ts";
import { keyedNames } from "../learner/tag.ts";
import type { ArchivePart } from "../settings.ts";

/** What is kept of an erasure, while it goes on and for ever after: numbers and times, and the learner's name nowhere. */
export interface ErasureRecord {
  /** A keyed hash of the user name, for this use only. */
  readonly learner: string;
  readonly begun: string;
  /** When each step ended last. */
  readonly steps: Readonly<Partial<Record<Step, string>>>;
  /** Lines that were removed, by part, and objects that were rewritten; of what was cut off, what it had counted. */
  readonly removed: Readonly<Partial<Record<ArchivePart, number>>>;
  readonly objects: number;
  /** Statements that were voided, by endpoint, or told to those who run an endpoint that cannot void. */
  readonly voided: Readonly<Record<string, number>>;
  readonly listed: Readonly<Record<string, number>>;
  /** Statements that may still be on their way, by endpoint: then it is not done yet. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly done?: string;
  /** Erasures of the same learner before, as they may have come back. */
  readonly before: readonly { readonly begun: string; readonly done: string }[];
}

/** Nothing new is taken in; endpoints are told; records are removed; nothing was found any more. */
export type Step = "stopped" | "told" | "removed" | "verified";

/** Where erasures are recorded, and where learners ask for them. */
export const ERASURES = "erasures/";
export const REQUESTED = `${ERASURES}requested/`;

/** Under which name an erasure is recorded. `key` is the secret that pseudonyms are made from. */
export const erasureName = (key: string, username: string): string =>
  keyedNames(key, "erasure", 32)(username);

/** An erasure of a learner: the one that was cut off, or a new one. */
export const beginErasure = async (
  bucket: EditableBucket,
  learner: string,
  at: string,
): Promise<ErasureRecord> => {
  const last = await lastErasure(bucket, learner);
  if (last !== undefined && last.done === undefined) return last;
  const before = last?.done === undefined ? [] : [...last.before, { begun: last.begun, done: last.done }];
  const record = { learner, begun: at, steps: {}, removed: {}, objects: 0, ...NO_STATEMENTS, before };
  await keepErasure(bucket, record);
  return record;
};

/** The last erasure of a learner, given the name under which it is recorded; undefined where there is none. */
export const lastErasure = async (
  bucket: EditableBucket,
  learner: string,
): Promise<ErasureRecord | undefined> => {
  const found = await bucket.find(keyIn(learner));
  return found === undefined ? undefined : readErasure(found.body);
};

const NO_STATEMENTS = { voided: {}, listed: {}, waiting: {} };

export const keepErasure = (bucket: EditableBucket, record: ErasureRecord): Promise<void> =>
  bucket.put(keyIn(record.learner), new TextEncoder().encode(`${JSON.stringify(record)}\n`));

/** All that are recorded, in any order. What is no record is passed over. */
export async function* readErasures(bucket: EditableBucket): AsyncGenerator<ErasureRecord> {
  for await (const key of bucket.list(ERASURES)) {
    if (key.startsWith(REQUESTED) || !key.endsWith(".json")) continue;
    const record = readErasure(await bucket.get(key));
    if (record !== undefined) yield record;
  }
}

/** A learner's own wish to be erased. */
export interface ErasureRequest {
  readonly key: string;
  readonly at: string;
  readonly username: string;
}

/** What learners ask for, the oldest first, and the keys of what cannot be read. */
export const readRequests = async (
  bucket: EditableBucket,
): Promise<{ readonly requests: readonly ErasureRequest[]; readonly damaged: readonly string[] }> => {
  const requests: ErasureRequest[] = [];
  const damaged: string[] = [];
  for await (const key of bucket.list(REQUESTED)) {
    if (!key.endsWith(".json")) continue;
    const value = jsonIn(await bucket.get(key));
    const { username, at } = isObject(value) ? value : {};
    if (typeof username === "string" && username !== "" && typeof at === "string")
      requests.push({ key, at, username });
    else damaged.push(key);
  }
  return { requests: requests.sort((one, other) => (one.at < other.at ? -1 : 1)), damaged };
};

const keyIn = (learner: string): string => `${ERASURES}${learner}.json`;

const jsonIn = (body: Uint8Array): unknown => {
  const read = parseJson(new TextDecoder().decode(body));
  return "value" in read ? read.value : undefined;
};

const readErasure = (body: Uint8Array): ErasureRecord | undefined => {
  const value = jsonIn(body);
  return isErasure(value) ? value : undefined;
};

const isErasure = (value: unknown): value is ErasureRecord =>
  isObject(value) &&
  typeof value.learner === "string" &&
  typeof value.begun === "string" &&
  Array.isArray(value.before) &&
  [value.steps, value.removed, value.voided, value.listed, value.waiting].every(isObject);
