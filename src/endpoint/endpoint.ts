import type { Answers } from "./answers.ts";

/** An LMS endpoint as its file describes it, without the code that selects for it. */
export interface Endpoint {
  /** The file's name without `.yml`. */
  readonly name: string;
  readonly title: string;
  readonly protocol: "caliper" | "xapi";
  /** caliper: 1.1, 1.2; xapi: 1.0.3, 2.0.0. */
  readonly version: string;
  readonly url: string;
  readonly auth: Auth;
  /** How learners are named to it. */
  readonly learners: "pseudonym" | "username";
  /** Whether Caliper events name the LMS's own session. */
  readonly federatedSession: boolean;
  readonly batch: Batch;
  readonly limits: Limits;
  readonly answers: Answers;
}

/** How the endpoint knows us. A secret is named, never written: `ssm:/path`. */
export type Auth =
  | { readonly scheme: "basic" | "bearer"; readonly secret: string }
  | { readonly scheme: "none" };

export interface Batch {
  /** The most statements in one request. */
  readonly events: number;
  /** The largest body of a request, in bytes. */
  readonly bytes: number;
  /** How long the queue may gather messages, in milliseconds. */
  readonly wait: number;
}

export interface Limits {
  /** How many requests may be under way at once. */
  readonly concurrency: number;
  /** How long a request may take, in milliseconds. */
  readonly timeout: number;
}

/** Which translations an endpoint takes. */
export interface Selection {
  /** Names with `*` for any text; with a plus before it, a name takes optional translations as well. */
  readonly translations: readonly string[];
  /** A CEL expression over `learner`, `course` and `hub`. */
  readonly where?: string;
}
