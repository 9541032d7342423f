import type { FailedRecord } from "./archive/records.ts";
import { previousEvents, repeatsAmong } from "./batch.ts";
import { isTooLarge, type Statement } from "./delivery/pack.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { Frames } from "./endpoint/frame.ts";
import type { AcceptedEvent } from "./intake.ts";
import type { Made } from "./ledger/ledger.ts";
import {
  type Failure,
  listenersOf,
  mayRepeat,
  type Outcome,
  outcomeFor,
  ROOM,
  tooLarge,
  type Written,
  wholeSizeOf,
} from "./outcome.ts";
import type { Site, WrittenStatement } from "./site.ts";

/** What the endpoints are told of a batch of events. */
export interface TellResult {
  readonly told: ReadonlyMap<Endpoint, Told>;
  /** The events that were told, in their order; for the others' messages there was no room. */
  readonly events: readonly AcceptedEvent[];
  /** The messages for which there was no room, by their positions. */
  readonly late: ReadonlySet<number>;
}

/** What one endpoint is told. */
export interface Told extends Became {
  readonly statements: readonly StatementOfMessage[];
}

/** What events became for one endpoint, but for the statements themselves. */
export interface Became {
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

export interface Telling {
  /** For those who tell a batch part by part: see `previousEvents`. */
  readonly previous?: ReturnType<typeof previousEvents>;
  /** Whether an endpoint may be told of an event, by its learner's choice. */
  readonly isTold?: (event: AcceptedEvent, endpoint: Endpoint) => boolean;
}

/**
 * Tells endpoints of a batch of events, all at once. What a mapping cannot translate is set aside, and holds up nothing
 * else. Once a batch has come to more than `ROOM`, the messages that follow are left for later; the first is told as far
 * as there is room, and the rest of it is set aside.
 */
export const tellAll = (
  events: readonly AcceptedEvent[],
  site: Pick<Site, "rules" | "routes" | "hashes">,
  frames: ReadonlyMap<Endpoint, Frames>,
  { previous = previousEvents(events, site.rules), isTold = () => true }: Telling = {},
): TellResult => {
  const listeners = listenersOf(site, frames).map((listener) => ({ listener, outcomes: [] as Outcome[] }));
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
      for (const { listener, outcomes } of listeners) {
        const outcome = outcomeFor(event, listener, {
          previous: previous.get(event),
          isTold: isTold(event, listener.endpoint),
          spent: spent - before,
        });
        outcomes.push(outcome);
        spent += wholeSizeOf(outcome);
      }
    }
  }
  return {
    told: new Map(
      listeners.map(({ listener: { endpoint }, outcomes }) => {
        const statements: StatementOfMessage[] = [];
        const { became, settle } = settling(endpoint, site.hashes, (statement) => statements.push(statement));
        const repeats = repeatsIn(outcomes.filter(mayRepeat));
        for (const [at, outcome] of outcomes.entries()) settle(outcome, at, repeats);
        return [endpoint, { statements, ...became }];
      }),
    ),
    events: told,
    late,
  };
};

/** Settles, one by one, what events become for an endpoint. */
export interface Settling {
  /** What was settled so far. */
  readonly became: Became;
  /** Leaves out what repeats another act, and sets aside what is too large to be sent; `at` is the event's position. */
  settle(outcome: Outcome, at: number, repeats?: ReadonlySet<WrittenStatement>): void;
}

/** `give` takes the statements. */
export const settling = (
  endpoint: Endpoint,
  hashes: Site["hashes"],
  give: (statement: StatementOfMessage) => void,
): Settling => {
  const [made, failed, repeated] = [[] as Made[], [] as FailedRecord[], new Map<string, string[]>()];
  const hashOf = (mapping: string): string => hashes[mapping] ?? "";
  const setAside = (failure: Failure): void => {
    failed.push({ ...failure, endpoint: endpoint.name, mappingHash: hashOf(failure.mapping) });
  };
  const idsGiven = ({ of, to, written }: Written, repeats: ReadonlySet<WrittenStatement>): string[] => {
    const { message, learner } = of;
    const mapping = hashOf(of.source);
    const ids: string[] = [];
    for (const one of written) {
      const { translation, id, text } = one;
      if (repeats.has(one)) {
        repeated.set(of.id, [...(repeated.get(of.id) ?? []), id]);
        continue;
      }
      ids.push(id);
      const told = { translation, id, text, event: of.id, mapping, message, learner: learner.tag };
      const statement = to === undefined ? told : { ...told, to };
      if (isTooLarge(statement, endpoint.batch)) setAside(tooLarge(statement, of));
      else give(statement);
    }
    return ids;
  };
  const madeOf = (outcome: Outcome, repeats: ReadonlySet<WrittenStatement>): Made => {
    if ("filter" in outcome) return outcome.filter;
    if ("written" in outcome) {
      const ids = idsGiven(outcome, repeats);
      return ids.length === 0 ? "repeat" : ids;
    }
    setAside(outcome);
    return "failed";
  };
  return {
    became: { failed, made, repeated },
    settle: (outcome, at, repeats = NONE) => {
      made[at] = madeOf(outcome, repeats);
    },
  };
};

const NONE: ReadonlySet<WrittenStatement> = new Set();

/** The statements of these that repeat others of them. */
export const repeatsIn = (outcomes: readonly Written[]): ReadonlySet<WrittenStatement> => {
  const acts = outcomes.flatMap(({ written, of }) =>
    written.flatMap((statement) => (statement.act === undefined ? [] : [{ ...statement, statement, of }])),
  );
  return new Set([...repeatsAmong(acts)].map(({ statement }) => statement));
};
