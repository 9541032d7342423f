import type { Pace } from "../../infra/pace.ts";
import { MOST_LEARNERS } from "../../src/archive/marks.ts";
import { LONGEST_DELAY } from "../../src/delivery/give-back.ts";
import { intervalOf } from "../../src/delivery/pacing.ts";
import { SHORT_REST } from "../../src/delivery/place.ts";
import { isSuspect } from "../../src/delivery/suspects.ts";
import { hiddenFor, type Rest, restOf } from "../../src/delivery/waiting.ts";
import { assumed, inFunction, measured } from "../cost/measured.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./random.ts";
import {
  deliverPaceOf,
  endpointOf,
  learnersIn,
  memoryOf,
  type Scenario,
  statementsOfMessage,
} from "./scenario.ts";
import { type Source, source } from "./source.ts";
import { type Spread, spread } from "./spread.ts";
import type { Packed } from "./translate.ts";

/** Messages of a delivery queue, and how often they were received. */
export interface Waiting extends Packed {
  readonly tries: number;
}

export interface Delivering {
  readonly source: Source<Waiting>;
  readonly pace: Pace;
  readonly counts: DeliverCounts;
  /** From arrival in the events queue to the endpoint's answer, in milliseconds; each statement counts. */
  readonly latency: Spread;
}

export interface DeliverCounts {
  delivered: number;
  /** Statements that invocations have in hand. */
  underWay: number;
  requests: number;
  failed: number;
  puts: number;
  /** Requests to hide messages, or to put back what remains of them. */
  returned: number;
}

/** A function's instance, with what it remembers of its endpoint. */
interface Instance {
  readonly rest: Rest;
  /** When the next request may begin. */
  next: number;
  /** Until when its connection is kept without use. */
  connected: number;
}

/** For so long, in milliseconds: see src/delivery/connections.ts. */
const KEPT = 30_000;

/** One endpoint's deliver function and its queue; `isAway` tells whether it takes nothing at a time. */
export const delivering = (
  scenario: Scenario,
  agenda: Agenda,
  chance: Chance,
  isAway: (time: number) => boolean,
): Delivering => {
  const counts: DeliverCounts = {
    delivered: 0,
    underWay: 0,
    requests: 0,
    failed: 0,
    puts: 0,
    returned: 0,
  };
  const latency = spread();
  const { limits } = endpointOf(scenario);
  const pace = deliverPaceOf(scenario);
  const [perRequest, interval] = [statementsOfMessage(scenario), intervalOf(limits)];
  const memory = memoryOf(scenario).deliver;
  const instances = new Map<number, Instance>();
  // An instance's clock is its invocation's, which is ahead of the agenda's.
  let clock = 0;
  const instanceOf = (number: number): Instance => {
    const known = instances.get(number) ?? { rest: restOf(() => clock), next: 0, connected: 0 };
    instances.set(number, known);
    return known;
  };

  /** Sends one request with so many statements; tells whether the endpoint took it. */
  const request = (instance: Instance, statements: number): boolean => {
    const begun = Math.max(clock, instance.next);
    instance.next = begun + interval;
    const time = scenario.endpointTime * (0.5 + chance.share());
    clock =
      begun + Math.min(time, limits.timeout) + inFunction(statements * measured.deliver.statement, memory);
    instance.connected = clock + KEPT;
    counts.requests++;
    const isTaken =
      time <= limits.timeout &&
      !isAway(begun) &&
      (scenario.failures === 0 || chance.share() >= scenario.failures);
    if (!isTaken) counts.failed++;
    return isTaken;
  };

  /** What becomes of the messages: how many statements of each lot are taken, one lot after the other. */
  const offer = (instance: Instance, lots: readonly Waiting[]): readonly number[] => {
    const pause = instance.rest.left();
    if (pause > SHORT_REST) return lots.map(() => 0);
    clock += pause;
    if (clock > instance.connected) clock += assumed.connect;
    const taken = lots.map(() => 0);
    for (const group of groupsOf(lots)) {
      let open = group.reduce((sum, at) => sum + (lots[at]?.statements ?? 0), 0);
      const each = isSuspectLot(lots[group[0] ?? 0]) ? (lots[group[0] ?? 0]?.messages ?? 1) : 1;
      const size = each === 1 ? perRequest : Math.ceil(open / each);
      let sent = 0;
      for (; open > 0; open -= size) {
        if (!request(instance, Math.min(size, open))) {
          instance.rest.failed();
          share(sent, group, lots, taken);
          return taken;
        }
        instance.rest.succeeded();
        const some = Math.min(size, open);
        sent += some;
        counts.delivered += some;
        tell(sent - some, some, group, lots);
      }
      share(sent, group, lots, taken);
    }
    return taken;
  };

  /** Counts how long statements took of which the answer has just come: those from a place in their group on. */
  const tell = (from: number, some: number, group: readonly number[], lots: readonly Waiting[]): void => {
    let [skipped, left] = [from, some];
    for (const at of group) {
      const lot = lots[at];
      if (lot === undefined || left === 0) return;
      const inside = Math.min(Math.max(0, lot.statements - skipped), left);
      skipped = Math.max(0, skipped - lot.statements);
      left -= inside;
      if (inside === 0) continue;
      // They came evenly between the first and the last.
      for (const place of [0.125, 0.375, 0.625, 0.875])
        latency.add(clock - (lot.first + (lot.last - lot.first) * place), inside / 4);
    }
  };

  const queue = source<Waiting>({
    agenda,
    pace,
    part: parted,
    invoke: (lots, number) => {
      const instance = instanceOf(number);
      const [before, all] = [counts.delivered, sumOf(lots)];
      clock = agenda.now() + inFunction(measured.deliver.invocation, memory);
      const tried = lots.map((lot) => ({ ...lot, tries: lot.tries + 1 }));
      const taken = offer(instance, tried);
      const ended = counts.delivered - before;
      if (ended > 0) {
        clock += assumed.put;
        counts.puts += Math.ceil(
          learnersIn(scenario, ended / (scenario.perMessage * scenario.statements)) / MOST_LEARNERS,
        );
      }
      const [end, least] = [clock, Math.max(instance.rest.left(), instance.next - clock)];
      counts.underWay += all - ended;
      return {
        end,
        done: () => {
          counts.underWay -= all - ended;
          if (ended < all) giveBack(tried, taken, least);
        },
      };
    },
  });

  /** What has not ended waits, by the product's own rule. */
  const giveBack = (lots: readonly Waiting[], taken: readonly number[], least: number): void => {
    for (const [at, lot] of lots.entries()) {
      const left = lot.statements - (taken[at] ?? 0);
      if (left === 0) continue;
      counts.returned++;
      const wait = hiddenFor(lot.tries, least, chance.share);
      const isWhole = left === lot.statements;
      const messages = Math.max(1, Math.ceil((lot.messages * left) / lot.statements));
      const rest = { ...lot, messages, statements: left };
      queue.putLater(rest, agenda.now() + (isWhole ? wait : Math.min(wait, LONGEST_DELAY * 1000)), isWhole);
    }
  };
  return { source: queue, pace, counts, latency };
};

const sumOf = (lots: readonly Packed[]): number => lots.reduce((sum, { statements }) => sum + statements, 0);

const isSuspectLot = (lot: Waiting | undefined): boolean =>
  lot !== undefined && isSuspect({ statements: [], since: 0, tries: lot.tries });

/** Which lots share requests, by their positions: first all others, then each that is suspect by itself. */
const groupsOf = (lots: readonly Waiting[]): readonly (readonly number[])[] => {
  const shared = [...lots.keys()].filter((at) => !isSuspectLot(lots[at]));
  const apart = [...lots.keys()].filter((at) => isSuspectLot(lots[at]));
  return [shared, ...apart.map((at) => [at])].filter((group) => group.length > 0);
};

/** Of a group, so many statements were taken: from which lots they are. */
const share = (sent: number, group: readonly number[], lots: readonly Waiting[], taken: number[]): void => {
  let left = sent;
  for (const at of group) {
    const inside = Math.min(left, lots[at]?.statements ?? 0);
    taken[at] = inside;
    left -= inside;
  }
};

/** The first messages of a lot, with their part of the statements, and the others. */
const parted = (lot: Waiting, messages: number): readonly [Waiting, Waiting] => {
  const part = messages / lot.messages;
  const statements = Math.min(lot.statements - 1, Math.ceil(lot.statements * part));
  const middle = lot.first + (lot.last - lot.first) * part;
  return [
    { ...lot, messages, statements, last: middle },
    { ...lot, messages: lot.messages - messages, statements: lot.statements - statements, first: middle },
  ];
};
