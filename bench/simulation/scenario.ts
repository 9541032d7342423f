import { auditFunction } from "../../infra/audit.ts";
import { compactFunction } from "../../infra/compact.ts";
import { functions } from "../../infra/functions.ts";
import { deliverTo, TRANSLATE } from "../../infra/names.ts";
import { deliverPace, type Pace, translatePace } from "../../infra/pace.ts";
import type { Value } from "../../infra/template.ts";
import { readAnswers } from "../../src/endpoint/answers.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { assumed, measured } from "../cost/measured.ts";

/** What happens, and what is deployed. Times in milliseconds, but for hours. */
export interface Scenario {
  /** On average over a day, and how many times as many at its peak. */
  readonly eventsPerHour: number;
  readonly peak: number;
  /** Events of a message. */
  readonly perMessage: number;
  /** Learners who are at work at the same time. */
  readonly learners: number;
  /** Share of the events that are posted over HTTPS; the others are sent to the queue. */
  readonly posted: number;
  readonly endpoints: number;
  /** Statements that an endpoint is told for each event, on average. */
  readonly statements: number;
  /** How long an endpoint takes for a request: half to one and a half times as long, by chance. */
  readonly endpointTime: number;
  /** Share of the requests that an endpoint does not take now. */
  readonly failures: number;
  /** As an endpoint's file has them: `batch.events`, `batch.wait`, `limits.concurrency`, `limits.requestsPerSecond`. */
  readonly batch: number;
  readonly wait: number;
  readonly concurrency: number;
  readonly rate?: number;
  /** As infra/pace.ts has it, unless said otherwise. */
  readonly translateConcurrency: number;
  /** For how long the first endpoint is away, from a quarter of the run on. */
  readonly outage: number;
  readonly hours: number;
  readonly seed: number;
}

/** What the endpoints' files would say: all say the same. */
export const endpointOf = (scenario: Scenario): Endpoint => ({
  name: "campus-lrs",
  title: "An endpoint",
  protocol: "xapi",
  version: "1.0.3",
  url: "https://lrs.example.edu/xapi",
  network: "public",
  request: { headers: {}, body: "array" },
  auth: { scheme: "none" },
  learners: "pseudonym",
  personalData: "pseudonymise",
  federatedSession: false,
  batch: { events: scenario.batch, bytes: 512 * 1024, wait: scenario.wait },
  limits: {
    concurrency: scenario.concurrency,
    timeout: 10_000,
    ...(scenario.rate !== undefined && { requestsPerSecond: scenario.rate }),
  },
  answers: readAnswers(undefined),
});

/** Lambda takes no more for one invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const PAYLOAD = 6 * 1024 * 1024;

/** How fast the function reads the events queue: no more messages at once than fit into an invocation. */
export const translatePaceOf = (scenario: Scenario): Pace => ({
  ...translatePace,
  concurrency: scenario.translateConcurrency,
  messages: Math.max(
    1,
    Math.min(translatePace.messages, Math.floor(PAYLOAD / (messageBytes(scenario) + assumed.record))),
  ),
});

/** How fast a function reads its endpoint's queue. */
export const deliverPaceOf = (scenario: Scenario): Pace => {
  const pace = deliverPace(endpointOf(scenario));
  const bytes = statementsOfMessage(scenario) * measured.bytes.statement + assumed.record;
  return { ...pace, messages: Math.max(1, Math.min(pace.messages, Math.floor(PAYLOAD / bytes))) };
};

/** What a message of the events queue holds, in bytes. */
export const messageBytes = ({ perMessage }: Scenario): number =>
  perMessage * measured.bytes.event + measured.bytes.context;

/** The most statements of a message of a delivery queue, and so of a request. */
export const statementsOfMessage = (scenario: Scenario): number => {
  const { events, bytes } = endpointOf(scenario).batch;
  return Math.max(1, Math.min(events, Math.floor(bytes / measured.bytes.statement)));
};

/** How many of the learners one expects among so many messages. */
export const learnersIn = ({ learners }: Scenario, messages: number): number =>
  Math.max(1, Math.round(learners * (1 - (1 - 1 / learners) ** messages)));

/** Megabytes of the functions' memory, as they are deployed. */
export const memoryOf = (
  scenario: Scenario,
): Readonly<Record<"translate" | "deliver" | "compact" | "audit", number>> => {
  const endpoint = endpointOf(scenario);
  const all = functions([endpoint]);
  return {
    translate: memoryIn(all[TRANSLATE]),
    deliver: memoryIn(all[deliverTo(endpoint.name)]),
    compact: memoryIn(compactFunction),
    audit: memoryIn(auditFunction([endpoint])),
  };
};

/** Megabytes of the disk that the compaction sorts a day on, as it is deployed. */
export const diskOfCompaction = (): number => numberIn(compactFunction, "ephemeralStorageSize");

const memoryIn = (described: Value | undefined): number => numberIn(described, "memorySize");

const numberIn = (described: Value | undefined, name: string): number => {
  const size = typeof described === "object" ? Object.entries(described).find(([key]) => key === name) : [];
  if (typeof size?.[1] === "number") return size[1];
  throw new Error(`infra/ does not say what ${name} a function has.`);
};
