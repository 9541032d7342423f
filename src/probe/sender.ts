import { type Refusal, refuse } from "../event/reason.ts";
import type { RefusedContext } from "../learner/verify.ts";
import { isProbeTag, type ProbeKey } from "./tag.ts";

/**
 * The probe, as a sender. It is refused like one that nobody believes, whatever it sends, and `probe` is the exception that
 * `identify` makes for test events: so what proves it is of no use for anything else.
 */
export interface ProbeSender extends RefusedContext {
  readonly probe: true;
}

/** For so long, in milliseconds, what proves a test event is good: one that was seen somewhere is soon worth nothing. */
const GOOD_FOR = 15 * 60_000;

/** How far clocks may be apart, in milliseconds. */
const CLOCK_TOLERANCE = 60_000;

/** Verifies what a message that arrived at `arrived` (milliseconds) has in its attribute `probe`. */
export const probeSender = (proof: string, key: ProbeKey, arrived: number): ProbeSender | Refusal => {
  const [, time = "", tag = ""] = FORM.exec(proof) ?? [];
  const sent = Number(time);
  if (tag === "" || !isProbeTag(key, sent, tag)) return FORGED;
  if (sent > arrived + CLOCK_TOLERANCE) return EARLY;
  return arrived - sent > GOOD_FOR ? LATE : THE_PROBE;
};

/** One way of writing each time. */
const FORM = /^(0|[1-9][0-9]{0,15})\.([0-9a-f]{64})$/;

const THE_PROBE: ProbeSender = {
  ...refuse("identity.mismatch", "The probe may send test events only; this is another event."),
  probe: true,
};

const FORGED = refuse(
  "identity.forged",
  "The attribute probe is not what the probe of this stage makes, with the key of its pseudonyms.",
);
const EARLY = refuse("identity.forged", "The attribute probe is of a time after the message's arrival.");
const LATE = refuse("identity.expired", "The attribute probe is of more than fifteen minutes before.");
