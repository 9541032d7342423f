/**
 * What the steps of the way take, as `npm run bench -- steps` has found it, and what could not be measured without AWS,
 * as assumptions. All times in milliseconds, all sizes in bytes.
 */
export const measured = {
  /** Shared with others meanwhile: so, processor time. */
  machine: "AMD EPYC, x86-64, a shared virtual machine of four processors; Node 24.21.0",
  month: "2026-11",

  /** Processor time of all threads, gzip's included, of code that is warm: the median of three runs. */
  translate: { batch: 0.0471, message: 0.0043, event: 0.008, statement: 0.0066 },
  deliver: { invocation: 0.2325, statement: 0.0104 },
  /** A line of the archive that the audit reads, S3's client included: of two minutes for eight million, docs/delivery.md. */
  read: { line: 0.015 },
  /** From `npm run bench -- archive`, of a million events: time by the clock, with S3 in another process. */
  compact: { event: 0.065 },
  /** Bytes of memory of the audit: for each event and each of its statements, and besides (750 MB for a million, there). */
  ledgerMemory: { event: 30, statement: 34, besides: 219_000_000 },

  /** Of shipped events of notebooks, ten from each of fourteen learners in a batch, told to both shipped endpoints. */
  bytes: {
    /** As it comes; and beside the events of a message, its learner context. */
    event: 262,
    context: 343,
    /** A line of the archive, unpacked; and in its objects, packed. */
    line: 592,
    raw: 41,
    ledger: 69,
    receipt: 60,
    /** In a delivery queue. */
    statement: 1129,
  },
} as const;

/** What is assumed of AWS, as none of it was ever asked. */
export const assumed = {
  /** Of memory in MB, as much has the worth of one processor: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
  memoryOfProcessor: 1769,
  /** A processor of Lambda (arm64) ÷ one of the machine that was measured. */
  processor: 1,
  /** How long S3 and SQS take to answer. */
  put: 40,
  get: 20,
  send: 15,
  /** TCP and TLS with an endpoint, once until it is without use for half a minute. */
  connect: 60,
  /** Bytes that Lambda writes around a message, and a learner context in it beside the token. */
  record: 900,
  /** Of a table of the archive, for each event: docs/archive.md. */
  table: 43,
  /** Of each request to S3, so much goes to KMS as well, thanks to the bucket's key: AWS says, up to 99 % less. */
  kmsOfS3: 0.01,
  /** Bytes of logs for each invocation: one line of ours, Lambda's own three, and the metrics. */
  log: 2500,
} as const;

/** How long work takes that needs so much processor time, in a function of so much memory. */
export const inFunction = (processorTime: number, memory: number): number =>
  processorTime / (assumed.processor * Math.min(1, memory / assumed.memoryOfProcessor));
