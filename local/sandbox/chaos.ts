import { Refusal } from "./refusal.ts";
import type { Rule } from "./rules.ts";
import { DELAY, PROBABILITY, readSettings } from "./rules.ts";
import { into } from "./shape.ts";

/** What may go wrong with a request by chance. */
export const MISBEHAVIOURS = ["error", "throttle", "hang", "resetBefore", "resetAfter", "slow"] as const;
export type Misbehaviour = (typeof MISBEHAVIOURS)[number];

/** How often each misbehaviour has been drawn. */
export type Drawn = Readonly<Record<Misbehaviour, number>>;

/**
 * Misbehaviour by chance: at most one at each request, whatever its method. Each is a probability from 0 to 1, and
 * together they are at most 1. The same seed and the same order of requests give the same draws.
 */
export interface ChaosBehaviour {
  readonly seed: number;
  /** Answers 500, 502 or 503 and keeps nothing. */
  readonly error?: number;
  /** Answers 429 with Retry-After (`retryAfter`, or else 1 s), as seconds or as a date, and keeps nothing. */
  readonly throttle?: number;
  /** Never answers, and keeps nothing, until the client leaves or the server stops. */
  readonly hang?: number;
  /** Drops the connection and keeps nothing. */
  readonly resetBefore?: number;
  /** Judges and keeps as usual, then sends half of the answer and drops the connection. */
  readonly resetAfter?: number;
  /** Waits before it judges as usual. A client that gave up meanwhile may have been heard all the same. */
  readonly slow?: number;
  /** The longest wait of `slow`, in milliseconds. Without it: 1000. */
  readonly slowMs?: number;
}

/** What was drawn for one request. */
export type Draw =
  | { readonly kind: "error"; readonly status: 500 | 502 | 503 }
  | { readonly kind: "throttle"; readonly retryAfter: "seconds" | "date" }
  | { readonly kind: "slow"; readonly ms: number }
  | { readonly kind: "hang" | "resetBefore" | "resetAfter" };

const RULES: Readonly<Record<keyof ChaosBehaviour, Rule>> = {
  seed: { holds: Number.isSafeInteger, must: "a whole number" },
  error: PROBABILITY,
  throttle: PROBABILITY,
  hang: PROBABILITY,
  resetBefore: PROBABILITY,
  resetAfter: PROBABILITY,
  slow: PROBABILITY,
  slowMs: DELAY,
};

// Tenths that make up a whole add up to a little more or less in binary.
const WHOLE = 1 + 1e-9;
const SLOW_MS = 1000;

/** Reads the part `chaos` of a behaviour. Throws a Refusal (400) where it makes no sense. */
export const readChaos = (value: unknown, at: string): ChaosBehaviour => {
  const { seed, ...given } = readSettings(value, RULES, at, "chaos");
  if (typeof seed !== "number") {
    throw new Refusal(400, "chaos needs a seed, so that it can be repeated.", into(at, "seed"));
  }
  const chaos: ChaosBehaviour = { ...given, seed };
  const sum = MISBEHAVIOURS.reduce((total, kind) => total + (chaos[kind] ?? 0), 0);
  if (sum > WHOLE) throw new Refusal(400, "The probabilities of chaos must be at most 1 together.", at);
  return chaos;
};

/** A function that draws for one request after the other; undefined is a request that goes well. */
export const drawing = (chaos: ChaosBehaviour): (() => Draw | undefined) => {
  const random = seeded(chaos.seed);
  return () => {
    // Two numbers for every request, so that one kind's details do not move the draws that follow.
    const [which, detail] = [random(), random()];
    let bound = 0;
    const kind = MISBEHAVIOURS.find((one) => {
      bound += chaos[one] ?? 0;
      return which < bound;
    });
    return kind && drawn(kind, detail, chaos);
  };
};

const drawn = (kind: Misbehaviour, detail: number, { slowMs = SLOW_MS }: ChaosBehaviour): Draw => {
  switch (kind) {
    case "error":
      return { kind, status: detail < 1 / 3 ? 500 : detail < 2 / 3 ? 502 : 503 };
    case "throttle":
      return { kind, retryAfter: detail < 0.5 ? "seconds" : "date" };
    case "slow":
      return { kind, ms: Math.round(detail * slowMs) };
    default:
      return { kind };
  }
};

/** Mulberry32, a small generator in the public domain: numbers from 0 up to but not including 1, the same for a seed. */
const seeded = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
