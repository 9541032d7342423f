import type { EditableBucket } from "../archive/layout.ts";
import { keyedNames, learnerTags } from "../learner/tag.ts";
import { type Change, type ChangedBy, type ChoiceRecord, changed, readChoiceRecord } from "./choice.ts";

/** Where learners' choices are kept: one small object for each, under a name that only the site's key gives. */
export interface ChoiceStore {
  /** What a learner has chosen; undefined where they have not. */
  read(username: string): Promise<ChoiceRecord | undefined>;
  /** The same, of a learner of whom only the archive's own name is known: see `learnerTags`. */
  readTag(tag: string): Promise<ChoiceRecord | undefined>;
  /** Changes a choice, and gives what is kept then. Of two changes at once, both are kept. */
  change(username: string, change: Change, by: ChangedBy, at?: Date): Promise<ChoiceRecord>;
  /** Forgets who it was that chose, when and how; but not that they are not to be collected. */
  forget(username: string): Promise<void>;
  /** What is kept of each learner, in any order. */
  all(): AsyncIterable<ChoiceRecord>;
  /**
   * After the key has changed: puts every choice under the current key's name, and removes those under names of keys
   * that are not given any more. Tells of each what was done.
   */
  settle(): AsyncGenerator<"moved" | "removed" | "nameless">;
}

/** Thrown where an object is not as it was written. It says nothing of what is in it. */
export class DamagedChoice extends Error {
  override readonly name = "DamagedChoice";

  constructor(key: string) {
    super(`The object ${key} is damaged: nobody can tell what its learner chose. Restore it, or remove it.`);
  }
}

/** Where choices lie in the bucket. */
export const CHOICES = "consent/";

/** So often a change is tried where others change the same choice. */
const TRIES = 20;

/**
 * The choices in a bucket. `keys` are the secrets that pseudonyms are made from: the current one, and after it those
 * before it, under which older choices are found. Every method throws where the bucket does not answer; read, change
 * and all throw DamagedChoice.
 */
export const choiceStore = (bucket: EditableBucket, keys: readonly [string, ...string[]]): ChoiceStore => {
  const names = keys.map((key) => ({ tagOf: learnerTags(key), nameOf: keyedNames(key, "consent", 32) }));
  const keysOf = (username: string): readonly [string, ...string[]] => {
    const [current = "", ...former] = names.map(
      ({ tagOf, nameOf }) => `${CHOICES}${nameOf(tagOf(username))}.json`,
    );
    return [current, ...former];
  };

  const find = async (username: string) => {
    const [current, ...former] = keysOf(username);
    // What is under a former name stays there until the key is given up, so that none can slip by as it is moved.
    const all = [current, ...former];
    const found = await Promise.all(all.map((key) => bucket.find(key)));
    for (const [at, key] of all.entries()) {
      const one = found[at];
      if (one !== undefined)
        return { record: recordIn(one.body, key), version: key === current ? one.version : undefined };
    }
    return undefined;
  };

  /** Puts what `next` makes of a record in its place, again for as long as others are faster. */
  const edit = async <T extends ChoiceRecord | undefined>(
    username: string,
    next: (before: ChoiceRecord | undefined) => T,
  ): Promise<T> => {
    const [key] = keysOf(username);
    for (let tries = 0; tries < TRIES; tries++) {
      const before = await find(username);
      const record = next(before?.record);
      if (record === undefined || (await bucket.replace(key, bytesOf(record), before?.version)))
        return record;
    }
    throw new Error("The choice changes so often that this change could not be kept. Try again.");
  };

  /** Keeps what is under former names as it is under the current one: records of then are known by them. */
  const mirror = async (username: string): Promise<void> => {
    const [current, ...former] = keysOf(username);
    for (const key of former)
      for (let tries = 0; tries < TRIES; tries++) {
        // First the mirror and then what it shows, or it could be set back by somebody slower.
        const before = await bucket.find(key);
        const found = await bucket.find(current);
        if (found === undefined || (await bucket.replace(key, found.body, before?.version))) break;
      }
  };

  return {
    read: async (username) => (await find(username))?.record,
    readTag: async (tag) => {
      for (const { nameOf } of names) {
        const key = `${CHOICES}${nameOf(tag)}.json`;
        const found = await bucket.find(key);
        if (found !== undefined) return recordIn(found.body, key);
      }
      return undefined;
    },
    change: async (username, change, by, at = new Date()) => {
      const record = await edit(username, (before) =>
        changed(before, username, change, by, at.toISOString()),
      );
      await mirror(username);
      return record;
    },
    forget: async (username) => {
      await edit(username, (before) => before && withoutName(before));
      await mirror(username);
      // They had the name.
      await Promise.all(keysOf(username).map((key) => bucket.removeEarlier(key)));
    },
    all: async function* () {
      for await (const key of bucket.list(CHOICES)) {
        const found = key.endsWith(".json") ? await bucket.find(key) : undefined;
        if (found === undefined) continue;
        const record = recordIn(found.body, key);
        const [current] = record.username === undefined ? [key] : keysOf(record.username);
        // What is under a former name does not hold any more once there is something under the current one.
        if (key === current || (await bucket.find(current)) === undefined) yield record;
      }
    },
    settle: async function* () {
      for await (const key of bucket.list(CHOICES)) {
        const found = key.endsWith(".json") ? await bucket.find(key) : undefined;
        if (found === undefined) continue;
        const { username } = recordIn(found.body, key);
        if (username === undefined) {
          yield "nameless";
          continue;
        }
        const [current, ...former] = keysOf(username);
        if (key === current) continue;
        if ((await bucket.find(current)) === undefined) {
          // Where that is in vain, somebody else was faster, and knew what is here.
          await bucket.replace(current, found.body, undefined);
          yield "moved";
        }
        if (former.includes(key)) continue;
        await bucket.remove(key);
        yield "removed";
      }
    },
  };
};

/**
 * It is not removed: a change that comes at the same time would go with it. Without the "out", they would be collected
 * again where the site collects everybody who has not said no.
 */
const withoutName = ({ choice }: ChoiceRecord): ChoiceRecord => ({
  choice: { ...(choice.all === "out" && { all: choice.all }), endpoints: {} },
  changes: [],
});

const recordIn = (body: Uint8Array, key: string): ChoiceRecord => {
  const record = readChoiceRecord(new TextDecoder().decode(body));
  if (record === undefined) throw new DamagedChoice(key);
  return record;
};

const bytesOf = (record: ChoiceRecord): Uint8Array => new TextEncoder().encode(JSON.stringify(record));
