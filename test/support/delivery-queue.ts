import type { DeliverBatch, DeliverResult } from "../../src/deliver.ts";
import type { DeliveryQueue, Hidden } from "../../src/delivery/give-back.ts";
import type { DeliveryMessage } from "../../src/delivery/message.ts";

/** What was asked of a queue. */
export interface QueueRecord extends DeliveryQueue {
  /** Each body that was put into it, with the seconds after which it can be received. */
  readonly sent: { readonly body: string; readonly delay: number }[];
  readonly hidden: Hidden[];
}

/** A queue that remembers what it was asked; of the bodies of a call it takes those of which `takes` says so. */
export const queueRecord = (takes: (at: number) => boolean = () => true): QueueRecord => {
  const sent: { readonly body: string; readonly delay: number }[] = [];
  const hidden: Hidden[] = [];
  return {
    sent,
    hidden,
    send: async (bodies, delay) => {
      const taken = bodies.map((_, at) => takes(at));
      sent.push(...bodies.filter((_, at) => taken[at]).map((body) => ({ body, delay })));
      return taken;
    },
    hide: async (messages) => {
      hidden.push(...messages);
    },
  };
};

/** A message of a delivery queue, received for the first time just after it was sent. */
export const messageOf = (body: string, changes: Partial<DeliveryMessage> = {}): DeliveryMessage => ({
  body,
  receipt: body.slice(0, 80),
  received: 1,
  sent: Date.now(),
  ...changes,
});

/** Delivers bodies as messages that were just sent. */
export const deliveringBodies =
  (deliver: DeliverBatch) =>
  (bodies: readonly string[], remaining?: () => number): Promise<DeliverResult> =>
    deliver(
      bodies.map((body) => messageOf(body)),
      remaining,
    );
