import { intervalOf } from "../src/delivery/pacing.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";

/** How fast a function takes from its queue, and how long a message may take. All times in seconds. */
export interface Pace {
  /** The most messages of one invocation. */
  readonly messages: number;
  /** How long messages are gathered for one invocation. */
  readonly window: number;
  /** The most invocations at once. */
  readonly concurrency: number;
  /** How long an invocation may take. */
  readonly timeout: number;
  /** After how long a message that was not acknowledged comes again. */
  readonly visibility: number;
  /** How often a message is received before it goes to the dead-letter queue. */
  readonly tries: number;
}

/** The longest that Lambda lets a function run: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LONGEST = 900;

/** Below this, a cold start and a slow answer of S3 would not fit. */
const SHORTEST = 30;

/**
 * AWS asks for six times the function's timeout, and the window:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const visibility = (timeout: number, window: number): number => 6 * timeout + window;

const DAY = 86_400;
/** The most that SQS keeps a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const RETENTION = 14 * DAY;

/** Messages of which an event may be one of thousands: few requests to S3 and SQS, but within six megabytes anyway. */
export const translatePace: Pace = {
  messages: 1000,
  window: 5,
  concurrency: 10,
  timeout: 60,
  visibility: visibility(60, 5),
  // AWS's least for a queue that Lambda reads: fewer, and throttling alone could set messages aside.
  tries: 5,
};

/** Each message of a delivery queue fills one request at most. */
const MESSAGES = 10;
/** Further requests, for a batch that must be split. */
const SPARE = 4;

/**
 * Waiting for an endpoint is no error: the function itself hides what waits, for up to an hour, and sets it aside before
 * the queue would forget it. So this is the most that SQS counts
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html), and only what no
 * function can read gets to the dead-letter queue.
 */
const MOST_TRIES = 1000;

/**
 * The pace of an endpoint's delivery. An invocation has time for all its requests even where each of them takes as
 * long as the endpoint's `limits.timeout` allows, or its `limits.requestsPerSecond` keeps them apart: else a slow
 * endpoint would be sent the same statements for ever.
 */
export const deliverPace = ({ batch, limits }: Endpoint): Pace => {
  const request = Math.max(limits.timeout, intervalOf(limits)) / 1000;
  const messages = Math.min(MESSAGES, Math.max(1, Math.floor(LONGEST / request) - SPARE));
  const timeout = Math.min(LONGEST, Math.max(SHORTEST, Math.ceil((messages + SPARE) * request)));
  const window = Math.ceil(batch.wait / 1000);
  return {
    messages,
    window,
    concurrency: limits.concurrency,
    timeout,
    visibility: visibility(timeout, window),
    tries: MOST_TRIES,
  };
};
