import type { OnTrouble } from "../archive/damaged.ts";
import type { Days } from "../archive/days.ts";
import { eachLine, type Line } from "../archive/each-line.ts";
import { type Bucket, prefixOf } from "../archive/layout.ts";
import type { Receipt } from "../archive/records.ts";
import { hex, readUuid, type Words, writeUuid } from "../archive/uuid.ts";
import type { Events } from "./events.ts";

/** A statement that an endpoint has, as its receipt tells. */
export interface Had {
  readonly translation: string;
  /** Which version of its mapping made it; of what has a content, empty. */
  readonly mapping: string;
  /** What was said under this id, by `contentHash`; none, where its receipt is older. */
  readonly contents: readonly string[];
  /** It voids another. */
  readonly voids: boolean;
}

/** What an endpoint has of events, in as little memory as that takes: some 35 bytes for each statement. */
export interface HadTable {
  add(receipt: Receipt): void;
  /** What it has of an event, by the ids of the statements. */
  of(event: number): ReadonlyMap<string, Had>;
  /** Whether any of it voids another. */
  hasVoided(event: number): boolean;
}

/** Reads the receipts of an endpoint, of some days, as far as they are of these events. */
export const readHad = async (
  bucket: Bucket,
  endpoint: string,
  events: Events,
  options: {
    readonly days: Days;
    readonly onObject?: (() => void) | undefined;
    readonly onRead?: ((characters: number) => void) | undefined;
    readonly onTrouble?: OnTrouble | undefined;
  },
): Promise<HadTable> => {
  const table = hadTable(events);
  const line = (each: Line): void => {
    table.add(each.record() as Receipt);
    options.onRead?.(CHARACTERS);
  };
  await eachLine(bucket, prefixOf("receipts", endpoint), { line }, options);
  return table;
};

/** About as many are in a receipt. */
const CHARACTERS = 300;

const PIECE = 1 << 14;
/** Numbers of one record: the id, the content or the mapping's version, its kind and translation, and the next of its event. */
const WIDTH = 8;
const [CONTENT, ABOUT, NEXT] = [4, 6, 7];

/** What a record has in the place of a content, and whether it voids; above these bits, its translation. */
const [NOTHING, SAID, MADE, VOIDS] = [0, 1, 2, 4];
const KINDS = 3;

const NONE: ReadonlyMap<string, Had> = new Map();

export const hadTable = (events: Events): HadTable => {
  const records: Uint32Array[] = [];
  /** By the event, the number of its first record and one. */
  const heads: Uint32Array[] = [];
  const translations: string[] = [];
  const numbers = new Map<string, number>();
  let size = 0;
  const words: Words = [0, 0, 0, 0];

  const at = (record: number, field: number): number =>
    records[Math.floor(record / PIECE)]?.[(record % PIECE) * WIDTH + field] ?? 0;
  const headOf = (event: number): number => heads[Math.floor(event / PIECE)]?.[event % PIECE] ?? 0;
  const numberOf = (translation: string): number => {
    const known = numbers.get(translation) ?? translations.push(translation) - 1;
    numbers.set(translation, known);
    return known;
  };
  /** The records of an event, the last one first. */
  function* recordsOf(event: number): Generator<number> {
    for (let next = headOf(event); next > 0; next = at(next - 1, NEXT)) yield next - 1;
  }
  const isSame = (record: number, one: number, two: number, about: number): boolean =>
    at(record, 0) === words[0] &&
    at(record, 1) === words[1] &&
    at(record, 2) === words[2] &&
    at(record, 3) === words[3] &&
    at(record, CONTENT) === one &&
    at(record, CONTENT + 1) === two &&
    at(record, ABOUT) === about;

  return {
    add: ({ id, event: of, translation, mappingHash, content, voids }) => {
      const event = events.find(of);
      if (event < 0 || !readUuid(id, 0, words)) return;
      const [kind, digits] =
        content !== undefined && /^[0-9a-f]{16}$/.test(content)
          ? [SAID, content]
          : /^[0-9a-f]{12}$/.test(mappingHash)
            ? [MADE, mappingHash]
            : [NOTHING, ""];
      const one = Number.parseInt(digits.slice(0, 8), 16) >>> 0;
      const two = Number.parseInt(digits.slice(8), 16) >>> 0;
      const about = ((numberOf(translation) << 3) | kind | (voids === true ? VOIDS : 0)) >>> 0;
      for (const record of recordsOf(event)) if (isSame(record, one, two, about)) return;
      if (size % PIECE === 0) records.push(new Uint32Array(PIECE * WIDTH));
      while (heads.length * PIECE <= event) heads.push(new Uint32Array(PIECE));
      records.at(-1)?.set([...words, one, two, about, headOf(event)], (size % PIECE) * WIDTH);
      size++;
      heads[Math.floor(event / PIECE)]?.fill(size, event % PIECE, (event % PIECE) + 1);
    },
    of: (event) => {
      if (headOf(event) === 0) return NONE;
      const had = new Map<string, Had>();
      for (const record of recordsOf(event)) {
        const id = writeUuid(at(record, 0), at(record, 1), at(record, 2), at(record, 3));
        const about = at(record, ABOUT);
        const [one, two] = [at(record, CONTENT), at(record, CONTENT + 1)];
        const known = had.get(id);
        const isMade = (about & KINDS) === MADE;
        had.set(id, {
          translation: translations[about >>> 3] ?? "",
          mapping: isMade ? `${hex(one)}${hex(two).slice(4)}` : (known?.mapping ?? ""),
          contents: [
            ...(known?.contents ?? []),
            ...((about & KINDS) === SAID ? [`${hex(one)}${hex(two)}`] : []),
          ],
          voids: known?.voids === true || (about & VOIDS) !== 0,
        });
      }
      return had;
    },
    hasVoided: (event) => {
      for (const record of recordsOf(event)) if ((at(record, ABOUT) & VOIDS) !== 0) return true;
      return false;
    },
  };
};
