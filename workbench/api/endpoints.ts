import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { Reading } from "./about.ts";
import type { FlowEndpoint } from "./flow.ts";
import type { GroupOfFailures } from "./set-aside.ts";

/** `GET /api/endpoints`. */
export interface Endpoints {
  readonly reading: Reading;
  readonly rows: readonly EndpointRow[];
}

export interface EndpointRow extends FlowEndpoint {
  /** Where statements go, in words. */
  readonly url: string;
  readonly learners: Endpoint["learners"];
  readonly personalData: Endpoint["personalData"];
  /** When the oldest statement that waits was made; absent where none waits. */
  readonly oldest?: string;
  /** Its last answers, the latest first, at most twenty. */
  readonly answers: readonly LastAnswer[];
  readonly failures: readonly GroupOfFailures[];
}

export interface LastAnswer {
  readonly at: string;
  /** The status code; absent where it did not answer. */
  readonly status?: number;
  /** Statements that had this answer at this moment. */
  readonly statements: number;
  readonly end: "delivered" | "setAside";
}
