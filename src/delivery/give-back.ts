import { ComesAgain } from "../again.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import type { Delivery, DeliveryMessage } from "./message.ts";
import { pack } from "./pack.ts";

/** The endpoint's queue, as far as delivering goes. */
export interface DeliveryQueue {
  /** Puts bodies into it, to be seen after so many seconds (at most 900); tells for each whether the queue has it. */
  send(bodies: readonly string[], delay: number): Promise<readonly boolean[]>;
  /** Hides received messages for so many seconds from now. Never throws: what is not hidden comes again all the same. */
  hide(messages: readonly Hidden[]): Promise<void>;
}

export interface Hidden {
  readonly receipt: string;
  readonly seconds: number;
}

/** A received message with what was read of it. */
export interface Received {
  readonly message: DeliveryMessage;
  readonly delivery: Delivery | Error;
}

/** What each statement came in, by its id; of several messages that hold it, the one that was sent last. */
export const deliveriesById = (received: readonly Received[]): ReadonlyMap<string, Delivery> => {
  const deliveries = new Map<string, Delivery>();
  for (const { delivery } of received) {
    if (delivery instanceof Error) continue;
    for (const { id } of delivery.statements) {
      if ((deliveries.get(id)?.since ?? 0) <= delivery.since) deliveries.set(id, delivery);
    }
  }
  return deliveries;
};

/** The longest that SQS delays a new message, in seconds. */
export const LONGEST_DELAY = 900;

/** A message that nobody can read comes again so late, in seconds, that the dead-letter queue gets it within a week. */
const UNREADABLE = 600;

export interface Return {
  /** Whether a statement, by its id, has ended. */
  readonly hasEnded: (id: string) => boolean;
  /** How long a message waits that was received so often, in milliseconds. */
  readonly waitOf: (delivery: Delivery) => number;
  /** Whether a message of which nothing has ended is to become two. */
  readonly isHalved: (delivery: Delivery) => boolean;
}

/**
 * Leaves with the queue what has not ended: a message of which nothing has ended is hidden; of one of which a part has, a
 * new message with the remainder takes the place, and of one that is halved, two. Tells for each message whether it
 * may be acknowledged, or why it comes again.
 */
export const giveBack = async (
  received: readonly Received[],
  { name, batch }: Endpoint,
  queue: DeliveryQueue,
  { hasEnded, waitOf, isHalved }: Return,
): Promise<readonly (Error | undefined)[]> => {
  const hidden: Hidden[] = [];
  const settled = await Promise.all(
    received.map(async ({ message: { receipt }, delivery }) => {
      if (delivery instanceof Error) {
        hidden.push({ receipt, seconds: UNREADABLE });
        return delivery;
      }
      const { statements, since, tries } = delivery;
      const left = statements.filter(({ id }) => !hasEnded(id));
      if (left.length === 0) return undefined;
      const seconds = Math.ceil(waitOf(delivery) / 1000);
      const middle = left.length > 1 && isHalved(delivery) ? Math.ceil(left.length / 2) : left.length;
      if (left.length < statements.length || middle < left.length) {
        const parts = [left.slice(0, middle), left.slice(middle)];
        const bodies = parts.flatMap((part) => pack(part, batch, { since, tries }).map(({ body }) => body));
        if (await sendAll(queue, bodies, Math.min(seconds, LONGEST_DELAY))) return undefined;
      }
      hidden.push({ receipt, seconds });
      return new ComesAgain(`${name} does not take it now.`);
    }),
  );
  await queue.hide(hidden);
  return settled;
};

/** Hides messages of which nothing could be written down. */
export const hideAll = (
  received: readonly Received[],
  queue: DeliveryQueue,
  waitOf: Return["waitOf"],
): Promise<void> =>
  queue.hide(
    received.map(({ message: { receipt }, delivery }) => ({
      receipt,
      seconds: delivery instanceof Error ? UNREADABLE : Math.ceil(waitOf(delivery) / 1000),
    })),
  );

/** Puts bodies into the queue, trying twice: where it takes only a part, the rest would be in it twice. */
const sendAll = async (queue: DeliveryQueue, bodies: readonly string[], delay: number): Promise<boolean> => {
  const sent = await queue.send(bodies, delay);
  const left = bodies.filter((_, at) => sent[at] !== true);
  return left.length === 0 || (await queue.send(left, delay)).every((each) => each);
};
