import type { EditableBucket } from "../archive/layout.ts";
import { inOrder } from "../archive/read.ts";
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
  /** Until it is done: the run that goes on with it. */
  readonly run?: string | undefined;
  /** When it was begun to look for what endpoints were told of last: what they got since then, is to be told. */
  readonly seen?: string | undefined;
  /** Objects that are just being rewritten. */
  readonly moving?: Moving | undefined;
}

/** Objects whose lines are put elsewhere. Until they are removed, what was put in their place is nothing but a copy. */
export interface Moving {
  readonly isRemoving: boolean;
  readonly objects: readonly Moved[];
}

export interface Moved {
  readonly from: string;
  /** The version whose lines these are. */
  readonly version: string;
  /** Absent where nothing of it stays. */
  readonly to?: string;
}

/** Nothing new is taken in; endpoints are told; records are removed; nothing was found any more. */
export type Step = "stopped" | "told" | "removed" | "verified";

/** Where erasures are recorded, and where learners ask for them. */
export const ERASURES = "erasures/";
export const REQUESTED = `${ERASURES}requested/`;

/** Under which name an erasure is recorded. `key` is the secret that pseudonyms are made from. */
export const erasureName = (key: string, username: string): string =>
  keyedNames(key, "erasure", 32)(username);

/** All that are recorded, several read at once. What is no record is passed over, and so is one that is gone meanwhile. */
export async function* readErasures(bucket: EditableBucket): AsyncGenerator<ErasureRecord> {
  const all = inOrder(recordKeys(bucket), async (key) => {
    const found = await bucket.find(key);
    return found && readErasure(found.body);
  });
  for await (const record of all) if (record !== undefined) yield record;
}

async function* recordKeys(bucket: EditableBucket): AsyncGenerator<string> {
  for await (const key of bucket.list(ERASURES))
    if (!key.startsWith(REQUESTED) && key.endsWith(".json")) yield key;
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

/** Where an erasure is recorded, given its name. */
export const keyOfErasure = (name: string): string => `${ERASURES}${name}.json`;

const jsonIn = (body: Uint8Array): unknown => {
  const read = parseJson(new TextDecoder().decode(body));
  return "value" in read ? read.value : undefined;
};

/** Reads what is kept of an erasure; undefined where it is none. */
export const readErasure = (body: Uint8Array): ErasureRecord | undefined => {
  const value = jsonIn(body);
  return isErasure(value) ? value : undefined;
};

const isErasure = (value: unknown): value is ErasureRecord =>
  isObject(value) &&
  typeof value.learner === "string" &&
  typeof value.begun === "string" &&
  Array.isArray(value.before) &&
  [value.steps, value.removed, value.voided, value.listed, value.waiting].every(isObject) &&
  (value.moving === undefined || (isObject(value.moving) && Array.isArray(value.moving.objects)));
