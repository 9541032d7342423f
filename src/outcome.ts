import type { FailedRecord } from "./archive/records.ts";
import type { Statement } from "./delivery/pack.ts";
import { destinationOf } from "./endpoint/destination.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { Frames } from "./endpoint/frame.ts";
import type { JsonObject } from "./event/json.ts";
import { wholeText } from "./event/whole.ts";
import type { AcceptedEvent } from "./intake.ts";
import type { Learner } from "./learner/identify.ts";
import type { Filter } from "./ledger/ledger.ts";
import { MappingError, TooMuch } from "./mapping/runtime.ts";
import { type ScopeFor, scopesOf } from "./scopes.ts";
import type { Route, Site, WrittenStatement } from "./site.ts";

/** What an endpoint's route makes of one event: at least one statement, or why there is none. */
export type Outcome = Written | { readonly filter: Filter } | Failure;

export interface Written {
  readonly written: readonly WrittenStatement[];
  readonly of: AcceptedEvent;
  /** Where they go, where the learner's launch says so. */
  readonly to: string | undefined;
}

/** What nobody can be told, for whatever endpoint. */
export type Failure = Omit<FailedRecord, "endpoint" | "mappingHash">;

/** How many characters of statements may be kept at once, and what one message may come to, for all endpoints. */
export const ROOM = 32 * 1024 * 1024;

/** An endpoint that is told of events. */
export interface Listener {
  readonly endpoint: Endpoint;
  readonly route: Route;
  readonly scopeFor: ScopeFor;
}

export const listenersOf = (
  { routes }: Pick<Site, "routes">,
  frames: ReadonlyMap<Endpoint, Frames>,
): readonly Listener[] =>
  [...frames].map(([endpoint, all]) => ({
    endpoint,
    route: routes[endpoint.name] ?? NO_ROUTE,
    scopeFor: scopesOf(all),
  }));

const NO_ROUTE: Route = { translate: {} };

/** What is known of an event besides itself. */
export interface Around {
  /** The event that its mapping may look back on. */
  readonly previous: JsonObject | undefined;
  /** Whether its learner lets the endpoint be told. */
  readonly isTold: boolean;
  /** How many characters its message has come to so far. */
  readonly spent: number;
}

/** What an event becomes for an endpoint. */
export const outcomeFor = (
  event: AcceptedEvent,
  listener: Listener,
  { previous, isTold, spent }: Around,
): Outcome => {
  if (!isTold) return NO_CONSENT;
  return spent > ROOM ? tooMuch(event) : translateOne(event, previous, listener);
};

const NO_CONSENT = { filter: "consent" } as const satisfies Outcome;

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

/** How many characters of statements an outcome has. */
export const sizeOf = (outcome: Outcome): number => {
  let size = 0;
  if ("written" in outcome) for (const { text } of outcome.written) size += text.length;
  return size;
};

/** The same, and puts each text in one piece: for what is kept for a while. */
export const wholeSizeOf = (outcome: Outcome): number => {
  let size = 0;
  if ("written" in outcome) for (const { text } of outcome.written) size += wholeText(text).length;
  return size;
};

/** Whether a statement of it may repeat another one: only what declares an act can. */
export const mayRepeat = (outcome: Outcome): outcome is Written =>
  "written" in outcome && outcome.written.some(({ act }) => act !== undefined);

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

/** There is no room for what an event comes to. */
const tooMuch = (
  event: AcceptedEvent,
  detail = `Its message alone comes to more than ${ROOM} characters of statements.`,
): Failure => ({ ...failureOf(event), class: "size", reason: "size.exceeded", detail });

/** There is no room for a statement in a batch of its endpoint. */
export const tooLarge = ({ id, translation }: Statement, event: AcceptedEvent): Failure => ({
  ...failureOf(event),
  id,
  translation,
  class: "size",
  reason: "size.exceeded",
  detail: "The statement alone is larger than a batch of this endpoint.",
});
