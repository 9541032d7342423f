import type { FailedRecord } from "./archive/records.ts";
import { type Act, previousEvents, repeatsAmong } from "./batch.ts";
import { isTooLarge, type Statement } from "./delivery/pack.ts";
import { destinationOf } from "./endpoint/destination.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { Frames } from "./endpoint/frame.ts";
import type { JsonObject } from "./event/json.ts";
import type { AcceptedEvent } from "./intake.ts";
import type { Filter, Made } from "./ledger/ledger.ts";
import { MappingError, TooMuch } from "./mapping/runtime.ts";
import type { Route, Scope, Site } from "./site.ts";

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
  const outcomes = new Map<Endpoint, Outcome[]>([...frames.keys()].map((endpoint) => [endpoint, []]));
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
      for (const [endpoint, made] of outcomes) {
        const all = frames.get(endpoint);
        if (all === undefined) continue;
        const outcome = !isTold(event, endpoint)
          ? NO_CONSENT
          : spent - before > ROOM
            ? tooMuch(event)
            : translateOne(event, previous.get(event), site.routes[endpoint.name] ?? NO_ROUTE, endpoint, all);
        made.push(outcome);
        if ("acts" in outcome) for (const { text } of outcome.acts) spent += text.length;
      }
    }
  }
  return {
    told: new Map([...outcomes].map(([endpoint, made]) => [endpoint, settle(made, endpoint, site.hashes)])),
    events: told,
    late,
  };
};

const NO_ROUTE: Route = { translate: {} };

const NO_CONSENT = { filter: "consent" } as const;

/** What an endpoint's route makes of one event: at least one act, or why there is none. */
type Outcome =
  | { readonly acts: readonly Act[]; readonly to: string | undefined }
  | { readonly filter: Filter }
  | Failure;

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
  const repeats = repeatsAmong(outcomes.flatMap((outcome) => ("acts" in outcome ? outcome.acts : [])));
  const statements: StatementOfMessage[] = [];
  const failed: FailedRecord[] = [];
  const made = outcomes.map((outcome): Made => {
    if ("filter" in outcome) return outcome.filter;
    if ("reason" in outcome) {
      failed.push(complete(outcome));
      return "failed";
    }
    const told = outcome.acts.filter((act) => !repeats.has(act));
    for (const { translation, id, text, of } of told) {
      const mapping = hashOf(of.source);
      const { message, learner } = of;
      const { to } = outcome;
      const whose = {
        ...(learner.tag !== undefined && { learner: learner.tag }),
        ...(to !== undefined && { to }),
      };
      const statement = { translation, id, text, event: of.id, mapping, message, ...whose };
      if (isTooLarge(statement, endpoint.batch)) failed.push(complete(tooLarge(statement, of)));
      else statements.push(statement);
    }
    return told.length === 0 ? "repeat" : told.map(({ id }) => id);
  });
  const repeated = new Map<string, string[]>();
  for (const { id, of } of repeats) repeated.set(of.id, [...(repeated.get(of.id) ?? []), id]);
  return { statements, failed, made, repeated };
};

const translateOne = (
  event: AcceptedEvent,
  previous: JsonObject | undefined,
  route: Route,
  endpoint: Endpoint,
  frames: Frames,
): Outcome => {
  const translate = route.translate[event.source];
  if (translate === undefined) return { filter: "selection" };
  const destination = destinationOf(endpoint, event.learner);
  if (destination.by === "nowhere") return { filter: "launch" };
  const to = destination.by === "launch" ? destination.url : undefined;
  const { arrived } = event;
  const scope: Scope = {
    ...frames.of(event.learner, arrived),
    time: event.time,
    id: (translation, position) => frames.id(event.id, translation, position, arrived),
    previous,
  };
  try {
    if (route.where !== undefined && route.where(scope) !== true) return { filter: "where" };
    const written = translate(event.data, scope);
    if (written.length === 0) return { filter: "mapping" };
    return { acts: written.map((each) => ({ ...each, of: event })), to };
  } catch (error) {
    if (error instanceof TooMuch) return tooMuch(event, error.message);
    const detail = error instanceof MappingError ? error.message : `The mapping ${event.source} failed.`;
    return { ...failureOf(event), class: "mapping", reason: "mapping.failed", detail };
  }
};

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
