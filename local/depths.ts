import { queueDepth } from "../src/aws/queue.ts";
import type { LocalAws } from "./aws.ts";
import { DELIVER, deadLetters, EVENTS } from "./names.ts";

/** How many messages wait or are under way: in the events queue, in each endpoint's, and in the dead-letter queues. */
export interface Depths {
  readonly events: number;
  readonly deliveries: Readonly<Record<string, number>>;
  readonly deadLetters: number;
}

/** Asks the queues of a service with these endpoints. */
export const depthsOf = async (
  { sqs, queueUrl }: LocalAws,
  endpoints: readonly string[],
): Promise<Depths> => {
  const depth = (queue: string): Promise<number> => queueDepth(sqs, queueUrl(queue));
  // Translating fills the other queues before it acknowledges, so the events queue is looked at first.
  const events = await depth(EVENTS);
  const deliveries = await Promise.all(
    endpoints.map(async (name) => [name, await depth(DELIVER + name)] as const),
  );
  const queues = [EVENTS, ...endpoints.map((name) => DELIVER + name)];
  const dead = await Promise.all(queues.map((queue) => depth(deadLetters(queue))));
  return {
    events,
    deliveries: Object.fromEntries(deliveries),
    deadLetters: dead.reduce((sum, each) => sum + each, 0),
  };
};
