import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { BUCKET, DELIVERY_QUEUES, deliverTo, queueId, roleId, STAGE, short, TRANSLATE } from "./names.ts";
import { deliverPace, type Pace, translatePace } from "./pace.ts";
import { getAtt, ref, sub, type Value } from "./template.ts";

/** The functions, as `serverless.yml` takes them; what they have in common stands there. */
export const functions = (endpoints: readonly Endpoint[]): Readonly<Record<string, Value>> => ({
  [TRANSLATE]: lambda({
    functionName: TRANSLATE,
    name: TRANSLATE,
    bundle: "translate",
    description: "Archives Jupyter events and translates them for the endpoints.",
    // A batch of events and what is made of them is in memory at once; more memory is more CPU as well.
    memory: 1024,
    pace: translatePace,
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
        pace: deliverPace(endpoint),
        environment: { ENDPOINT: name, DELIVERY_QUEUE: urlOf(DELIVERY_QUEUES + name) },
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
  readonly pace: Pace;
  readonly environment: Readonly<Record<string, Value>>;
}

const lambda = ({ functionName, name, bundle, description, memory, pace, environment }: Lambda): Value => ({
  name: `${STAGE}-${name}`,
  description,
  handler: `dist/${bundle}/index.handler`,
  package: { patterns: ["!**", `dist/${bundle}/index.cjs`] },
  role: roleId(functionName),
  memorySize: memory,
  timeout: pace.timeout,
  environment: { ARCHIVE_BUCKET: ref(BUCKET), ...environment },
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
