import { previousEvents } from "../batch.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { type Frames, framesFor } from "../endpoint/frame.ts";
import type { AcceptedEvent } from "../intake.ts";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";
import type { Filter } from "../ledger/ledger.ts";
import type { Site } from "../site.ts";
import { type Told, tellAll } from "../statements.ts";

/** What an event becomes for an endpoint: statements, nothing for one of the ledger's reasons, or a failure. */
export interface Outcome {
  readonly made: "told" | "failed" | Filter;
  /** Those that are told, and those that are too large to be. */
  readonly statements: readonly ToldStatement[];
  /** Why the mapping failed, in words. */
  readonly failure?: string | undefined;
}

export interface ToldStatement {
  readonly id: string;
  readonly translation: string;
  /** Which one it is of those that the translation makes of the event. */
  readonly position: number;
  /** Undefined where it is too large to be sent. */
  readonly text: string | undefined;
}

/** Tells endpoints of events by one version of a site, batch by batch. */
export interface Teller {
  readonly site: Site;
  /** The names of the endpoints that it tells. */
  readonly endpoints: readonly string[];
  /** What each event of a batch becomes, by its message's position and then by the endpoint's name. */
  tell(events: readonly AcceptedEvent[]): ReadonlyMap<number, ReadonlyMap<string, Outcome>>;
  /** Whether a statement that is not told of an event of the last batch was written, but repeats another. */
  repeats(event: AcceptedEvent, endpoint: string, statement: Place): boolean;
}

type Place = Pick<ToldStatement, "translation" | "position">;

/** Makes the teller of a site, for the endpoints that are picked by their names. Each event has a message of its own. */
export const tellerOf = (
  site: Site,
  keys: PseudonymKeys,
  isPicked: (endpoint: string) => boolean = () => true,
): Teller => {
  const recorders = new Map(
    site.endpoints
      .filter(({ name }) => isPicked(name))
      .map((endpoint) => [endpoint, recorderOf(framesFor(endpoint, site.settings, keys))]),
  );
  const frames = new Map<Endpoint, Frames>(
    [...recorders].map(([endpoint, { frames }]) => [endpoint, frames]),
  );
  const byName = new Map([...recorders].map(([{ name }, recorder]) => [name, recorder]));
  return {
    site,
    endpoints: [...byName.keys()],
    tell: (events) => {
      for (const { written } of recorders.values()) written.clear();
      const outcomes = new Map(events.map(({ message }) => [message, new Map<string, Outcome>()]));
      const previous = previousEvents(events, site.rules);
      for (let open = events; open.length > 0; ) {
        const round = tellAll(open, site, frames, { previous });
        for (const [endpoint, told] of round.told) {
          const written = recorders.get(endpoint)?.written ?? new Map();
          for (const [event, outcome] of outcomesOf(round.events, told, written))
            outcomes.get(event.message)?.set(endpoint.name, outcome);
        }
        open = open.filter(({ message }) => round.late.has(message));
      }
      return outcomes;
    },
    repeats: ({ id, arrived }, endpoint, { translation, position }) => {
      const recorder = byName.get(endpoint);
      return recorder?.written.has(recorder.idOf(id, translation, position, arrived)) === true;
    },
  };
};

/** The frames of an endpoint, and the position of each statement for which they gave an id. */
const recorderOf = (frames: Frames) => {
  const written = new Map<string, number>();
  const recorded: Frames = {
    of: frames.of,
    id: (event, translation, position, arrived) => {
      const id = frames.id(event, translation, position, arrived);
      written.set(id, position);
      return id;
    },
  };
  return { frames: recorded, idOf: frames.id, written };
};

/** What each event became: of what was told and set aside, its own is next. */
function* outcomesOf(
  events: readonly AcceptedEvent[],
  { made, statements, failed }: Told,
  written: ReadonlyMap<string, number>,
): Generator<readonly [AcceptedEvent, Outcome]> {
  let next = 0;
  let nextFailed = 0;
  for (const [at, event] of events.entries()) {
    const became = made[at] ?? "mapping";
    if (became === "failed") {
      yield [event, { made: "failed", statements: [], failure: failed[nextFailed++]?.detail }];
      continue;
    }
    if (typeof became === "string") {
      yield [event, { made: became, statements: [] }];
      continue;
    }
    const own: ToldStatement[] = [];
    for (const id of became) {
      const statement = statements[next];
      const isTold = statement?.id === id && statement.message === event.message;
      if (isTold) next++;
      const { translation = "" } = isTold ? statement : (failed[nextFailed++] ?? {});
      own.push({
        id,
        translation,
        position: written.get(id) ?? 0,
        text: isTold ? statement.text : undefined,
      });
    }
    yield [event, { made: "told", statements: own }];
  }
}
