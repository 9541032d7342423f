import type { Endpoint } from "../src/endpoint/endpoint.ts";
import {
  BUCKET,
  DELIVERY_QUEUES,
  deliverTo,
  queueId,
  roleId,
  STAGE,
  STAGE_NAME,
  short,
  TRANSLATE,
} from "./names.ts";
import { deliverPace, type Pace, translatePace } from "./pace.ts";
import { getAtt, ref, sub, type Value } from "./template.ts";

/**
 * The functions that queues feed, as `serverless.yml` takes them; what they have in common stands there. `variables` has, by
 * an endpoint's name, what only its delivery needs.
 */
export const functions = (
  endpoints: readonly Endpoint[],
  variables: Readonly<Record<string, Readonly<Record<string, Value>>>> = {},
): Readonly<Record<string, Value>> => ({
  [TRANSLATE]: lambda({
    functionName: TRANSLATE,
    name: TRANSLATE,
    bundle: "translate",
    description: "Archives Jupyter events and translates them for the endpoints.",
    // A batch of events and what is made of them is in memory at once; more memory is more CPU as well.
    memory: 1024,
    ...fromQueue(TRANSLATE, translatePace),
    // The AWS SDK sends to a queue's URL. It is made from the name, so that the queues need no place in a variable.
    environment: { DELIVERY_QUEUES: urlOf(DELIVERY_QUEUES) },
  }),
  ...Object.fromEntries(
    endpoints.map((endpoint) => {
      const { name } = endpoint;
      const deliver = lambda({
        functionName: deliverTo(name),
        name: deliverTo(short(name)),
        bundle: "deliver",
        description: `Delivers to the endpoint ${name}.`,
        // It mostly waits for the endpoint.
        memory: 256,
        ...fromQueue(deliverTo(name), deliverPace(endpoint)),
        environment: {
          ENDPOINT: name,
          DELIVERY_QUEUE: urlOf(DELIVERY_QUEUES + name),
          ...variables[name],
        },
      });
      return [deliverTo(name), deliver];
    }),
  ),
});

const urlOf = (queue: string): Value =>
  sub(`https://sqs.\${AWS::Region}.\${AWS::URLSuffix}/\${AWS::AccountId}/${queue}`);

interface Lambda {
  readonly functionName: string;
  /** The end of its name in AWS. */
  readonly name: string;
  /** The folder of its bundle under dist/. */
  readonly bundle: string;
  readonly description: string;
  readonly memory: number;
  /** Seconds. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, Value>>;
  readonly events: readonly Value[];
}

/** A function, as serverless.yml takes it. */
export const lambda = (each: Lambda): Value => ({
  name: `${STAGE}-${each.name}`,
  description: each.description,
  handler: `dist/${each.bundle}/index.handler`,
  package: { patterns: ["!**", `dist/${each.bundle}/index.cjs`] },
  role: roleId(each.functionName),
  memorySize: each.memory,
  timeout: each.timeout,
  environment: { STAGE: STAGE_NAME, ARCHIVE_BUCKET: ref(BUCKET), ...each.environment },
  events: each.events,
});

/** What feeds a function from its queue, and how long it may take. */
const fromQueue = (functionName: string, pace: Pace): Pick<Lambda, "timeout" | "events"> => ({
  timeout: pace.timeout,
  events: [
    {
      sqs: {
        arn: getAtt(queueId(functionName), "Arn"),
        batchSize: pace.messages,
        maximumBatchingWindow: pace.window,
        maximumConcurrency: pace.concurrency,
        functionResponseType: "ReportBatchItemFailures",
      },
    },
  ],
});
