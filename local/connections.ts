import { deliverPace, type Pace, translatePace } from "../infra/pace.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import type { LocalAws } from "./aws.ts";
import { mapQueue } from "./event-source-mapping.ts";
import type { LocalFunctions } from "./functions.ts";
import { DELIVER, EVENTS } from "./names.ts";

/** One instance of a function, with what feeds it. */
export interface Connection {
  stop(): Promise<void>;
  /** Ends the instance at once, whatever it does. Another takes its place with the next batch. */
  kill(): Promise<void>;
}

export interface ConnectionsOptions {
  readonly aws: LocalAws;
  readonly functions: LocalFunctions;
  readonly endpoints: readonly Endpoint[];
  /** After how many seconds a message that was cut off comes again. */
  readonly visibility: number;
  /** Where the hub's keys are published. */
  readonly jwks: string;
  /** Where an endpoint's learning system is. */
  readonly systemOf: (endpoint: Endpoint) => string;
  /** See the event source mapping: where tests end the world. */
  readonly beforeAcknowledge?: ((queue: string) => Promise<void>) | undefined;
  readonly gather?: Gather | undefined;
}

/** How messages are gathered for one invocation: the most of them, and for how long at the most, in milliseconds. */
export type Gather = (pace: Pace) => { readonly messages: number; readonly window: number };

/** For a shorter time than on AWS, as somebody is looking on. */
const gatherHere: Gather = ({ messages }) => ({ messages, window: 100 });

/** How many instances of a function there are at most: the endpoints' own numbers, where this machine bears them. */
const INSTANCES = 4;

/** Makes the queues, where they are not there yet, and connects each with its function. */
export const connectQueues = async (options: ConnectionsOptions): Promise<readonly Connection[]> => {
  const { aws, endpoints, visibility } = options;
  await aws.makeQueue(EVENTS, { visibility, tries: translatePace.tries });
  for (const endpoint of endpoints)
    await aws.makeQueue(DELIVER + endpoint.name, { visibility, tries: deliverPace(endpoint).tries });
  const translating = connect(options, EVENTS, "translate", translatePace, {
    DELIVERY_QUEUES: aws.queueUrl(DELIVER),
    LOCAL_JWKS_URL: options.jwks,
  });
  return [
    translating,
    ...endpoints.flatMap((endpoint) => {
      const queue = DELIVER + endpoint.name;
      const pace = deliverPace(endpoint);
      return Array.from({ length: Math.min(INSTANCES, pace.concurrency) }, () =>
        connect(options, queue, "deliver", pace, {
          ENDPOINT: endpoint.name,
          LOCAL_ENDPOINT_URL: options.systemOf(endpoint),
          DELIVERY_QUEUE: aws.queueUrl(queue),
        }),
      );
    }),
  ];
};

/** A receive waits for a second, and none is to bring what has come again, nor is what it brings to come again soon. */
const aheadOf = (visibility: number): number => Math.max(0, visibility * 500 - 1000);

const connect = (
  { aws, functions, visibility, beforeAcknowledge, gather = gatherHere }: ConnectionsOptions,
  queue: string,
  name: string,
  pace: Pace,
  environment: Readonly<Record<string, string>>,
): Connection => {
  const fn = functions.start(name, pace.timeout, environment);
  const { messages, window } = gather(pace);
  const mapping = mapQueue({
    sqs: aws.sqs,
    queueUrl: aws.queueUrl(queue),
    invoke: fn.invoke,
    batchSize: messages,
    window,
    concurrency: 1,
    ahead: queue === EVENTS ? aheadOf(visibility) : 0,
    ...(beforeAcknowledge && { beforeAcknowledge: () => beforeAcknowledge(queue) }),
  });
  // What is under way is finished first, so that nothing starts a function that was ended.
  return { stop: () => mapping.stop().then(fn.stop), kill: fn.stop };
};
