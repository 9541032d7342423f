import type { IndexedAnswer } from "./archive-index.ts";
import { compare } from "./known.ts";

/** The last answers of an endpoint: statements that had the same answer at the same moment are counted together. */
export interface Answers {
  add(answer: Omit<IndexedAnswer, "statements">): void;
  /** The latest first. */
  last(most: number): readonly IndexedAnswer[];
}

/** So many are remembered at least, where there were as many; nobody looks further back. */
const KEPT = 500;

export const lastAnswers = (): Answers => {
  const all = new Map<string, IndexedAnswer>();
  /** Nothing before this is remembered any more. */
  let since = "";
  const latest = (): readonly (readonly [key: string, answer: IndexedAnswer])[] =>
    [...all].sort(([one, { at }], [other, { at: then }]) => compare(then, at) || compare(one, other));
  return {
    add: (answer) => {
      const { at, status, end } = answer;
      if (at < since) return;
      const key = `${at} ${status} ${end}`;
      all.set(key, { ...answer, statements: (all.get(key)?.statements ?? 0) + 1 });
      if (all.size < 2 * KEPT) return;
      const [kept, past] = [latest().slice(0, KEPT), latest().slice(KEPT)];
      since = kept.at(-1)?.[1].at ?? since;
      // Of those at the same moment, all or none.
      for (const [key, { at }] of past) if (at < since) all.delete(key);
    },
    last: (most) =>
      latest()
        .slice(0, most)
        .map(([, answer]) => answer),
  };
};
