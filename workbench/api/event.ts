import type { JsonObject } from "../../src/event/json.ts";
import type { Reason } from "../../src/event/reason.ts";
import type { ExplainedField } from "../../src/mapping/explain.ts";
import type { EndpointName } from "./about.ts";
import type { EventState } from "./events.ts";

/** `GET /api/events/<id>`: one event from its raw form to what each endpoint received. */
export interface EventDetail {
  readonly id: string;
  readonly arrived: string;
  /** When it happened; absent where nobody can read it any more. */
  readonly time?: string;
  readonly source: string;
  readonly title: string;
  /** As it is archived. */
  readonly raw: unknown;
  /** What mappings read as `event`; absent where nobody can read it any more, and then why. */
  readonly data?: JsonObject;
  readonly unreadable?: string;
  /** Why nobody can tell what the mappings make of it, such as that the service's secrets cannot be read. */
  readonly unmade?: string;
  readonly learner: {
    readonly username?: string;
    readonly lmsUser?: string;
    readonly server?: string;
    readonly roles: readonly string[];
    readonly proven: boolean;
    readonly sender?: string;
  };
  readonly course?: { readonly id: string; readonly label?: string; readonly title?: string };
  /** How many events came in its batch, of its learner's. */
  readonly batch: number;
  readonly endpoints: readonly EventEnding[];
}

/** What one endpoint was told of the event. */
export interface EventEnding extends EndpointName {
  readonly state: EventState;
  /** Why it is told nothing, in a sentence. */
  readonly nothing?: string;
  /** Why no statement could be made of it, where its mapping failed. */
  readonly failure?: ShownFailure;
  readonly statements: readonly ToldStatement[];
}

export interface ToldStatement {
  readonly id: string;
  readonly translation: string;
  readonly state: "delivered" | "waiting" | "setAside";
  /** A Caliper event, an xAPI statement or a record; absent where it cannot be made any more. */
  readonly statement?: unknown;
  /**
   * `sent`: exactly what the endpoint was sent. `unsent`: exactly what it was to be sent when it was set aside, of which
   * there is no answer: it was never asked, or nobody knows whether it received it. `now`: what the mappings make of the
   * event now, which is another than was sent, or nobody knows.
   */
  readonly as: "sent" | "unsent" | "now";
  /** Where each of its fields comes from. */
  readonly fields: readonly ExplainedField[];
  readonly receipt?: { readonly at: string; readonly status: number };
  readonly failure?: ShownFailure;
}

/** Why something is set aside, and what to do. */
export interface ShownFailure {
  readonly at: string;
  readonly reason: Reason;
  readonly detail: string;
  readonly status?: number;
  /** The beginning of the endpoint's answer. */
  readonly answer?: string;
  readonly advice: string;
}
