/** The longest between two tries of a statement, in milliseconds; and the longest that an endpoint is left alone. */
const LONGEST = 3_600_000;
const LONGEST_REST = 300_000;

/** After one try in vain, in milliseconds; it doubles with each. */
const FIRST = 1000;

/** How long to wait after so many tries in vain, in milliseconds: from a second up to an hour. */
export const backoff = (tries: number): number => Math.min(LONGEST, FIRST * 2 ** (Math.max(1, tries) - 1));

/**
 * For how long a message is hidden after so many tries in vain, in milliseconds: at least `least`, at most an hour, and
 * by chance, so that what failed together does not come again together.
 */
export const hiddenFor = (tries: number, least: number, random: () => number): number => {
  const half = backoff(tries) / 2;
  return Math.min(LONGEST, Math.max(half + half * random(), least * (1 + random() / 10)));
};

/**
 * Whether an endpoint is left alone for now, as one function remembers it while it lives: one in trouble is tried with
 * one request after each rest, which grows from a second to five minutes, instead of with all that waits.
 */
export interface Rest {
  /** How long it is still left alone, in milliseconds; 0 where it may be tried. */
  left(): number;
  /** Whether it could not take what it was sent last. */
  isTroubled(): boolean;
  /** It could not take what it was sent; `asked` is how long it wants to be left alone, in milliseconds. */
  failed(asked?: number): void;
  succeeded(): void;
}

export const restOf = (now: () => number): Rest => {
  let failures = 0;
  let until = 0;
  return {
    // A clock may be set back.
    left: () => Math.min(LONGEST, Math.max(0, until - now())),
    isTroubled: () => failures > 0,
    failed: (asked = 0) => {
      failures++;
      until = now() + Math.min(LONGEST, Math.max(asked, Math.min(LONGEST_REST, backoff(failures))));
    },
    succeeded: () => {
      failures = 0;
      until = 0;
    },
  };
};
