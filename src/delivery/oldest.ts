import { type DeliveryMessage, readDelivery } from "./message.ts";

/**
 * How long the oldest statement of messages has been on its way to its endpoint at the time `now`, in milliseconds; nothing
 * where none of them can be read. A clock that is ahead of the queue's makes nothing younger than it is.
 */
export const oldestIn = (messages: readonly DeliveryMessage[], now: number): number | undefined => {
  const since = messages.flatMap((message) => {
    const read = readDelivery(message);
    return read instanceof Error ? [] : [read.since];
  });
  return since.length === 0 ? undefined : Math.max(0, now - Math.min(...since));
};
