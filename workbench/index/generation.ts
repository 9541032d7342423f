/**
 * What was read of the archive since it was begun anew. Objects are called by what they hold, so what was read stays as it
 * is; but where an object is gone, as its lines were put elsewhere or erased, all of this has had its time.
 */
import type { OnTrouble } from "../../src/archive/damaged.ts";
import { type Days, dayOf, daysAfter } from "../../src/archive/days.ts";
import { type EditableBucket, GoneObject, prefixOf } from "../../src/archive/layout.ts";
import { AT_ONCE, inOrder, keysOf, passOver } from "../../src/archive/read.ts";
import type { Account } from "../../src/ledger/ledger.ts";
import type { TakeAgain } from "../../src/recovery/again.ts";
import type { Reading } from "../api/about.ts";
import type { Totals } from "./archive-index.ts";
import { type Content, newContent } from "./content.ts";
import { type Cut, cutAt, isCutOff } from "./cut.ts";
import {
  type BegunObject,
  beginObject,
  dayOfKey,
  listKeys,
  newestFirst,
  partOf,
  portionsOf,
  turns,
  type WithLines,
} from "./objects.ts";

export interface GenerationParts {
  readonly bucket: EditableBucket;
  readonly endpoints: readonly string[];
  readonly judge: TakeAgain;
  readonly most: number;
  readonly late: number | undefined;
  readonly now: () => number;
}

/** `whole`: all is read; `moved`: what was listed is gone, look again; `stale`: what was read is gone, begin anew. */
export type Refreshed = "whole" | "moved" | "stale";

export interface Generation {
  readonly content: Content;
  /** Reads what is new in these days, and in those with which it began. */
  refresh(days: Days): Promise<Refreshed>;
  /** The same where it is stale, until another takes its place: what is gone counts on. */
  follow(days: Days): Promise<void>;
  isWhole(): boolean;
  /** As of the last time that all was read; before the first, of what is there. */
  counted(): Counted;
  reading(days: Days): Reading;
  version(): number;
}

/** What is true only of all together: in the middle of a reading, what was made may be known, and not how it ended. */
export interface Counted {
  readonly accounts: readonly Account[];
  /** When the events arrived that the ledger does not know. */
  readonly unaccounted: readonly string[];
  readonly totals: Totals;
}

/** More than the most events by so much, and the oldest of them are left. */
const ROOM = 1.25;

/** The same, where another is to take its place. */
const MORE_ROOM = 1.5;

/** So many days more than those that are looked at may be held, as they pass: only then all is read anew. */
const SPARE = 2;

export const newGeneration = (parts: GenerationParts): Generation => {
  const { bucket, endpoints, most, late, now } = parts;
  const content = newContent(bucket, endpoints, parts.judge);
  /** Objects of which anything was taken, and those of which everything was. */
  const begun = new Set<string>();
  const read = new Set<string>();
  const damage = new Map<string, string>();
  let foreign: readonly string[] = [];
  let objects = 0;
  let cut: Cut | undefined;
  let counted: Counted | undefined;
  /** As of the last time that all was listed. */
  let looked: Days | undefined;
  let room = ROOM;
  let steps = 0;
  const turn = turns();
  const onDamage: OnTrouble = ({ key, detail }) => {
    begun.add(key);
    read.add(key);
    damage.set(key, detail);
  };
  const count = (): Counted => ({
    accounts: content.endings.map((each) => each.account(dayOf(now()))),
    unaccounted: content.events.unbooked(),
    totals: {
      accepted: content.events.archived(),
      quarantined: content.quarantined.count(),
      withheld: content.withheld(),
    },
  });
  const oldest = ({ from }: Days): string => cut?.day ?? looked?.from ?? from;
  /** The days with those that have passed since this began, as what was read of them is still here. */
  const windowOf = (days: Days): Days => {
    const [from, to] = [oldest(days), looked?.to ?? days.to];
    return { from: from < days.from ? from : days.from, to: to > days.to ? to : days.to };
  };
  /** Lists what there is to be read, and tells whether something is gone that was. */
  const list = async (
    days: Days,
  ): Promise<{ readonly keys: readonly string[]; readonly isGone: boolean }> => {
    const keys: string[] = [];
    const others: string[] = [];
    let left = begun.size;
    for await (const key of listKeys(bucket, endpoints, days, ({ detail }) => others.push(detail))) {
      if (begun.has(key)) left--;
      if (!read.has(key) && !isCutOff(cut, key)) keys.push(key);
      await turn();
    }
    foreign = others;
    looked = days;
    objects = read.size + keys.length;
    return { keys, isGone: left > 0 };
  };
  /** Whether the ledger has got more since it was listed. */
  const hasGrown = async (days: Days): Promise<boolean> => {
    for await (const key of keysOf(bucket, prefixOf("ledger"), days)) if (!read.has(key)) return true;
    return false;
  };
  function* wanted(keys: readonly string[]): Generator<string> {
    for (const key of newestFirst(keys)) if (!isCutOff(cut, key)) yield key;
  }
  const isFull = (key: string): boolean =>
    partOf(key) === "raw" && content.events.archived() >= (counted === undefined ? most : most * room);
  /** Leaves an object of events, as there are enough: begun anew, it is the oldest that are left. */
  const leave = (key: string, keys: readonly string[]): "stale" | undefined => {
    if (counted !== undefined) return "stale";
    cut ??= cutAt(dayOfKey(key), keys, read);
    objects = read.size + keys.filter((each) => !read.has(each) && !isCutOff(cut, each)).length;
    return undefined;
  };
  /** Takes an object as far as there is room. Throws GoneObject and DamagedArchive. */
  const take = async (object: WithLines, keys: readonly string[]): Promise<"stale" | undefined> => {
    const { key } = object;
    let last = -1;
    for await (const { part, records } of portionsOf(object)) {
      if (part > last && isFull(key)) {
        if (part > 0) read.add(key);
        return leave(key, keys);
      }
      last = part;
      begun.add(key);
      content.take({ key, part }, records, cut === undefined ? "all" : "known");
      await turn();
    }
    begun.add(key);
    read.add(key);
    return undefined;
  };
  const takeAny = async (object: BegunObject, keys: readonly string[]): Promise<Refreshed | undefined> => {
    const { key, state } = object;
    if (isCutOff(cut, key)) return undefined;
    if (state === "gone") return "moved";
    try {
      if (state !== "quarantined") return await take(object, keys);
      await content.takeQuarantined(key, object.found);
      begun.add(key);
      read.add(key);
      return undefined;
    } catch (error) {
      if (error instanceof GoneObject) return "moved";
      return passOver(error, key, onDamage);
    }
  };
  const takeAll = async (keys: readonly string[], days: Days): Promise<Refreshed> => {
    let refreshed: Refreshed = "whole";
    const begin = (key: string) => beginObject(bucket, key);
    for await (const object of inOrder(wanted(keys), begin, undefined, onDamage, AT_ONCE)) {
      const taken = await takeAny(object, keys);
      steps++;
      if (taken === "stale") return taken;
      refreshed = taken ?? refreshed;
      await turn();
    }
    if (refreshed !== "whole") return refreshed;
    const judgedFrom = late === undefined || cut !== undefined ? undefined : daysAfter(days.from, late);
    await content.settle({ hasGrown: () => hasGrown(days), judgedFrom, onTrouble: onDamage });
    const before = JSON.stringify(counted);
    counted = count();
    if (JSON.stringify(counted) !== before) steps++;
    return refreshed;
  };

  return {
    content,
    refresh: async (days) => {
      if (daysAfter(oldest(days), SPARE) < days.from) return "stale";
      const window = windowOf(days);
      const { keys, isGone } = await list(window);
      return isGone ? "stale" : takeAll(keys, window);
    },
    follow: async (days) => {
      room = MORE_ROOM;
      const window = windowOf(days);
      await takeAll((await list(window)).keys, window);
    },
    isWhole: () => counted !== undefined,
    counted: () => counted ?? count(),
    reading: ({ from, to }) => ({
      from: cut?.day ?? looked?.from ?? from,
      to: looked?.to ?? to,
      read: read.size,
      objects: Math.max(objects, read.size),
      isCut: cut !== undefined,
      troubles: [...new Set([...damage.values(), ...foreign])],
    }),
    version: () => content.changes() + steps,
  };
};
