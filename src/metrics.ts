/**
 * What the functions count, as CloudWatch's metrics: each stage of an event's way, and each reason for leaving it. The
 * alarms and the dashboard are made from the same names.
 *
 * What a translation counts of events and statements, it counts with the batch in which their message is done with:
 * what comes again, as a queue did not take what came of it, is not counted before, though its line may be in quarantine
 * already. Counted anew is what comes again after that: where the function was ended before it could acknowledge, or SQS
 * hands a message over twice. `Delivered` and what a delivery sets aside count each time anew, as it was sent each time.
 */

/** Where the metrics are in CloudWatch. */
export const NAMESPACE = "jupyter-lms-translator";

/** Every metric, with its unit. */
export const METRICS = {
  /** Messages that a function was given. */
  Messages: "Count",
  /** Messages that come again: there was no time, or something was away. */
  Returned: "Count",
  /** Batches of which all comes again: the archive, or a secret, could not be had. */
  FailedBatches: "Count",
  /** Events that were taken in: archived, and told to the endpoints. */
  Accepted: "Count",
  /** Events that could not be taken in. Also by `Reason`. */
  Quarantined: "Count",
  /** Events that are not collected, as their learners do not want it. */
  Withheld: "Count",
  /** Test events of the probe; they are not among the accepted. */
  Probes: "Count",
  /** Statements that were made for all endpoints together. */
  Statements: "Count",
  /** Statements that an endpoint took. */
  Delivered: "Count",
  /** Statements that will not be sent without an administrator. Also by `Reason`. */
  SetAside: "Count",
  /** Statements that an endpoint did not take now. Also by `Why`: `setup` needs an administrator. */
  Waiting: "Count",
  /** How long the oldest statement of a batch had been on its way to its endpoint, whether it was taken now or not. */
  OldestWait: "Milliseconds",
  /** Events that were posted, and are in the queue. */
  Taken: "Count",
  /** Requests to post events of which nothing was taken. Also by `Reason`. */
  Refused: "Count",
  /** Days of the archive that became tables, and days that could not. */
  CompactedDays: "Count",
  FailedDays: "Count",
  /** Objects of the archive that could not be read. */
  Troubles: "Count",
  /** What the ledger finds wrong: 0 where it balances. */
  Faults: "Count",
  /** How long a test event took from its sending to the test target. */
  ProbeTime: "Milliseconds",
} as const;

export type Metric = keyof typeof METRICS;

/** The dimension that all have: the function, as AWS names it. */
export const FUNCTION = "FunctionName";

/** By what some are told apart besides. */
export type Dimension = "Reason" | "Why";

/** What a function counted at once. */
export interface Measured {
  readonly totals: Readonly<Partial<Record<Metric, number>>>;
  /** Parts of totals, by a dimension's values. */
  readonly parts?: readonly Parts[];
}

export interface Parts {
  readonly metric: Metric;
  readonly dimension: Dimension;
  readonly counts: Readonly<Record<string, number>>;
}
