import { type Agenda, agenda } from "./agenda.ts";
import { beginningOf, dayOf } from "./day.ts";
import { type Delivering, delivering } from "./deliver.ts";
import { type Chance, chanceOf } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { type Translating, translating } from "./translate.ts";

/** What a run came to. Times in milliseconds. */
export interface Run {
  /** Events that came. */
  readonly arrived: number;
  readonly hours: readonly Hour[];
  readonly translate: Translating;
  /** One for each endpoint; the first is the one that may be away. */
  readonly deliver: readonly Delivering[];
  /** Events that are not translated yet. */
  readonly untranslated: number;
  /** For each endpoint, statements that are not delivered yet. */
  readonly undelivered: readonly number[];
  /** After the outage, until no more waits than before it; absent where there was none, or it did not come to that. */
  readonly drained?: number;
}

/** How it is at the end of an hour, and what was done in it. */
export interface Hour {
  /** The hour of the clock with which it begins. */
  readonly clock: number;
  readonly arrived: number;
  /** Events in the events queue, and statements in each endpoint's. */
  readonly events: number;
  readonly statements: readonly number[];
  /** How long ago the oldest came that waits, in any queue. */
  readonly oldest: number;
  /** Shares of the invocations that there may be at once. */
  readonly busy: { readonly translate: number; readonly deliver: readonly number[] };
  /** Requests to S3 that put something, and that get something. */
  readonly puts: number;
  readonly gets: number;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Events come in slots of this length. */
const SLOT = 250;

/** Lets the events of some hours go their way, by a clock of its own: the same for the same scenario. */
export const simulate = (scenario: Scenario): Run => {
  const time = agenda();
  const chance = chanceOf(scenario.seed);
  const begins = (scenario.hours * HOUR) / 4;
  const isAway = (now: number): boolean => now >= begins && now < begins + scenario.outage;
  const deliver = Array.from({ length: scenario.endpoints }, (_, at) =>
    delivering(scenario, time, chance, at === 0 ? isAway : () => false),
  );
  const translate = translating(scenario, time, chance, (packed) => {
    for (const { source } of deliver) source.put({ ...packed, tries: 0 });
  });
  const counted = { arrived: 0 };
  arriving(scenario, time, chance, (messages) => {
    counted.arrived += messages * scenario.perMessage;
    translate.source.put({ messages, at: time.now() });
  });

  const watched = { translate, deliver, counted, time };
  const hours: Hour[] = [];
  let before = tally(watched);
  let [waited, drained]: (number | undefined)[] = [];
  for (let now = MINUTE; now <= scenario.hours * HOUR; now += MINUTE) {
    time.until(now);
    const waits = undeliveredBy(translate, deliver[0]);
    if (now <= begins) waited = waits;
    const isOver = scenario.outage > 0 && now > begins + scenario.outage;
    if (isOver && drained === undefined && waits <= (waited ?? 0) + perMinute(scenario))
      drained = now - begins - scenario.outage;
    if (now % HOUR !== 0) continue;
    const after = tally(watched);
    hours.push(hourOf(scenario, hours.length, watched, before, after));
    before = after;
  }
  return {
    arrived: counted.arrived,
    hours,
    translate,
    deliver,
    untranslated: counted.arrived - translate.counts.events,
    undelivered: deliver.map((each) => undeliveredBy(translate, each)),
    ...(drained !== undefined && { drained }),
  };
};

const perMinute = ({ eventsPerHour, statements }: Scenario): number => (eventsPerHour * statements) / 60;

const undeliveredBy = (translate: Translating, one: Delivering | undefined): number =>
  one === undefined ? 0 : translate.counts.statements - one.counts.delivered;

/** Lets messages come, by the day's curve and by chance. */
const arriving = (
  { eventsPerHour, perMessage, peak, hours }: Scenario,
  time: Agenda,
  chance: Chance,
  come: (messages: number) => void,
): void => {
  const perSlot = (eventsPerHour / perMessage / HOUR) * SLOT;
  const [share, begins] = [dayOf(peak), beginningOf(hours) * HOUR];
  const slot = (): void => {
    const messages = chance.count(perSlot * share(begins + time.now()));
    if (messages > 0) come(messages);
    time.at(time.now() + SLOT, slot);
  };
  time.at(0, slot);
};

interface Watched {
  readonly translate: Translating;
  readonly deliver: readonly Delivering[];
  readonly counted: { readonly arrived: number };
  readonly time: Agenda;
}

/** How often things have happened so far. */
interface Tally {
  readonly arrived: number;
  readonly translate: number;
  readonly deliver: readonly number[];
  readonly puts: number;
  readonly gets: number;
}

const tally = ({ translate, deliver, counted }: Watched): Tally => ({
  arrived: counted.arrived,
  translate: translate.source.counts.busy,
  deliver: deliver.map(({ source }) => source.counts.busy),
  puts: translate.counts.puts + deliver.reduce((sum, { counts }) => sum + counts.puts, 0),
  gets: translate.counts.gets,
});

const hourOf = (
  { hours }: Scenario,
  at: number,
  { translate, deliver, counted, time }: Watched,
  before: Tally,
  after: Tally,
): Hour => ({
  clock: (beginningOf(hours) + at) % 24,
  arrived: after.arrived - before.arrived,
  events: counted.arrived - translate.counts.events,
  statements: deliver.map((each) => undeliveredBy(translate, each)),
  oldest: time.now() - oldestOf(translate, deliver, time.now()),
  busy: {
    translate: (after.translate - before.translate) / (HOUR * translate.pace.concurrency),
    deliver: deliver.map(
      ({ pace }, of) => ((after.deliver[of] ?? 0) - (before.deliver[of] ?? 0)) / (HOUR * pace.concurrency),
    ),
  },
  puts: after.puts - before.puts,
  gets: after.gets - before.gets,
});

/** When the oldest came of what waits. */
const oldestOf = (translate: Translating, deliver: readonly Delivering[], now: number): number => {
  let oldest = now;
  for (const { at } of translate.source.waiting()) oldest = Math.min(oldest, at);
  for (const { source } of deliver)
    for (const { first } of source.waiting()) oldest = Math.min(oldest, first);
  return oldest;
};
