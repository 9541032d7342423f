import { readUuid, type Words } from "./uuid.ts";

/** Events by their ids, in as little memory as that takes: some 23 bytes for each. */
export interface Events {
  /** How many there are, each once. */
  readonly size: () => number;
  /** One more line of an event, whose id begins at a position of a text; false where there is no UUID. */
  add(text: string, from?: number): boolean;
  /** The number of an event, from 0; below zero where it is not among them. */
  find(id: string): number;
  /** How many of an event's lines are still to come. */
  left(event: number): number;
  /** One line of it has come; gives how many are still to come. */
  take(event: number): number;
  /** None of its lines is waited for any more. */
  finish(event: number): void;
  /** All lines of all events are still to come. */
  restart(): void;
}

/** So many events come into one piece: what is there is never copied. */
const PIECE = 1 << 14;

/** More lines of one event than this are not told apart. */
const MOST = 255;

export const eventTable = (): Events => {
  const ids: Uint32Array[] = [];
  const lines: Uint8Array[] = [];
  const taken: Uint8Array[] = [];
  /** By a hash of the id, the number of its event and one; with open addressing. */
  let index = new Uint32Array(4096);
  let size = 0;
  const words: Words = [0, 0, 0, 0];

  const isAt = (event: number): boolean => {
    const piece = ids[Math.floor(event / PIECE)];
    const at = (event % PIECE) * 4;
    return (
      piece !== undefined &&
      piece[at] === words[0] &&
      piece[at + 1] === words[1] &&
      piece[at + 2] === words[2] &&
      piece[at + 3] === words[3]
    );
  };

  /** Where the id in `words` is in the index, or where it would come. */
  const placeOf = (): number => {
    let at = (words[0] ^ words[3]) >>> 0;
    for (at %= index.length; ; at = at + 1 === index.length ? 0 : at + 1) {
      const entry = index[at] ?? 0;
      if (entry === 0 || isAt(entry - 1)) return at;
    }
  };

  const grow = (): void => {
    const next = new Uint32Array(Math.floor(index.length * 1.7));
    for (let event = 0; event < size; event++) {
      const piece = ids[Math.floor(event / PIECE)];
      const from = (event % PIECE) * 4;
      let at = (((piece?.[from] ?? 0) ^ (piece?.[from + 3] ?? 0)) >>> 0) % next.length;
      while (next[at] !== 0) at = at + 1 === next.length ? 0 : at + 1;
      next[at] = event + 1;
    }
    index = next;
  };

  const count = (counts: readonly Uint8Array[], event: number): number =>
    counts[Math.floor(event / PIECE)]?.[event % PIECE] ?? 0;
  const set = (counts: readonly Uint8Array[], event: number, value: number): void => {
    const piece = counts[Math.floor(event / PIECE)];
    if (piece !== undefined) piece[event % PIECE] = value;
  };
  const left = (event: number): number => count(lines, event) - count(taken, event);

  return {
    size: () => size,
    add: (text, from = 0) => {
      if (!readUuid(text, from, words)) return false;
      if ((size + 1) * 10 > index.length * 7) grow();
      const at = placeOf();
      const known = index[at] ?? 0;
      if (known > 0) {
        set(lines, known - 1, Math.min(MOST, count(lines, known - 1) + 1));
        return true;
      }
      if (size % PIECE === 0) {
        ids.push(new Uint32Array(PIECE * 4));
        lines.push(new Uint8Array(PIECE));
        taken.push(new Uint8Array(PIECE));
      }
      ids.at(-1)?.set(words, (size % PIECE) * 4);
      set(lines, size, 1);
      size++;
      index[at] = size;
      return true;
    },
    find: (id) => (readUuid(id, 0, words) ? (index[placeOf()] ?? 0) - 1 : -1),
    left,
    take: (event) => {
      if (left(event) > 0) set(taken, event, count(taken, event) + 1);
      return left(event);
    },
    finish: (event) => set(taken, event, count(lines, event)),
    restart: () => {
      for (const piece of taken) piece.fill(0);
    },
  };
};
