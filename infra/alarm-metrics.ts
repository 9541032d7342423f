import { type Dimension, FUNCTION, type Metric, NAMESPACE } from "../src/metrics.ts";
import { DELIVERY_QUEUES, deliverTo, EVENTS_QUEUE, STAGE, short } from "./names.ts";

/** What AWS itself measures and alarms and dashboard show, by namespace: the dimension that tells things apart, and names. */
export const AWS_METRICS = {
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  "AWS/Lambda": { dimension: "FunctionName", metrics: ["Errors", "Throttles", "Duration", "Invocations"] },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  "AWS/SQS": {
    dimension: "QueueName",
    metrics: [
      "ApproximateAgeOfOldestMessage",
      "ApproximateNumberOfMessagesVisible",
      "ApproximateNumberOfMessagesNotVisible",
    ],
  },
  // HTTP APIs; REST APIs have others: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
  "AWS/ApiGateway": { dimension: "ApiId", metrics: ["Count", "4xx", "5xx"] },
} as const;

type Awss = typeof AWS_METRICS;

/** A metric of CloudWatch. */
export interface Measure {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly DimensionValue[];
}

interface DimensionValue {
  readonly name: string;
  /** Of what CloudFormation names, a reference. */
  readonly value: string | { readonly Ref: string };
}

/** What a function counts itself (src/metrics.ts); `lambda` is its name in AWS, `by` one value of a second dimension. */
export const counted = (
  metric: Metric,
  lambda: string,
  by?: { readonly dimension: Dimension; readonly value: string },
): Measure => ({
  namespace: NAMESPACE,
  name: metric,
  dimensions: [
    { name: FUNCTION, value: lambda },
    ...(by === undefined ? [] : [{ name: by.dimension, value: by.value }]),
  ],
});

const awsMeasure = <N extends keyof Awss>(
  namespace: N,
  name: Awss[N]["metrics"][number],
  value: DimensionValue["value"],
): Measure => ({ namespace, name, dimensions: [{ name: AWS_METRICS[namespace].dimension, value }] });

export const ofLambda = (name: Awss["AWS/Lambda"]["metrics"][number], lambda: string): Measure =>
  awsMeasure("AWS/Lambda", name, lambda);
export const ofQueue = (name: Awss["AWS/SQS"]["metrics"][number], queue: string): Measure =>
  awsMeasure("AWS/SQS", name, queue);
/** `api` is the logical id of an HTTP API. */
export const ofApi = (name: Awss["AWS/ApiGateway"]["metrics"][number], api: string): Measure =>
  awsMeasure("AWS/ApiGateway", name, { Ref: api });

/** A function's name in AWS. */
export const lambdaName = (functionName: string): string => `${STAGE}-${functionName}`;
/** The name in AWS of the function that delivers to an endpoint, which may be shorter than the endpoint's. */
export const delivererName = (endpoint: string): string => lambdaName(deliverTo(short(endpoint)));
export const deliveryQueueName = (endpoint: string): string => DELIVERY_QUEUES + endpoint;
export const deliveryDeadLetters = (endpoint: string): string =>
  `${DELIVERY_QUEUES}${short(endpoint)}-dead-letters`;
export const EVENTS_DEAD_LETTERS = `${EVENTS_QUEUE}-dead-letters`;
