import type { Running } from "./running.ts";

/** How a backlog went through the service: in seconds, and in milliseconds of its processor time. */
export interface Load {
  readonly events: number;
  readonly perMessage: number;
  /** Until all was in the queue, and until the last statement was in a store. */
  readonly put: number;
  readonly all: number;
  readonly statements: number;
  readonly processor: number;
  /** Of it, that of the thread that takes from the queues and plays the learning systems. */
  readonly first: number;
}

/** Puts so many events into the queue as fast as it takes them, and waits until all that comes of them is told. */
export const loadOf = async (service: Running, events: number, perMessage: number): Promise<Load> => {
  const messages = await service.messages(events / perMessage, perMessage);
  const before = await service.spent();
  const began = Date.now();
  await service.send(messages);
  const put = Date.now();
  await service.settled();
  const after = await service.spent();
  const kept = await service.kept(events);
  const last = kept.reduce((latest, { kept: at }) => Math.max(latest, at), 0);
  return {
    events,
    perMessage,
    put: (put - began) / 1000,
    all: (last - began) / 1000,
    statements: kept.length,
    processor: after.all - before.all,
    first: after.first - before.first,
  };
};
