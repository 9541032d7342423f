import type { Bucket } from "../archive/layout.ts";
import type { Resolve } from "../delivery/connections.ts";
import type { Problem } from "../document/problem.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import type { OpenFailure } from "../ledger/failures.ts";
import type { Settings } from "../settings.ts";

/** What the doctor is given to look at, and whom it may ask. */
export interface DoctorParts {
  /** `prod`, or nothing for the local service. */
  readonly stage: string | undefined;
  /** The only endpoint that is looked at; all, where absent. */
  readonly endpoint?: string | undefined;
  /** Reads the files over. Throws SiteError. */
  files(): Promise<ExaminedFiles>;
  /** Opens the service; or says why it cannot be opened, and what to do. */
  service(): Promise<ExaminedService | Unopened>;
  /** Whether test statements may be sent to these endpoints; or, in a sentence, why not. */
  maySend(endpoints: readonly Endpoint[]): Promise<true | string>;
  /** What to do about what is set aside. */
  advice(failure: OpenFailure): string;
  /** Finds a host's addresses, in place of the system's resolver. */
  readonly resolve?: Resolve;
  /** Whether a host is this machine itself, where its name is not to say so. */
  readonly isHere?: (host: string) => boolean;
  /** Does something that must not be ended in the middle; runs it at once, where absent. */
  whole?<T>(run: () => Promise<T>): Promise<T>;
}

/** A site's files, as far as they matter here. */
export interface ExaminedFiles {
  readonly settings: Settings;
  readonly endpoints: readonly Endpoint[];
  readonly secrets: readonly NamedSecret[];
  /** What there is, such as how many mappings. */
  readonly summary: string;
  /** By what these files are told from others. */
  readonly hash: string;
  /** The same of those that the last build on this machine was made of, if there was one. */
  readonly built: string | undefined;
}

/** A secret that a file names, and where it does. */
export interface NamedSecret {
  readonly reference: string;
  /** The endpoint whose secret it is; undefined for those of translator.yml. */
  readonly endpoint?: string;
  /** A problem at the place where the file names it. */
  problem(message: string): Problem;
}

export interface Unopened {
  readonly unopened: string;
  readonly mend?: string;
}

/** A service: one that was deployed, a local one that runs, or what a local one left. All methods throw AWS's errors. */
export interface ExaminedService {
  readonly kind: "deployed" | "running" | "left";
  /** What it is, and where, in a sentence. */
  readonly told: string;
  /** The hash of the files that it was made of, where it says so. */
  hash(): Promise<string | undefined>;
  /** How its last deployment ended, in CloudFormation's words; undefined for a local one. */
  status(): Promise<string | undefined>;
  readonly bucket: Bucket;
  /** A local one that runs: where its learning systems are. */
  readonly sandbox: string | undefined;
  /** The names of the queues of an endpoint, or those for events. */
  queuesOf(endpoint?: string): QueuePair;
  /** How many messages a queue holds; undefined where there is none of that name. */
  depth(queue: string): Promise<number | undefined>;
  /** A secret's value; undefined where there is none, and an error where it is JSON. */
  secret(reference: string): Promise<string | Error | undefined>;
  /** By how much AWS's clock is ahead of this machine's, in milliseconds. */
  clockAhead(): number | undefined;
  /** What an error of AWS means; undefined for any other. */
  trouble(error: unknown): string | undefined;
  close(): Promise<void>;
}

export interface QueuePair {
  readonly queue: string;
  readonly deadLetters: string;
}
