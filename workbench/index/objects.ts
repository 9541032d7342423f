import type { OnTrouble } from "../../src/archive/damaged.ts";
import { type DayFile, openDayFile } from "../../src/archive/day-file-read.ts";
import { type Days, dayIn } from "../../src/archive/days.ts";
import {
  type EditableBucket,
  type FoundObject,
  GoneObject,
  isDayFile,
  prefixOf,
} from "../../src/archive/layout.ts";
import { keysOf, recordIn, unpackLines } from "../../src/archive/read.ts";
import type { JsonObject } from "../../src/event/json.ts";
import type { ArchivePart } from "../../src/settings.ts";
import { compare } from "./known.ts";

/**
 * The keys of some days. What is said to wait by a line of the ledger had not ended when that was listed: so, as `jlt
 * ledger` does, ends are listed after the ledger, and the ledger after events.
 */
export async function* listKeys(
  bucket: EditableBucket,
  endpoints: readonly string[],
  days: Days,
  onTrouble: OnTrouble,
): AsyncGenerator<string> {
  for (const prefix of [
    prefixOf("raw"),
    prefixOf("ledger"),
    ...endpoints.map((endpoint) => prefixOf("failed", endpoint)),
    ...endpoints.map((endpoint) => prefixOf("receipts", endpoint)),
    prefixOf("quarantine"),
  ])
    yield* keysOf(bucket, prefix, days, onTrouble);
}

/** The part of the archive that an object belongs to. */
export const partOf = (key: string): ArchivePart | undefined =>
  ORDER.find((part) => key.startsWith(prefixOf(part)));

/** Within a day: first which events there are, then what they became, then how that ended. */
const ORDER: readonly ArchivePart[] = ["raw", "ledger", "failed", "receipts", "quarantine"];

export const dayOfKey = (key: string): string => dayIn(key) ?? "";

/** The keys as they are to be read: the newest days first, and of a day the newest hours. */
export function* newestFirst(keys: readonly string[]): Generator<string> {
  const days = Map.groupBy(keys, dayOfKey);
  for (const day of [...days.keys()].sort().reverse()) {
    const parts = Map.groupBy(days.get(day) ?? [], partOf);
    for (const part of ORDER) yield* (parts.get(part) ?? []).sort((one, other) => compare(other, one));
  }
}

/** An object that was begun to be read. */
export type BegunObject =
  | { readonly key: string; readonly state: "gone" }
  | { readonly key: string; readonly state: "quarantined"; readonly found: FoundObject }
  | { readonly key: string; readonly state: "lines"; readonly lines: readonly string[] }
  | { readonly key: string; readonly state: "table"; readonly file: DayFile };

/** Reads an object of lines, or opens a table; what is in quarantine is left as it is. Throws DamagedArchive. */
export const beginObject = async (bucket: EditableBucket, key: string): Promise<BegunObject> => {
  if (isDayFile(key)) {
    const file = await openDayFile(bucket, key).catch(passGone);
    return file === undefined ? { key, state: "gone" } : { key, state: "table", file };
  }
  const found = await bucket.find(key);
  if (found === undefined) return { key, state: "gone" };
  if (partOf(key) === "quarantine") return { key, state: "quarantined", found };
  return { key, state: "lines", lines: await unpackLines(key, found.body) };
};

export const passGone = (error: unknown): undefined => {
  if (!(error instanceof GoneObject)) throw error;
};

export type WithLines = Extract<BegunObject, { readonly state: "lines" | "table" }>;

/** Records of an object, and in which part of it they are. */
export interface Portion {
  readonly part: number;
  readonly records: readonly JsonObject[];
}

/** So many lines are taken at once: between them, others have their turn. */
const LINES = 250;

/** The records of an object, in their order. Throws GoneObject, and DamagedArchive after what is before the damage. */
export async function* portionsOf(object: WithLines): AsyncGenerator<Portion> {
  const { key } = object;
  let at = 0;
  for await (const [part, lines] of linesOf(object)) {
    for (let from = 0; from < lines.length; from += LINES) {
      const records: JsonObject[] = [];
      let damage: { readonly error: unknown } | undefined;
      for (const line of lines.slice(from, from + LINES)) {
        try {
          if (line !== "") records.push(recordIn(line, key, at));
        } catch (error) {
          damage = { error };
          break;
        }
        at++;
      }
      yield { part, records };
      if (damage !== undefined) throw damage.error;
    }
  }
}

async function* linesOf(
  object: WithLines,
): AsyncGenerator<readonly [part: number, lines: readonly string[]]> {
  if (object.state === "lines") yield [0, object.lines];
  else
    for (const [at, part] of object.file.parts.entries())
      yield [at, (await object.file.read(part)).map(({ text }) => text)];
}

/** Lets others have their turn, where it was not theirs for some milliseconds. */
export const turns = (): (() => Promise<void>) => {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < LONGEST_TURN) return;
    await new Promise(setImmediate);
    last = performance.now();
  };
};

const LONGEST_TURN = 8;
