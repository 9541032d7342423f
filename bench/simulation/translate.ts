import type { Pace } from "../../infra/pace.ts";
import { MOST_LEARNERS } from "../../src/archive/marks.ts";
import { assumed, inFunction, measured } from "../cost/measured.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./random.ts";
import { learnersIn, memoryOf, type Scenario, statementsOfMessage, translatePaceOf } from "./scenario.ts";
import { type Lot, type Source, source } from "./source.ts";

/** Messages of the events queue that came at the same time. */
export interface Arrived extends Lot {
  readonly at: number;
}

/** What a batch has become for each endpoint: messages for its queue, and when the events came that they tell of. */
export interface Packed extends Lot {
  readonly statements: number;
  readonly first: number;
  readonly last: number;
}

export interface Translating {
  readonly source: Source<Arrived>;
  readonly pace: Pace;
  readonly counts: TranslateCounts;
}

/** Requests besides those that Lambda makes. */
export interface TranslateCounts {
  events: number;
  /** Events that invocations have in hand. */
  underWay: number;
  /** For each endpoint. */
  statements: number;
  puts: number;
  gets: number;
  /** Requests that put messages into delivery queues. */
  sends: number;
}

/** Look-ups of choices at once (src/consent/ask.ts); messages of a request to SQS, and requests at once (src/aws/queue.ts). */
const LOOKUPS = 32;
const TOGETHER = 10;
const AT_ONCE = 8;

/**
 * The translate function and its queue. What learners have chosen is asked anew for each batch here, though the function
 * remembers it for half a minute: so there are no more requests than this.
 */
export const translating = (
  scenario: Scenario,
  agenda: Agenda,
  chance: Chance,
  deliver: (packed: Packed) => void,
): Translating => {
  const counts: TranslateCounts = { events: 0, underWay: 0, statements: 0, puts: 0, gets: 0, sends: 0 };
  const pace = translatePaceOf(scenario);
  const memory = memoryOf(scenario).translate;
  const perMessage = statementsOfMessage(scenario);
  return {
    counts,
    pace,
    source: source<Arrived>({
      agenda,
      pace,
      part: (lot, messages) => [
        { ...lot, messages },
        { ...lot, messages: lot.messages - messages },
      ],
      invoke: (lots) => {
        const messages = lots.reduce((sum, lot) => sum + lot.messages, 0);
        const events = messages * scenario.perMessage;
        const statements = Math.floor(events * scenario.statements + chance.share());
        const packs = Math.ceil(statements / perMessage);
        const learners = learnersIn(scenario, messages);
        const requests = Math.ceil(packs / TOGETHER);
        const { batch, message, event, statement } = measured.translate;
        const processor =
          batch + messages * message + events * event + scenario.endpoints * statements * statement;
        const waits =
          Math.ceil(learners / LOOKUPS) * assumed.get +
          assumed.put +
          Math.max(assumed.put, Math.ceil(requests / AT_ONCE) * assumed.send);
        counts.underWay += events;
        counts.gets += learners;
        counts.puts += 2 * Math.ceil(learners / MOST_LEARNERS);
        counts.sends += scenario.endpoints * requests;
        return {
          end: agenda.now() + inFunction(processor, memory) + waits,
          done: () => {
            counts.underWay -= events;
            counts.events += events;
            counts.statements += statements;
            if (packs === 0) return;
            deliver({ messages: packs, statements, first: lots[0]?.at ?? 0, last: lots.at(-1)?.at ?? 0 });
          },
        };
      },
    }),
  };
};
