import { randomUUID } from "node:crypto";
import type { EditableBucket } from "../archive/layout.ts";
import { type ErasureRecord, keyOfErasure, readErasure } from "./job.ts";

/** The record of an erasure in the hands of one run: as soon as another takes it up, this one can note nothing more. */
export interface Keeper {
  record(): ErasureRecord;
  /** Throws ErasureOvertaken. */
  note(changes: Partial<ErasureRecord>): Promise<void>;
}

/** Thrown where two runs erase the same learner: the later one goes on. */
export class ErasureOvertaken extends Error {
  override readonly name = "ErasureOvertaken";
  /** Whether what was to be noted may have been, before the other run took over. */
  readonly mayBeNoted: boolean;

  constructor(mayBeNoted: boolean) {
    super("Another run erases the same learner, and has taken over. Let it end, and run this again.");
    this.mayBeNoted = mayBeNoted;
  }
}

/**
 * Takes up an erasure that is not done, or begins a new one. `names`: under which it may be recorded, that of the current
 * key first (see `erasureName`); what was begun under another goes on under the first. Throws ErasureOvertaken.
 */
export const takeUpErasure = async (
  bucket: EditableBucket,
  names: readonly [string, ...string[]],
  at: string,
): Promise<Keeper> => {
  const [learner, ...others] = names;
  const key = keyOfErasure(learner);
  const found = await bucket.find(key);
  const kept = await readAll(bucket, names);
  const open = kept.find(({ done }) => done === undefined);
  let record: ErasureRecord = {
    ...(open ?? { begun: at, steps: {}, removed: {}, objects: 0, voided: {}, listed: {}, waiting: {} }),
    learner,
    run: randomUUID(),
    before: historyOf(kept),
  };
  let text = textOf(record);

  const write = async (version: string | undefined): Promise<void> => {
    if (await bucket.replace(key, new TextEncoder().encode(text), version)) return;
    // The answer to a first try may have been lost on its way.
    if ((await textAt(bucket, key)).text !== text) throw new ErasureOvertaken(true);
  };
  await write(found?.version);
  for (const name of others) if (kept.some((each) => each.learner === name)) await remove(bucket, name);

  return {
    record: () => record,
    note: async (changes) => {
      const now = await textAt(bucket, key);
      if (now.text !== text) throw new ErasureOvertaken(false);
      record = { ...record, ...changes };
      text = textOf(record);
      await write(now.version);
    },
  };
};

/** What is recorded under these names, in their order. */
export const readAll = async (
  bucket: EditableBucket,
  names: readonly string[],
): Promise<readonly ErasureRecord[]> => {
  const found = await Promise.all(names.map((name) => bucket.find(keyOfErasure(name))));
  return found.flatMap((each) => (each === undefined ? [] : (readErasure(each.body) ?? [])));
};

/** All erasures of the learner that are done, the oldest first. What is recorded under two names has one history. */
const historyOf = (kept: readonly ErasureRecord[]): ErasureRecord["before"] => {
  const all: ErasureRecord["before"][number][] = [];
  for (const { begun, done, before } of kept) {
    const known = new Set(all.map((each) => each.begun));
    const own = done === undefined ? before : [...before, { begun, done }];
    all.push(...own.filter((each) => !known.has(each.begun)));
  }
  return all.sort((one, other) => (one.begun < other.begun ? -1 : 1));
};

const remove = (bucket: EditableBucket, name: string): Promise<void> => bucket.remove(keyOfErasure(name));

const textOf = (record: ErasureRecord): string => `${JSON.stringify(record)}\n`;

const textAt = async (
  bucket: EditableBucket,
  key: string,
): Promise<{ readonly text?: string; readonly version?: string }> => {
  const found = await bucket.find(key);
  return found === undefined ? {} : { text: new TextDecoder().decode(found.body), version: found.version };
};
