import type { FailedRecord } from "./archive/records.ts";
import { isTooLarge, type Statement } from "./delivery/pack.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { FrameOf } from "./endpoint/frame.ts";
import { statementId } from "./event/id.ts";
import type { AcceptedEvent } from "./intake.ts";
import type { Filter, Made } from "./ledger/ledger.ts";
import { MappingError } from "./mapping/runtime.ts";
import type { Route, Scope } from "./site.ts";

/** What one endpoint is told of a batch of events. */
export interface Told {
  readonly statements: readonly StatementOfMessage[];
  readonly failed: readonly FailedRecord[];
  /** For each event, in their order, what it became: the ledger's view. */
  readonly made: readonly Made[];
}

/** A statement that remembers the message whose acknowledgement waits for it. */
export interface StatementOfMessage extends Statement {
  readonly message: number;
}

/** Translates events for one endpoint. What a mapping cannot translate is set aside, and holds up nothing else. */
export const tell = (
  events: readonly AcceptedEvent[],
  endpoint: Endpoint,
  route: Route,
  frameOf: FrameOf,
): Told => {
  const statements: StatementOfMessage[] = [];
  const failed: FailedRecord[] = [];
  const made = events.map((event): Made => {
    const outcome = tellOne(event, endpoint, route, frameOf);
    if (typeof outcome === "string") return outcome;
    if ("reason" in outcome) {
      failed.push(outcome);
      return "failed";
    }
    for (const statement of outcome.statements) {
      if (isTooLarge(statement, endpoint.batch)) failed.push(tooLarge(statement, event.arrived));
      else statements.push(statement);
    }
    return outcome.statements.map(({ id }) => id);
  });
  return { statements, failed, made };
};

const tellOne = (
  event: AcceptedEvent,
  endpoint: Endpoint,
  route: Route,
  frameOf: FrameOf,
): { readonly statements: readonly StatementOfMessage[] } | FailedRecord | Filter => {
  const translate = route.translate[event.source];
  if (translate === undefined) return "selection";
  const scope: Scope = {
    ...frameOf(event.learner),
    time: event.time,
    id: (translation, position) => statementId(endpoint.name, event.id, translation, position),
  };
  if (route.where !== undefined && route.where(scope) !== true) return "where";
  try {
    const written = translate(event.data, scope);
    if (written.length === 0) return "mapping";
    return { statements: written.map((each) => ({ ...each, event: event.id, message: event.message })) };
  } catch (error) {
    const detail = error instanceof MappingError ? error.message : `The mapping ${event.source} failed.`;
    return {
      id: event.id,
      event: event.id,
      at: event.arrived,
      class: "mapping",
      reason: "mapping.failed",
      detail,
    };
  }
};

const tooLarge = ({ id, event, translation }: Statement, at: string): FailedRecord => ({
  id,
  event,
  translation,
  at,
  class: "size",
  reason: "size.exceeded",
  detail: "The statement alone is larger than a batch of this endpoint.",
});
