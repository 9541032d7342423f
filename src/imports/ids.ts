import { readUuid, type Words } from "../archive/uuid.ts";

/** The ids of a file's events, and which of them the archive has. A million of them take some forty megabytes. */
export interface FileIds {
  add(id: string): void;
  /** The archive has an event of this id, whether or not it is in the file. */
  mark(id: string): void;
  isMarked(id: string): boolean;
  /** How many of the file's events are marked: one that is there twice counts twice. */
  readonly marked: number;
}

/** An id is four words; beside them stands how often it is there, doubled, and one more where it is marked. */
const WORDS = 4;
const FIRST = 1024;

export const fileIds = (): FileIds => {
  let room = FIRST;
  let words = new Uint32Array(room * WORDS);
  let counts = new Uint32Array(room);
  let different = 0;
  let marked = 0;
  const read: Words = [0, 0, 0, 0];

  /** Where an id is, or would be: ids are hashes, so that their first words are spread evenly already. */
  const placeOf = ([one, two, three, four]: Words): number => {
    for (let at = one % room; ; at = (at + 1) % room) {
      const base = at * WORDS;
      const isThere =
        words[base] === one &&
        words[base + 1] === two &&
        words[base + 2] === three &&
        words[base + 3] === four;
      if (isThere || counts[at] === 0) return at;
    }
  };
  const grow = (): void => {
    const [oldWords, oldCounts] = [words, counts];
    room *= 2;
    words = new Uint32Array(room * WORDS);
    counts = new Uint32Array(room);
    for (const [at, count] of oldCounts.entries()) {
      if (count === 0) continue;
      const id = oldWords.subarray(at * WORDS, (at + 1) * WORDS);
      const place = placeOf([id[0] ?? 0, id[1] ?? 0, id[2] ?? 0, id[3] ?? 0]);
      words.set(id, place * WORDS);
      counts[place] = count;
    }
  };
  const countOf = (id: string): number => (readUuid(id, 0, read) ? (counts[placeOf(read)] ?? 0) : 0);

  return {
    add: (id) => {
      if (!readUuid(id, 0, read)) return;
      if (different > room / 2) grow();
      const place = placeOf(read);
      const count = counts[place] ?? 0;
      if (count === 0) {
        different++;
        words.set(read, place * WORDS);
      } else marked += count & 1;
      counts[place] = count + 2;
    },
    mark: (id) => {
      const count = countOf(id);
      if (count === 0 || (count & 1) === 1) return;
      counts[placeOf(read)] = count + 1;
      marked += count / 2;
    },
    isMarked: (id) => (countOf(id) & 1) === 1,
    get marked() {
      return marked;
    },
  };
};
