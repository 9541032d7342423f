import type { Pace } from "../../infra/pace.ts";
import type { Agenda } from "./agenda.ts";

/** Messages of a queue that are alike, as one. */
export interface Lot {
  readonly messages: number;
}

/** What feeds a function from a queue (Lambda's event source mapping), and the queue itself. */
export interface Source<L extends Lot> {
  /** Puts messages into the queue. */
  put(lot: L): void;
  /** The same, to be received only later; until then they are with those that somebody has, where `received`. */
  putLater(lot: L, time: number, received: boolean): void;
  readonly counts: SourceCounts;
  /** All that is in the queue: to be received, gathered or hidden, but not what a function is just working on. */
  waiting(): Iterable<L>;
}

export interface SourceCounts {
  invocations: number;
  /** Messages that were received, again and again where they came again. */
  received: number;
  /** Milliseconds of all invocations together. */
  busy: number;
  /** The most invocations at once, and the most messages that somebody had or that were hidden. */
  mostAtOnce: number;
  mostInFlight: number;
}

export interface SourceParts<L extends Lot> {
  readonly agenda: Agenda;
  readonly pace: Pick<Pace, "messages" | "window" | "concurrency">;
  /** Parts a lot: so many of its messages, and the others. */
  readonly part: (lot: L, messages: number) => readonly [L, L];
  /** Begins an invocation of the function's instance of this number; gives when it ends, and what is to be done then. */
  readonly invoke: (
    lots: readonly L[],
    instance: number,
  ) => { readonly end: number; readonly done: () => void };
}

/**
 * How Lambda reads a standard queue: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html. It begins
 * with five at once, and adds up to 300 in a minute while messages wait.
 */
const FIRST = 5;
const ADDING = 60_000 / 300;
/** How long one that has nothing to do is kept: AWS does not say. */
const IDLE = 60_000;
/** A request for messages gives so many at the most. */
const RECEIVED = 10;
/** SQS gives no more messages while somebody has so many, or they are hidden: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const IN_FLIGHT = 120_000;

interface Poller<L> {
  readonly instance: number;
  held: L[];
  count: number;
  isBusy: boolean;
  /** Which gathering this is: of one that is over, the clock still strikes. */
  gathering: number;
  last: number;
}

/** Gathers messages of a queue into batches, and gives them to a function. */
export const source = <L extends Lot>({ agenda, pace, part, invoke }: SourceParts<L>): Source<L> => {
  const { now } = agenda;
  let queue: L[] = [];
  let head = 0;
  const hidden = new Set<L>();
  const least = Math.min(FIRST, pace.concurrency);
  let pollers = Array.from({ length: least }, (_, instance) => pollerOf<L>(instance));
  const spare = Array.from({ length: pace.concurrency - least }, (_, at) => pace.concurrency - 1 - at);
  /** Those that do not wait for an invocation, in the order of their turns. */
  let free = [...pollers];
  let [inFlight, atOnce, isGrowing] = [0, 0, false];
  const counts: SourceCounts = { invocations: 0, received: 0, busy: 0, mostAtOnce: 0, mostInFlight: 0 };

  /** Takes messages from the queue's beginning. */
  const take = (most: number): L | undefined => {
    const first = queue[head];
    if (first === undefined) return undefined;
    if (first.messages > most) {
      const [some, others] = part(first, most);
      queue[head] = others;
      return some;
    }
    head++;
    if (head > 1000 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
    return first;
  };

  /** By turns, each that is free asks for up to ten messages, until there are none, or none is free. */
  const receive = (): void => {
    while (head < queue.length && inFlight < IN_FLIGHT) {
      const poller = free.shift();
      if (poller === undefined) break;
      let room = Math.min(RECEIVED, pace.messages - poller.count, IN_FLIGHT - inFlight);
      while (room > 0) {
        const lot = take(room);
        if (lot === undefined) break;
        if (poller.count === 0) gather(poller);
        poller.held.push(lot);
        poller.count += lot.messages;
        room -= lot.messages;
        inFlight += lot.messages;
        counts.received += lot.messages;
      }
      counts.mostInFlight = Math.max(counts.mostInFlight, inFlight);
      if (poller.count >= pace.messages) begin(poller);
      else free.push(poller);
    }
    if (head < queue.length) grow();
  };

  const gather = (poller: Poller<L>): void => {
    const gathering = ++poller.gathering;
    agenda.at(now() + pace.window * 1000, () => {
      if (poller.gathering !== gathering || poller.isBusy) return;
      free = free.filter((each) => each !== poller);
      begin(poller);
    });
  };

  const begin = (poller: Poller<L>): void => {
    poller.isBusy = true;
    atOnce++;
    counts.invocations++;
    counts.mostAtOnce = Math.max(counts.mostAtOnce, atOnce);
    const { held, count } = poller;
    const started = now();
    const { end, done } = invoke(held, poller.instance);
    agenda.at(end, () => {
      counts.busy += end - started;
      Object.assign(poller, { held: [], count: 0, isBusy: false, last: now() });
      free.push(poller);
      atOnce--;
      inFlight -= count;
      done();
      receive();
    });
  };

  /** Adds one, and looks again after a while, until nothing waits or there may be no more. */
  const grow = (): void => {
    if (isGrowing || spare.length === 0) return;
    isGrowing = true;
    agenda.at(now() + ADDING, () => {
      isGrowing = false;
      const instance = head < queue.length ? spare.pop() : undefined;
      if (instance === undefined) return;
      const poller = pollerOf<L>(instance, now());
      pollers.push(poller);
      free.push(poller);
      receive();
    });
  };

  /** Those that have nothing to do go, but for the first. */
  const shrink = (): void => {
    const idle = free.filter((each) => each.count === 0 && now() - each.last > IDLE);
    const gone = new Set(idle.slice(0, Math.max(0, pollers.length - least)));
    for (const { instance } of gone) spare.push(instance);
    pollers = pollers.filter((each) => !gone.has(each));
    free = free.filter((each) => !gone.has(each));
    agenda.at(now() + IDLE, shrink);
  };
  if (spare.length > 0) agenda.at(IDLE, shrink);

  const put = (lot: L): void => {
    queue.push(lot);
    receive();
  };
  return {
    counts,
    put,
    putLater: (lot, time, received) => {
      hidden.add(lot);
      if (received) inFlight += lot.messages;
      agenda.at(time, () => {
        hidden.delete(lot);
        if (received) inFlight -= lot.messages;
        put(lot);
      });
    },
    waiting: function* () {
      yield* queue.slice(head);
      yield* hidden;
      for (const { held, isBusy } of pollers) if (!isBusy) yield* held;
    },
  };
};

const pollerOf = <L>(instance: number, last = 0): Poller<L> => ({
  instance,
  held: [],
  count: 0,
  isBusy: false,
  gathering: 0,
  last,
});
