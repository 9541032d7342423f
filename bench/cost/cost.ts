import { assumed, measured } from "./measured.ts";
import { type PriceName, prices } from "./prices.ts";
import { PROBE_PUTS, PROBE_REQUESTS, PROBES, probed } from "./probe.ts";
import type { Invocations, Traffic } from "./traffic.ts";

/** Dollars in a month. */
export interface Cost {
  readonly total: number;
  /** For each million of events. */
  readonly perMillion: number;
  readonly parts: Readonly<Record<Part, number>>;
}

export const PARTS = [
  "lambda",
  "sqs",
  "s3 requests",
  "s3 storage",
  "kms",
  "metrics and alarms",
  "logs",
  "traces",
  "http api",
  "data out",
] as const;

export type Part = (typeof PARTS)[number];

/** A month of 730 hours, in days and in seconds. */
const DAYS = 730 / 24;
const SECONDS = 730 * 3600;

/** What each price is paid for. */
export const PART_OF: Readonly<Record<PriceName, Part>> = {
  lambdaRequest: "lambda",
  lambdaSecond: "lambda",
  lambdaDisk: "lambda",
  sqsRequest: "sqs",
  s3Put: "s3 requests",
  s3Get: "s3 requests",
  s3Month: "s3 storage",
  kmsKey: "kms",
  kmsRequest: "kms",
  metric: "metrics and alarms",
  alarm: "metrics and alarms",
  dashboard: "metrics and alarms",
  logGigabyte: "logs",
  logMonth: "logs",
  trace: "traces",
  httpRequest: "http api",
  outGigabyte: "data out",
};

export const PRICES = Object.keys(prices) as readonly PriceName[];

/** What a month costs, once the archive is as old as it gets; without free tiers, taxes and Athena's queries. */
export const costOf = (traffic: Traffic): Cost => {
  const amounts = amountsOf(traffic);
  const of = (part: Part): number =>
    PRICES.filter((name) => PART_OF[name] === part).reduce(
      (sum, name) => sum + prices[name].dollars * amounts[name],
      0,
    );
  const parts = Object.fromEntries(PARTS.map((part) => [part, of(part)])) as Record<Part, number>;
  const total = Object.values(parts).reduce((sum, each) => sum + each, 0);
  return { total, perMillion: (total / traffic.events) * 1e6, parts };
};

/** How much there is in a month of what each price is for. */
export const amountsOf = (traffic: Traffic): Readonly<Record<PriceName, number>> => {
  const logs = gigabytes(invocationsOf(traffic) * assumed.log);
  return {
    lambdaRequest: invocationsOf(traffic),
    lambdaSecond: gigabyteSeconds(traffic),
    lambdaDisk: (traffic.compact.time / 1000) * (Math.max(0, traffic.compact.disk - FREE_DISK) / 1024),
    sqsRequest: sqsRequests(traffic),
    s3Put: putsOf(traffic),
    s3Get: getsOf(traffic),
    s3Month: gigabytesKept(traffic),
    kmsKey: KEYS,
    kmsRequest: kmsRequests(traffic),
    metric: traffic.metrics,
    alarm: traffic.alarms,
    dashboard: 1,
    logGigabyte: logs,
    logMonth: logs,
    trace: tracesOf(traffic),
    httpRequest: traffic.posted + PROBES,
    outGigabyte: gigabytes(traffic.statements * measured.bytes.statement),
  };
};

const gigabytes = (bytes: number): number => bytes / 1e9;

/** The key, and what AWS asks as much for: its first two yearly rotations, as the archive is 400 days old, and soon older. */
const KEYS = 1 + 2;

/** What taking a posted message takes, in milliseconds, and its function's memory: infra/ingest.ts. */
const INGEST = { time: 25, memory: 512 };

/** All that is invoked in a month: by queues, by requests, by night, and for test events. */
const invocations = (traffic: Traffic): readonly Invocations[] => {
  const { translate, deliver, posted, compact, audit } = traffic;
  const ingest = { count: posted, time: posted * INGEST.time, memory: INGEST.memory };
  return [translate, deliver, ingest, compact, audit, ...probed(traffic)];
};

const invocationsOf = (traffic: Traffic): number =>
  invocations(traffic).reduce((sum, { count }) => sum + count, 0);

const gigabyteSeconds = (traffic: Traffic): number =>
  invocations(traffic)
    .map(({ time, memory }) => (time / 1000) * (memory / 1024))
    .reduce((sum, each) => sum + each, 0);

/** What each function has of a disk for nothing, in MB. */
const FREE_DISK = 512;

/** X-Ray's own rule: the first invocation of a function in a second, and one in twenty of the others. */
const tracesOf = (traffic: Traffic): number =>
  invocations(traffic)
    .map(({ count }) => Math.min(count, SECONDS) + Math.max(0, count - SECONDS) / 20)
    .reduce((sum, each) => sum + each, 0);

/** A request of SQS is one for each begun 64 KB. */
const CHUNK = 64 * 1024;
/** A queue that nobody sends to is asked by five at once, which wait for twenty seconds each; with a concurrency of two, by two. */
const POLLS = (SECONDS / 20) * 5;

/**
 * Three requests for each message: to send it, to receive it, to delete it. Where Lambda has ten at once, or a function
 * sends ten together, it is less.
 */
const sqsRequests = ({ messages, messageBytes, packs, received, returned, statements, queues }: Traffic) => {
  const chunks = Math.ceil(messageBytes / CHUNK);
  const packChunks = packs === 0 ? 0 : Math.ceil(((statements / packs) * measured.bytes.statement) / CHUNK);
  return (
    messages * (2 * chunks + 1) +
    (packs + received) * packChunks +
    packs +
    returned +
    POLLS * queues +
    PROBES * PROBE_REQUESTS
  );
};

/** Each night: tables of some sources, and the record of the run, written and read. */
const NIGHT = 40;

const putsOf = ({ puts }: Traffic): number => puts + NIGHT * DAYS + PROBES * PROBE_PUTS;
const getsOf = ({ gets }: Traffic): number => gets + NIGHT * DAYS;

/** Small objects are there for a day before they become tables, and can be had back for seven days after it: in months. */
export const SMALL_MONTHS = 8 / DAYS;

/** For how many months everything else is kept, by days. */
export const monthsOf = (retention: number): number => retention / DAYS;

const gigabytesKept = ({ events, statements, retention }: Traffic): number => {
  const { ledger, receipt, raw } = measured.bytes;
  const kept = events * (assumed.table + ledger) + statements * receipt;
  return gigabytes(monthsOf(retention) * kept + events * raw * SMALL_MONTHS);
};

/** For so many seconds SQS uses a queue's data key, as infra/queues.ts says. */
export const KEY_REUSE = 3600;

const kmsRequests = (traffic: Traffic): number => {
  // For one who sends to it, twice, and one who receives from it.
  const queues = traffic.queues * (SECONDS / KEY_REUSE) * 3;
  return queues + assumed.kmsOfS3 * (putsOf(traffic) + getsOf(traffic));
};
