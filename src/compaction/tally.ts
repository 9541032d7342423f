import { hash } from "node:crypto";

/** How many rows a batch has, and a digest over them that does not depend on their order. */
interface Count {
  rows: number;
  digest: bigint;
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
  const change = (batch: string, rows: number, digest: bigint): void => {
    const count = counts.get(batch) ?? { rows: 0, digest: 0n };
    count.rows += rows;
    // A sum: of two rows that are the same, both count.
    count.digest = BigInt.asUintN(64, count.digest + digest);
    all += rows;
    if (count.rows === 0) counts.delete(batch);
    else counts.set(batch, count);
  };
  return {
    get rows() {
      return all;
    },
    add: (batch, tag, text) => change(batch, 1, digestOf(tag, text)),
    join: (other) => {
      for (const [batch, { rows, digest }] of other.counts()) change(batch, rows, digest);
    },
    leave: (other) => {
      for (const [batch, { rows, digest }] of other.counts()) change(batch, -rows, -digest);
    },
    counts: () => counts,
  };
};

/** Whether two tallies have counted the same rows. */
export const isSame = (one: Tally, other: Tally): boolean => {
  if (one.rows !== other.rows || one.counts().size !== other.counts().size) return false;
  for (const [batch, { rows, digest }] of one.counts()) {
    const found = other.counts().get(batch);
    if (found?.rows !== rows || found.digest !== digest) return false;
  }
  return true;
};

const digestOf = (tag: string, text: string): bigint =>
  hash("sha256", `${tag} ${text}`, "buffer").readBigUInt64LE();
