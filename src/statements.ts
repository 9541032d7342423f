import type { FailedRecord } from "./archive/records.ts";
import { previousEvents, repeatsAmong } from "./batch.ts";
import { isTooLarge, type Statement } from "./delivery/pack.ts";
import { destinationOf } from "./endpoint/destination.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { Frames } from "./endpoint/frame.ts";
import type { JsonObject } from "./event/json.ts";
import type { AcceptedEvent } from "./intake.ts";
import type { Learner } from "./learner/identify.ts";
import type { Filter, Made } from "./ledger/ledger.ts";
import { MappingError, TooMuch } from "./mapping/runtime.ts";
import { wholeText } from "./mapping/whole.ts";
import { type ScopeFor, scopesOf } from "./scopes.ts";
import type { Route, Site, WrittenStatement } from "./site.ts";

/** What the endpoints are told of a batch of events. */
export interface TellResult {
  readonly told: ReadonlyMap<Endpoint, Told>;
  /** The events that were told, in their order; for the others' messages there was no room. */
  readonly events: readonly AcceptedEvent[];
  /** The messages for which there was no room, by their positions. */
  readonly late: ReadonlySet<number>;
}

/** What one endpoint is told. */
export interface Told {
  readonly statements: readonly StatementOfMessage[];
  readonly failed: readonly FailedRecord[];
  /** For each event that was told, in their order, what it became: the ledger's view. */
  readonly made: readonly Made[];
  /** By the event, the ids of its statements that were left out as they repeat others. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
}

/** A statement that remembers the message whose acknowledgement waits for it. */
export interface StatementOfMessage extends Statement {
  readonly message: number;
}

/** How many characters of statements one batch may come to, for all endpoints: what a function's memory has room for. */
const ROOM = 32 * 1024 * 1024;

export interface Telling {
  /** For those who tell a batch part by part: see `previousEvents`. */
  readonly previous?: ReturnType<typeof previousEvents>;
  /** Whether an endpoint may be told of an event, by its learner's choice. */
  readonly isTold?: (event: AcceptedEvent, endpoint: Endpoint) => boolean;
}

/**
 * Tells endpoints of a batch of events. What a mapping cannot translate is set aside, and holds up nothing else. Once
 * a batch has come to more than there is room for, the messages that follow are left for later; the first is told as far
 * as there is room, and the rest of it is set aside.
 */
export const tellAll = (
  events: readonly AcceptedEvent[],
  site: Pick<Site, "rules" | "routes" | "hashes">,
  frames: ReadonlyMap<Endpoint, Frames>,
  { previous = previousEvents(events, site.rules), isTold = () => true }: Telling = {},
): TellResult => {
  const listeners = [...frames].map(
    ([endpoint, all]): Listener => ({
      endpoint,
      route: site.routes[endpoint.name] ?? NO_ROUTE,
      scopeFor: scopesOf(all),
      outcomes: [],
    }),
  );
  const told: AcceptedEvent[] = [];
  const late = new Set<number>();
  let spent = 0;
  for (const [message, inside] of Map.groupBy(events, (event) => event.message)) {
    if (spent > ROOM && told.length > 0) {
      late.add(message);
      continue;
    }
    const before = spent;
    for (const event of inside) {
      told.push(event);
      for (const listener of listeners) {
        const outcome = !isTold(event, listener.endpoint)
          ? NO_CONSENT
          : spent - before > ROOM
            ? tooMuch(event)
            : translateOne(event, previous.get(event), listener);
        listener.outcomes.push(outcome);
        if ("written" in outcome) for (const { text } of outcome.written) spent += wholeText(text).length;
      }
    }
  }
  return {
    told: new Map(
      listeners.map(({ endpoint, outcomes }) => [endpoint, settle(outcomes, endpoint, site.hashes)]),
    ),
    events: told,
    late,
  };
};

/** An endpoint that is told of a batch, and what came of its events so far. */
interface Listener {
  readonly endpoint: Endpoint;
  readonly route: Route;
  readonly scopeFor: ScopeFor;
  readonly outcomes: Outcome[];
}

const NO_ROUTE: Route = { translate: {} };

const NO_CONSENT = { filter: "consent" } as const;

/** What an endpoint's route makes of one event: at least one statement, or why there is none. */
type Outcome = Written | { readonly filter: Filter } | Failure;

interface Written {
  readonly written: readonly WrittenStatement[];
  readonly of: AcceptedEvent;
  readonly to: string | undefined;
}

/** What nobody can be told, for whatever endpoint. */
type Failure = Omit<FailedRecord, "endpoint" | "mappingHash">;

/** Leaves out what repeats another act, and sets aside what is too large to be sent. */
const settle = (outcomes: readonly Outcome[], endpoint: Endpoint, hashes: Site["hashes"]): Told => {
  const hashOf = (mapping: string): string => hashes[mapping] ?? "";
  const complete = (failure: Failure): FailedRecord => ({
    ...failure,
    endpoint: endpoint.name,
    mappingHash: hashOf(failure.mapping),
  });
  const repeated = new Map<string, string[]>();
  const repeats = repeatsIn(outcomes);
  const statements: StatementOfMessage[] = [];
  const failed: FailedRecord[] = [];
  const made = outcomes.map((outcome): Made => {
    if ("filter" in outcome) return outcome.filter;
    if ("reason" in outcome) {
      failed.push(complete(outcome));
      return "failed";
    }
    const { of, to } = outcome;
    const ids: string[] = [];
    for (const one of outcome.written) {
      const { translation, id, text } = one;
      if (repeats.has(one)) {
        repeated.set(of.id, [...(repeated.get(of.id) ?? []), id]);
        continue;
      }
      ids.push(id);
      const { message, learner } = of;
      const mapping = hashOf(of.source);
      const told = { translation, id, text, event: of.id, mapping, message, learner: learner.tag };
      const statement = to === undefined ? told : { ...told, to };
      if (isTooLarge(statement, endpoint.batch)) failed.push(complete(tooLarge(statement, of)));
      else statements.push(statement);
    }
    return ids.length === 0 ? "repeat" : ids;
  });
  return { statements, failed, made, repeated };
};

/** The statements that repeat others: only what declares an act can. */
const repeatsIn = (outcomes: readonly Outcome[]): ReadonlySet<WrittenStatement> => {
  const acts = [];
  for (const outcome of outcomes) {
    if (!("written" in outcome)) continue;
    for (const statement of outcome.written)
      if (statement.act !== undefined) acts.push({ ...statement, statement, of: outcome.of });
  }
  return new Set([...repeatsAmong(acts)].map(({ statement }) => statement));
};

const translateOne = (
  event: AcceptedEvent,
  previous: JsonObject | undefined,
  { endpoint, route, scopeFor }: Listener,
): Outcome => {
  const translate = route.translate[event.source];
  if (translate === undefined) return { filter: "selection" };
  const to = placeOf(endpoint, event.learner);
  if (to === NOWHERE) return { filter: "launch" };
  const scope = scopeFor(event, previous);
  try {
    if (route.where !== undefined && route.where(scope) !== true) return { filter: "where" };
    const written = translate(event.data, scope);
    if (written.length === 0) return { filter: "mapping" };
    return { written, of: event, to };
  } catch (error) {
    if (error instanceof TooMuch) return tooMuch(event, error.message);
    const detail = error instanceof MappingError ? error.message : `The mapping ${event.source} failed.`;
    return { ...failureOf(event), class: "mapping", reason: "mapping.failed", detail };
  }
};

/** Where a learner's launch says that statements go; undefined where the endpoint's file does. */
const placeOf = (endpoint: Endpoint, learner: Learner): string | undefined | typeof NOWHERE => {
  if (typeof endpoint.url === "string") return undefined;
  const destination = destinationOf(endpoint, learner);
  return destination.by === "launch" ? destination.url : NOWHERE;
};

const NOWHERE = Symbol("nowhere");

const failureOf = ({
  id,
  arrived,
  source,
  learner,
}: AcceptedEvent): Pick<Failure, "id" | "event" | "at" | "mapping" | "learner"> => ({
  id,
  event: id,
  ...(learner.tag !== undefined && { learner: learner.tag }),
  at: arrived,
  mapping: source,
});

const tooMuch = (
  event: AcceptedEvent,
  detail = `Its message alone comes to more than ${ROOM} characters of statements.`,
): Failure => ({ ...failureOf(event), class: "size", reason: "size.exceeded", detail });

const tooLarge = ({ id, translation }: Statement, event: AcceptedEvent): Failure => ({
  ...failureOf(event),
  id,
  translation,
  class: "size",
  reason: "size.exceeded",
  detail: "The statement alone is larger than a batch of this endpoint.",
});
