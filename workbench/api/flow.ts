import type { Account } from "../../src/ledger/ledger.ts";
import type { EndpointName, Reading } from "./about.ts";

/** `GET /api/flow`: where everything is. */
export interface Flow {
  /** When the service was looked at: whether it balances is judged as of then. */
  readonly at: string;
  readonly reading: Reading;
  /** Messages in the events queue, and those that no function could take. */
  readonly queue: { readonly messages: number; readonly deadLetters: number };
  readonly accepted: number;
  readonly quarantined: number;
  /** Not collected, as their learners do not want it. */
  readonly withheld: number;
  /** Events that came in the last whole minute, or in the one since, whichever are more. */
  readonly perMinute: number;
  readonly endpoints: readonly FlowEndpoint[];
  readonly balance: Balance;
  readonly timeline: Timeline;
}

export interface FlowEndpoint extends EndpointName {
  readonly account: Account;
  /** Messages in its queue, and those that no function could take. */
  readonly messages: number;
  readonly deadLetters: number;
  /** Statements that it accepted in the last whole minute, or in the one since, whichever are more. */
  readonly perMinute: number;
}

/** `unknown`: the archive is still being read, or only a part of it is looked at, or the service does not answer. */
export interface Balance {
  readonly state: "balanced" | "faults" | "unknown";
  /** What is wrong, and what to do, in sentences. */
  readonly faults: readonly string[];
  /** Why nobody knows, in sentences, where `reading` does not tell it. */
  readonly why?: string;
}

/** Counts over time: each bar stands for `step` milliseconds. */
export interface Timeline {
  /** When the first bar begins. */
  readonly from: string;
  readonly step: number;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly accepted: number;
  readonly quarantined: number;
  readonly delivered: number;
  readonly setAside: number;
}
