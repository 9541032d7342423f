import { setImmediate as breath } from "node:timers/promises";
import { previousEvents } from "./batch.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { Frames } from "./endpoint/frame.ts";
import type { AcceptedEvent } from "./intake.ts";
import { listenersOf, mayRepeat, outcomeFor, ROOM, sizeOf, type Written, wholeSizeOf } from "./outcome.ts";
import type { Site } from "./site.ts";
import { type Became, repeatsIn, type StatementOfMessage, settling, type Telling } from "./statements.ts";

/** What comes of a batch while it is told. */
export interface Onward extends Pick<Telling, "isTold"> {
  /** Takes an endpoint's statements as they are made, but for those that may repeat others: these come at the end. */
  give(endpoint: Endpoint, statement: StatementOfMessage): void;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  /** Whether there is time for more. */
  hasTime(): boolean;
}

export interface ToldOnward {
  readonly told: ReadonlyMap<Endpoint, Became>;
  /** The events that were told, in their order; for the others' messages there was no time. */
  readonly events: readonly AcceptedEvent[];
  /** The messages for which there was no time, by their positions. The first is always told. */
  readonly late: ReadonlySet<number>;
}

/** So many characters of statements are handed on before others get their turn: what is sent meanwhile. */
const PART = 1024 * 1024;

/**
 * Tells endpoints of a batch of events, and hands its statements on while others are made, so that there are never
 * many at once. What may repeat another act is kept until all is known, or until that comes to more than `ROOM`: then
 * what follows is told as if it had come in another batch. What one message alone comes to beyond `ROOM` is set aside.
 * Throws what `give` and `room` throw.
 */
export const tellOnward = async (
  events: readonly AcceptedEvent[],
  site: Pick<Site, "rules" | "routes" | "hashes">,
  frames: ReadonlyMap<Endpoint, Frames>,
  { give, room, hasTime, isTold = () => true }: Onward,
): Promise<ToldOnward> => {
  const previous = previousEvents(events, site.rules);
  const listeners = listenersOf(site, frames).map((listener) => ({
    listener,
    held: [] as Held[],
    ...settling(listener.endpoint, site.hashes, (statement) => give(listener.endpoint, statement)),
  }));
  const told: AcceptedEvent[] = [];
  const late = new Set<number>();
  const size = { part: 0, held: 0 };
  const othersTurn = async (): Promise<void> => {
    size.part = 0;
    await breath();
    await room();
  };
  const settleHeld = async (): Promise<void> => {
    for (const { held, settle } of listeners) {
      const repeats = repeatsIn(held.map(({ outcome }) => outcome));
      for (const { outcome, at } of held.splice(0)) {
        if (size.part > PART) await othersTurn();
        settle(outcome, at, repeats);
        size.part += sizeOf(outcome);
      }
    }
    size.held = 0;
  };
  for (const [message, inside] of Map.groupBy(events, (event) => event.message)) {
    if (late.size > 0 || (told.length > 0 && !hasTime())) {
      late.add(message);
      continue;
    }
    let spent = 0;
    for (const event of inside) {
      if (size.part > PART) await othersTurn();
      for (const { listener, held, settle } of listeners) {
        const outcome = outcomeFor(event, listener, {
          previous: previous.get(event),
          isTold: isTold(event, listener.endpoint),
          spent,
        });
        const characters = sizeOf(outcome);
        spent += characters;
        if (mayRepeat(outcome)) {
          held.push({ outcome, at: told.length });
          size.held += wholeSizeOf(outcome);
        } else {
          settle(outcome, told.length);
          size.part += characters;
        }
      }
      told.push(event);
    }
    if (size.held > ROOM) await settleHeld();
  }
  await settleHeld();
  return {
    told: new Map(listeners.map(({ listener: { endpoint }, became }) => [endpoint, became])),
    events: told,
    late,
  };
};

/** An outcome that may repeat another, and the position of its event. */
interface Held {
  readonly outcome: Written;
  readonly at: number;
}
