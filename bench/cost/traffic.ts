/** What is on its way in a month. */
export interface Traffic {
  readonly events: number;
  /** The events queue and those of endpoints, custom metrics, and metrics that alarms look at. */
  readonly queues: number;
  readonly metrics: number;
  readonly alarms: number;
  /** Statements for all endpoints together. */
  readonly statements: number;
  /** Messages of the events queue, how many bytes each has, and how many of them are posted over HTTPS. */
  readonly messages: number;
  readonly messageBytes: number;
  readonly posted: number;
  /** Messages put into delivery queues and received from there, by all endpoints together, and requests to hide them. */
  readonly packs: number;
  readonly received: number;
  readonly returned: number;
  readonly translate: Invocations;
  readonly deliver: Invocations;
  /** With the disk that it has, in MB. */
  readonly compact: Invocations & { readonly disk: number };
  readonly audit: Invocations;
  /** Requests to S3. */
  readonly puts: number;
  readonly gets: number;
  /** Days for which the archive keeps events, ledger and receipts. */
  readonly retention: number;
}

/** A function's month: how often it runs, how long in all (milliseconds), and its memory in MB. */
export interface Invocations {
  readonly count: number;
  readonly time: number;
  readonly memory: number;
}
