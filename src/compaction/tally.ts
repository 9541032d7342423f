import { hash } from "node:crypto";

/** How many rows a batch has, and over them a digest of 64 bits, in two halves, that does not depend on their order. */
interface Count {
  rows: number;
  high: number;
  low: number;
}

/** Counts rows by the batch that they came in, and tells whether two lots of rows are the same. */
export interface Tally {
  readonly rows: number;
  add(batch: string, tag: string, text: string): void;
  /** Adds what another has counted. */
  join(other: Tally): void;
  /** Takes out what another has counted. */
  leave(other: Tally): void;
  counts(): ReadonlyMap<string, Readonly<Count>>;
}

export const tallyOf = (): Tally => {
  const counts = new Map<string, Count>();
  let all = 0;
  const change = (batch: string, rows: number, high: number, low: number): void => {
    const known = counts.get(batch);
    const count = known ?? { rows: 0, high: 0, low: 0 };
    count.rows += rows;
    // Sums: of two rows that are the same, both count.
    count.high = (count.high + high) >>> 0;
    count.low = (count.low + low) >>> 0;
    all += rows;
    if (count.rows === 0) counts.delete(batch);
    else if (known === undefined) counts.set(batch, count);
  };
  return {
    get rows() {
      return all;
    },
    add: (batch, tag, text) => {
      // As text, it is there in half the time that it takes as bytes.
      const digest = hash("sha256", `${tag} ${text}`, "binary");
      change(batch, 1, wordAt(digest, 0), wordAt(digest, 4));
    },
    join: (other) => {
      for (const [batch, { rows, high, low }] of other.counts()) change(batch, rows, high, low);
    },
    leave: (other) => {
      for (const [batch, { rows, high, low }] of other.counts()) change(batch, -rows, -high, -low);
    },
    counts: () => counts,
  };
};

/** Whether two tallies have counted the same rows. */
export const isSame = (one: Tally, other: Tally): boolean => {
  if (one.rows !== other.rows || one.counts().size !== other.counts().size) return false;
  for (const [batch, { rows, high, low }] of one.counts()) {
    const found = other.counts().get(batch);
    if (found?.rows !== rows || found.high !== high || found.low !== low) return false;
  }
  return true;
};

/** The 32 bits that four bytes of a text are. */
const wordAt = (bytes: string, at: number): number =>
  (bytes.charCodeAt(at) << 24) |
  (bytes.charCodeAt(at + 1) << 16) |
  (bytes.charCodeAt(at + 2) << 8) |
  bytes.charCodeAt(at + 3);
