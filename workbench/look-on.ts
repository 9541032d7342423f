import { setTimeout as sleep } from "node:timers/promises";
import { CannotRun } from "../src/cannot-run.ts";
import { atMost } from "./at-most.ts";
import type { Desk } from "./desk.ts";
import type { ArchiveIndex } from "./index/archive-index.ts";

/** Keeps a desk fresh while somebody looks on: a service that nobody looks at is asked nothing. */
export interface LookingOn {
  /** Somebody has just asked for something. */
  seen(): void;
  /** Where nobody has looked on for long, waits for what is so now; some seconds at most. */
  ready(): Promise<void>;
  /** As of when the desk is. Throws what kept the last two looks from being whole ones, or that nothing is heard. */
  check(): Looked;
  /** Ends it. A look that takes long is not waited for. */
  stop(): Promise<void>;
}

/** As of when a desk is, and what speaks against it. */
export interface Looked {
  /** When the last whole look began: what came since may be there only in part. Now, before there was one; in milliseconds. */
  readonly at: number;
  /** Nobody knows any more whether it is so: it was long ago. */
  readonly isOld: boolean;
  /** What kept the last look from being a whole one. */
  readonly failed?: { readonly by: unknown };
}

/** Milliseconds between two looks: on this machine they cost nothing, in AWS each lists the archive's latest days. */
const PAUSE = { running: 1000, left: 5000, deployed: 15_000 } as const;

/** For so long after the last question somebody is still there, in milliseconds. */
const ATTENTION = 60_000;

/** So much longer than two pauses nobody waits for a service, in milliseconds. */
const SILENCE = 30_000;

/** For so long a question is held up, in milliseconds. */
const HELD_UP = 3000;

/** For so long a look may go on when it is to end, in milliseconds. */
const PATIENCE = 1000;

/** What tells the time, and waits until it has passed or the waiting is to end. */
export interface Clock {
  /** In milliseconds. */
  now(): number;
  pause(milliseconds: number, ending: AbortSignal): Promise<void>;
}

const OWN_CLOCK: Clock = {
  now: Date.now,
  pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
};

/** What is looked at. While something is heard of the service, one of these changes, or another answer of the queues is there. */
type LookedAt = Pick<Desk, "kind" | "refresh" | "depths"> & { readonly index: Pick<ArchiveIndex, "version"> };

/** Looks on a desk; as long as nobody is seen, for a minute from now. */
export const lookOn = (desk: LookedAt, { now, pause }: Clock = OWN_CLOCK): LookingOn => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const longest = 2 * PAUSE[desk.kind] + SILENCE;
  let last = now();
  /** The last whole look. */
  let whole: { readonly began: number; readonly ended: number } | undefined;
  /** Looks since that were none, in this round, and why the last was none. */
  let failures = 0;
  let why: unknown;
  /** The look that is under way. */
  let under: { readonly began: number; readonly done: Promise<void> } | undefined;
  let heard = now();
  let version = desk.index.version;
  let depths = desk.depths().at(-1);
  let round: Promise<void> | undefined;

  const listen = (): void => {
    if (version === desk.index.version && depths === desk.depths().at(-1)) return;
    version = desk.index.version;
    depths = desk.depths().at(-1);
    heard = now();
  };
  const look = async (): Promise<void> => {
    const began = now();
    heard = began;
    try {
      await desk.refresh();
      whole = { began, ended: now() };
      failures = 0;
    } catch (by) {
      failures++;
      why = by;
    }
  };
  const looks = async (): Promise<void> => {
    failures = 0;
    while (!signal.aborted && now() - last < ATTENTION) {
      under = { began: now(), done: look() };
      await under.done;
      under = undefined;
      await pause(PAUSE[desk.kind], signal);
    }
    round = undefined;
  };
  const isOld = (): boolean => whole !== undefined && now() - whole.ended > longest;
  const seen = (): void => {
    last = now();
    round ??= looks();
  };
  seen();
  return {
    seen,
    ready: async () => {
      if (under === undefined || !isOld()) return;
      const left = HELD_UP - (now() - under.began);
      if (left <= 0) return;
      const waiting = new AbortController();
      await Promise.race([under.done, pause(left, AbortSignal.any([signal, waiting.signal]))]);
      waiting.abort();
    },
    check: () => {
      listen();
      if (failures > 1 || (failures === 1 && whole === undefined && under === undefined)) throw why;
      if (under !== undefined && now() - heard > longest) throw new CannotRun(unheard(now() - heard));
      return {
        at: whole?.began ?? now(),
        isOld: isOld(),
        ...(failures === 1 && { failed: { by: why } }),
      };
    },
    stop: async () => {
      stopping.abort();
      await atMost(PATIENCE, round);
    },
  };
};

const unheard = (milliseconds: number): string =>
  `The service has not answered for ${Math.round(milliseconds / 1000)} seconds. Look at the network; it is waited for. What was read before is not shown, as it may not be so any more.`;
