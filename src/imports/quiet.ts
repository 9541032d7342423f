import { setTimeout as sleep } from "node:timers/promises";

const QUIET = Symbol("quiet");

/**
 * What comes, and an empty list where nothing has come for so many milliseconds, once in each such time: whoever gathers
 * what comes need not wait for the end of it.
 */
export async function* withQuiet<T>(
  all: AsyncIterable<readonly T[]>,
  milliseconds: number,
): AsyncGenerator<readonly T[]> {
  const each = all[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = each.next();
      // Where it fails meanwhile, it throws when its turn comes.
      next.catch(() => {});
      const over = new AbortController();
      const quiet = sleep(milliseconds, QUIET, { signal: over.signal }).catch(() => QUIET);
      const first = await Promise.race([next, quiet]).finally(() => over.abort());
      if (first === QUIET) yield [];
      const { done, value } = await next;
      if (done === true) return;
      yield value;
    }
  } finally {
    // Not awaited: what has nothing to say does not hear it either.
    each.return?.().catch(() => {});
  }
}
