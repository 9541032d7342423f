import type { Words } from "./uuid.ts";

/** Numbers for UUIDs, from 0 on in the order in which they came, in as little memory as that takes: some 22 bytes for each. */
export interface UuidNumbers {
  /** How many there are, each once. */
  readonly size: () => number;
  /** The number of a UUID, which it gets now if it has none. */
  add(words: Words): number;
  /** Below zero where it has none. */
  find(words: Words): number;
}

/** So many come into one piece: what is there is never copied. */
const PIECE = 1 << 14;

export const uuidNumbers = (): UuidNumbers => {
  const pieces: Uint32Array[] = [];
  /** By a hash of the UUID, its number and one; with open addressing. */
  let index = new Uint32Array(4096);
  let size = 0;

  const isAt = (number: number, words: Words): boolean => {
    const piece = pieces[Math.floor(number / PIECE)];
    const at = (number % PIECE) * 4;
    return (
      piece !== undefined &&
      piece[at] === words[0] &&
      piece[at + 1] === words[1] &&
      piece[at + 2] === words[2] &&
      piece[at + 3] === words[3]
    );
  };

  /** Where a UUID is in the index, or where it would come. */
  const placeOf = (words: Words): number => {
    let at = (words[0] ^ words[3]) >>> 0;
    for (at %= index.length; ; at = at + 1 === index.length ? 0 : at + 1) {
      const entry = index[at] ?? 0;
      if (entry === 0 || isAt(entry - 1, words)) return at;
    }
  };

  const grow = (): void => {
    const next = new Uint32Array(Math.floor(index.length * 1.7));
    for (let number = 0; number < size; number++) {
      const piece = pieces[Math.floor(number / PIECE)];
      const from = (number % PIECE) * 4;
      let at = (((piece?.[from] ?? 0) ^ (piece?.[from + 3] ?? 0)) >>> 0) % next.length;
      while (next[at] !== 0) at = at + 1 === next.length ? 0 : at + 1;
      next[at] = number + 1;
    }
    index = next;
  };

  return {
    size: () => size,
    add: (words) => {
      if ((size + 1) * 10 > index.length * 7) grow();
      const at = placeOf(words);
      const known = index[at] ?? 0;
      if (known > 0) return known - 1;
      if (size % PIECE === 0) pieces.push(new Uint32Array(PIECE * 4));
      pieces.at(-1)?.set(words, (size % PIECE) * 4);
      index[at] = ++size;
      return size - 1;
    },
    find: (words) => (index[placeOf(words)] ?? 0) - 1,
  };
};

/** What is known of things that have numbers: a number below 65,536 for each, 0 at first. Two bytes for each. */
export interface Notes {
  get(number: number): number;
  set(number: number, value: number): void;
}

export const notes = (): Notes => {
  const pieces: Uint16Array[] = [];
  return {
    get: (number) => pieces[Math.floor(number / PIECE)]?.[number % PIECE] ?? 0,
    set: (number, value) => {
      while (pieces.length * PIECE <= number) pieces.push(new Uint16Array(PIECE));
      const piece = pieces[Math.floor(number / PIECE)];
      if (piece !== undefined) piece[number % PIECE] = value;
    },
  };
};
