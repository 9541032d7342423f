import type { Depths } from "./balance.ts";

/** A queue and the queue of its dead letters, by whatever they are asked for: their names or their addresses. */
export interface QueuePair {
  readonly queue: string;
  readonly deadLetters: string;
}

/** The queues in which something may wait. */
export interface LedgerQueues {
  readonly events: QueuePair;
  readonly delivery: (endpoint: string) => QueuePair;
}

/** Asks how many messages the queues hold. Rejects where `depthOf` does. */
export const readDepths = async (
  { events, delivery }: LedgerQueues,
  endpoints: readonly string[],
  depthOf: (queue: string) => Promise<number>,
): Promise<Depths> => {
  // Translating fills the other queues before it acknowledges, so the events queue is looked at first.
  const waiting = await depthOf(events.queue);
  const of = async (queue: keyof QueuePair): Promise<Readonly<Record<string, number>>> =>
    Object.fromEntries(
      await Promise.all(endpoints.map(async (each) => [each, await depthOf(delivery(each)[queue])] as const)),
    );
  const [deliveries, dead, deadEvents] = await Promise.all([
    of("queue"),
    of("deadLetters"),
    depthOf(events.deadLetters),
  ]);
  return { events: waiting, deliveries, deadLetters: { events: deadEvents, deliveries: dead } };
};
