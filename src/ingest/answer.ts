import { ComesAgain } from "../again.ts";
import { errorName } from "../error-name.ts";
import type { Reason } from "../event/reason.ts";
import { crossOrigin, type IngestRequest, type IngestResponse, isPreflight, NotTaken } from "./http.ts";

/** An answer without what every answer has. */
export type Answer = Pick<IngestResponse, "status"> & Partial<IngestResponse>;

/** An event that was not taken: its place in the request, from 0, and why. No event's values are in it. */
export interface Unfit {
  readonly index: number;
  readonly reason: Reason | "queue.unavailable";
  readonly detail: string;
  /** Whether it may be taken if it is sent again. */
  readonly retry?: true;
}

/** Why an event that the queue did not take was not taken. */
export const LATE = {
  reason: "queue.unavailable",
  detail: "The queue did not take it. Send it again.",
  retry: true,
} as const;

/** What became of the events, where the queue has some or all of them. */
export const takenAnswer = (taken: number, unfit: readonly Unfit[], messages: number): Answer => ({
  status: 202,
  body: JSON.stringify({ taken, refused: unfit }),
  use: { outcome: "taken", taken, messages, refused: countsOf(unfit) },
});

/** The queue has none of them. */
export const silentAnswer = (unfit: readonly Unfit[]): Answer => ({
  ...noneTaken(503, unfit, "The queue does not take events at the moment. Send them again."),
  headers: AGAIN,
});

/** None of them can be read: that is the request's fault, however many events it has. */
export const unfitAnswer = (unfit: readonly Unfit[]): Answer => {
  const [first, ...others] = unfit;
  const isLarge = unfit.every(({ reason }) => reason === "size.exceeded");
  const why =
    first !== undefined && others.length === 0
      ? first.detail
      : `None of the ${unfit.length} events can be read.`;
  return noneTaken(isLarge ? 413 : 400, unfit, why);
};

const noneTaken = (status: number, unfit: readonly Unfit[], error: string): Answer => ({
  status,
  body: JSON.stringify({ error, taken: 0, refused: unfit }),
  use: { outcome: "not taken", taken: 0, messages: 0, refused: countsOf(unfit) },
});

const countsOf = (unfit: readonly Unfit[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { reason } of unfit) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

/** What went wrong, in plain words. What nobody who sends could help is logged, and may be sent again. */
export const troubleAnswer = (error: unknown): Answer => {
  const { status, reason, message, headers } = error instanceof NotTaken ? error : unforeseen(error);
  return {
    status,
    headers,
    body: JSON.stringify({ error: message }),
    use: { outcome: reason, taken: 0, messages: 0, refused: {} },
  };
};

/** Seconds: whoever has many events must not come at once with all of them. */
const AGAIN = { "retry-after": "5" };

/** Thrown where the hub's keys cannot be used. Its message is one of ours, and may be logged. */
export class NotReady extends Error {
  override readonly name = "NotReady";
}

/** It is logged by its name: others' messages could quote what came in. */
const unforeseen = (error: unknown): NotTaken => {
  const isOurs = error instanceof ComesAgain || error instanceof NotReady;
  console.error({
    message: "Events could not be taken.",
    error: errorName(error),
    ...(isOurs && { why: error.message }),
  });
  return new NotTaken(503, "trouble", "Events cannot be taken at the moment. Send them again later.", AGAIN);
};

/** The whole answer to a request, with what every answer has. */
export const whole = (
  origins: readonly string[],
  request: IngestRequest,
  { status, headers = {}, body = "", use = ASKED }: Answer,
): IngestResponse => ({
  status,
  headers: { ...ALWAYS, ...headers, ...crossOrigin(origins, request, isPreflight(request)) },
  body,
  use,
});

const ASKED = { outcome: "asked", taken: 0, messages: 0, refused: {} };

const ALWAYS: Readonly<Record<string, string>> = {
  "content-type": "application/json",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "strict-transport-security": "max-age=31536000",
};
