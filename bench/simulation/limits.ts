import { AUDIT_AT_ONCE } from "../../infra/audit.ts";
import { COMPACT_AT_ONCE } from "../../infra/compact.ts";
import { INGEST_AT_ONCE, INGEST_RATE } from "../../infra/ingest.ts";
import { PAGE_AT_ONCE } from "../../infra/page.ts";
import { PROBE_AT_ONCE } from "../../infra/probe.ts";
import { auditOf, compactionOf, NIGHT } from "./nightly.ts";
import { type Scenario, statementsOfMessage } from "./scenario.ts";
import type { Hour, Run } from "./simulate.ts";
import { IN_FLIGHT } from "./source.ts";

/** Something that there is only so much of. */
export interface Limit {
  readonly name: string;
  /** How much of it is used at the worst hour: at 1, it is full. */
  readonly used: number;
  /** Where more of it is had. */
  readonly change: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html */
const PUTS = 3500;
const GETS = 5500;
/** What an account has at first: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ACCOUNT = 1000;
/** What functions that no queue feeds have to themselves. */
export const RESERVED = PAGE_AT_ONCE + INGEST_AT_ONCE + PROBE_AT_ONCE + COMPACT_AT_ONCE + AUDIT_AT_ONCE;

/** What of there is only so much, the fullest first. */
export const limitsOf = (scenario: Scenario, run: Run): readonly Limit[] => {
  const worst = (of: (hour: Hour) => number): number => Math.max(0, ...run.hours.map(of));
  const second = (count: number): number => count / 3600;
  const { perMessage, endpoints, concurrency, rate, statements } = scenario;
  const peakEvents = worst(({ arrived }) => arrived);
  const rated =
    rate === undefined ? [] : [second((peakEvents * statements) / statementsOfMessage(scenario)) / rate];
  const [compaction, audit] = [compactionOf(scenario, run), auditOf(scenario, run)];
  const all: readonly Limit[] = [
    {
      name: "translations at once",
      used: asked(
        worst(({ busy }) => busy.translate),
        peakEvents * perEvent(run.translate.source.counts.busy, run.translate.counts.events),
        run.translate.pace.concurrency,
      ),
      change: "translatePace.concurrency in infra/pace.ts",
    },
    {
      name: "deliveries at once",
      used: Math.max(
        0,
        ...run.deliver.map(({ source, counts, pace }, at) =>
          asked(
            worst(({ busy }) => busy.deliver[at] ?? 0),
            peakEvents * statements * perEvent(source.counts.busy, counts.delivered),
            pace.concurrency,
          ),
        ),
      ),
      change: "limits.concurrency in the endpoint's file, if the endpoint can bear it; or batch.events",
    },
    ...rated.map((used) => ({
      name: "the endpoint's requests per second",
      used,
      change: "limits.requestsPerSecond in the endpoint's file, if the endpoint can bear it; or batch.events",
    })),
    {
      name: "messages in flight of a delivery queue",
      used: Math.max(...run.deliver.map(({ source }) => source.counts.mostInFlight), 0) / IN_FLIGHT,
      change: "nothing: what is beyond it waits in the queue until the others are done",
    },
    {
      name: "the account's functions at once",
      used: (run.translate.pace.concurrency + endpoints * concurrency + RESERVED) / ACCOUNT,
      change: "the quota of the AWS account",
    },
    {
      name: "objects put into a prefix of the bucket in a second",
      // Below raw/ and ledger/ as many each as below both; S3 parts prefixes that are busy for long.
      used: second(worst(({ puts }) => puts)) / 2 / PUTS,
      change: "nothing: S3 parts a busy prefix by itself within an hour; meanwhile messages come again",
    },
    {
      name: "choices asked for in a second",
      used: second(worst(({ gets }) => gets)) / GETS,
      change: "more events in a message; or policy: required-by-site, where learners have no choice",
    },
    {
      name: "requests to post in a second",
      used: (second(peakEvents / perMessage) * scenario.posted) / INGEST_RATE,
      change: "INGEST_RATE, BURST and INGEST_AT_ONCE in infra/ingest.ts; or more events in a request",
    },
    {
      name: "the night's fifteen minutes for tables",
      used: compaction.time / NIGHT,
      change: "jlt compact by hand, on a machine without that limit",
    },
    {
      name: "the disk of the night's compaction",
      used: compaction.disk,
      change: "jlt compact by hand, on a machine with more: Lambda has no larger one",
    },
    {
      name: "the morning's fifteen minutes for the ledger",
      used: audit.time / NIGHT,
      change: "jlt ledger by hand, on a machine without that limit",
    },
    {
      name: "the memory of the ledger's audit",
      used: audit.memory,
      change: "memory in infra/audit.ts, up to 10,240 MB",
    },
  ];
  return all.toSorted((one, other) => other.used - one.used);
};

/** Milliseconds of invocations for each of what they did. */
const perEvent = (busy: number, done: number): number => (done === 0 ? 0 : busy / done);

const HOUR = 3_600_000;
const FULL = 0.95;

/** How much of the invocations there may be at once is used; where they are all used, how much would be. */
const asked = (busy: number, time: number, concurrency: number): number =>
  busy < FULL ? busy : Math.max(busy, time / (concurrency * HOUR));
