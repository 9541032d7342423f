import type { FailedRecord } from "../archive/records.ts";
import { previousEvents } from "../batch.ts";
import type { AskChoices } from "../consent/ask.ts";
import { mayTell } from "../consent/choice.ts";
import type { Statement } from "../delivery/pack.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import type { Frames } from "../endpoint/frame.ts";
import type { AcceptedEvent } from "../intake.ts";
import type { Made } from "../ledger/ledger.ts";
import type { Site } from "../site.ts";
import { type Told, tellAll } from "../statements.ts";
import { rawReader, type UnreadableEvent } from "./raw.ts";

/** What an archived event becomes for one endpoint, by the mappings as they are now. */
export interface Became {
  readonly event: AcceptedEvent;
  readonly made: Made;
  readonly statements: readonly Statement[];
  readonly failed: readonly FailedRecord[];
  /** The ids of statements that were left out as they repeat others of the batch. */
  readonly repeated: readonly string[];
}

/** Tells what the wanted ones of a batch's events become, given the batch's lines of `raw/`. */
export type RetellBatch = (
  lines: readonly string[],
  isWanted: (id: string) => boolean,
) => AsyncGenerator<Became | UnreadableEvent>;

/**
 * Tells archived events again, for one endpoint, in the batch in which they came: what a mapping says of an event may
 * depend on the others. What a batch comes to by now, there is room for part by part, and repeats are looked for in each.
 */
export const batchReteller = (
  site: Site,
  endpoint: Endpoint,
  frames: Frames,
  choices: AskChoices,
): RetellBatch => {
  const { consent } = site.settings;
  const read = rawReader(site.schemas);
  const told = new Map([[endpoint, frames]]);
  return async function* (lines, isWanted) {
    const events: AcceptedEvent[] = [];
    for (const [at, line] of lines.entries()) {
      // An event that was too much for its message's room has one of its own now.
      const event = read(line, at);
      if (!("reason" in event)) events.push(event);
      else if (isWanted(event.id)) yield event;
    }
    const previous = previousEvents(events, site.rules);
    const chosen = await choices(events.flatMap(({ learner }) => learner.tag ?? []));
    const mayBeTold = ({ learner: { tag } }: AcceptedEvent): boolean =>
      tag === undefined || mayTell(consent, chosen.get(tag), endpoint.name);
    for (let open: readonly AcceptedEvent[] = events; open.length > 0; ) {
      const round = tellAll(open, site, told, { previous, isTold: mayBeTold });
      yield* becameOf(round.events, round.told.get(endpoint), isWanted);
      open = open.filter(({ message }) => round.late.has(message));
    }
  };
};

function* becameOf(
  events: readonly AcceptedEvent[],
  told: Told | undefined,
  isWanted: (id: string) => boolean,
): Generator<Became> {
  const statements = Map.groupBy(told?.statements ?? [], ({ event }) => event);
  const failed = Map.groupBy(told?.failed ?? [], ({ event }) => event);
  for (const [at, event] of events.entries()) {
    if (!isWanted(event.id)) continue;
    yield {
      event,
      made: told?.made[at] ?? "selection",
      statements: (statements.get(event.id) ?? []).map(({ message: _, ...statement }) => statement),
      failed: failed.get(event.id) ?? [],
      repeated: told?.repeated.get(event.id) ?? [],
    };
  }
}
