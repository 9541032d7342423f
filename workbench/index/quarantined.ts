/**
 * What is in quarantine, object by object, as `jlt quarantine` lists it. Each object is surveyed by itself when it is read.
 * Of an event that is in several of them, only the survey of all these together says which record stands for it.
 */
import type { OnTrouble } from "../../src/archive/damaged.ts";
import type { EditableBucket, FoundObject } from "../../src/archive/layout.ts";
import type { TakeAgain } from "../../src/recovery/again.ts";
import { readQuarantineObject } from "../../src/recovery/read.ts";
import { type OpenEvent, surveyQuarantine } from "../../src/recovery/survey.ts";
import { compare } from "./known.ts";

export interface Quarantined {
  /** Takes an object. Throws DamagedArchive, and takes nothing of it then. */
  add(key: string, found: FoundObject): Promise<void>;
  /** Looks at events that are in several objects: these are read once more. Tells whether there were any. */
  settle(onTrouble: OnTrouble): Promise<boolean>;
  /** How many are there, and were not taken in since. */
  count(): number;
  /** In the order of arrival. */
  open(): readonly OpenEvent[];
}

export const quarantined = (bucket: EditableBucket, judge: TakeAgain): Quarantined => {
  const found = new Map<string, OpenEvent>();
  const recovered = new Set<string>();
  /** Events that are in several objects: in which. */
  const several = new Map<string, Set<string>>();
  const unsettled = new Set<string>();
  let ordered: readonly OpenEvent[] | undefined;

  const take = (event: OpenEvent): void => {
    const { id, key } = event;
    const before = found.get(id);
    if (before === undefined) found.set(id, event);
    else {
      several.set(id, (several.get(id) ?? new Set([before.key])).add(key));
      unsettled.add(id);
    }
  };
  const forget = (id: string): void => {
    recovered.add(id);
    found.delete(id);
    several.delete(id);
    unsettled.delete(id);
  };
  return {
    add: async (key, object) => {
      const only = { ...bucket, list: () => listOf(key), find: async () => object };
      const { records = [] } = await readQuarantineObject(only, key);
      const events = await surveyQuarantine(only, judge);
      for (const record of records) if (record.recovered !== undefined) forget(record.id);
      for (const event of events) if (!recovered.has(event.id)) take(event);
      ordered = undefined;
    },
    settle: async (onTrouble) => {
      if (unsettled.size === 0) return false;
      const ids = [...unsettled];
      const keys = new Set(ids.flatMap((id) => [...(several.get(id) ?? [])]));
      const those = { ...bucket, list: (prefix: string) => listed(bucket, prefix, keys) };
      const events = await surveyQuarantine(those, judge, { onTrouble });
      for (const event of events) if (unsettled.has(event.id)) found.set(event.id, event);
      for (const id of ids) unsettled.delete(id);
      ordered = undefined;
      return true;
    },
    count: () => found.size,
    open: () => {
      ordered ??= [...found.values()].sort(inOrder);
      return ordered;
    },
  };
};

async function* listOf(key: string): AsyncGenerator<string> {
  yield key;
}

/** Those of these keys that are still there. */
async function* listed(
  bucket: EditableBucket,
  prefix: string,
  keys: ReadonlySet<string>,
): AsyncGenerator<string> {
  for await (const key of bucket.list(prefix)) if (keys.has(key)) yield key;
}

/** As the survey has it. */
const inOrder = (one: OpenEvent, other: OpenEvent): number =>
  compare(one.arrived, other.arrived) || compare(one.key, other.key) || one.at - other.at;
