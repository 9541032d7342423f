/**
 * This folder: what the workbench's page asks its server, and what it answers, as JSON over HTTP on this machine. Types
 * only, for both sides. Times are ISO 8601 in UTC; what comes of an event or of somebody else's server is text, whatever
 * it looks like.
 */
import type { Problem } from "../../src/document/problem.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";

/** `GET /api/about`: the service that is looked at, and what may be done. */
export interface About {
  /** `local`, or the name of a stage. */
  readonly stage: string;
  readonly kind: "running" | "left" | "deployed";
  /** Whether anything may be sent or taken in again. */
  readonly mayWrite: boolean;
  /** Whether mappings may be saved; then the running service takes them. */
  readonly maySave: boolean;
  readonly endpoints: readonly EndpointName[];
  /** What is wrong with the files of the folder: then all is shown by them as they were before. */
  readonly problems: readonly Problem[];
  /** Whether the service was made of the files in this folder. */
  readonly files: "same" | "other" | "unknown";
}

export type EndpointName = Pick<Endpoint, "name" | "title" | "protocol" | "version">;

/** How much of the archive the answer rests on. */
export interface Reading {
  /** The days that are looked at, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** Objects of the archive that are read, and how many there are. */
  readonly read: number;
  readonly objects: number;
  /** Whether there is more than is looked at: only the latest, then. */
  readonly isCut: boolean;
  /** Objects that could not be read, in sentences. */
  readonly troubles: readonly string[];
}

/** What every answer with a status of 400 or more holds. */
export interface Trouble {
  /** What is wrong and what to do, in a sentence. */
  readonly trouble: string;
  readonly problems?: readonly Problem[];
}
