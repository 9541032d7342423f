import type { AlarmPolicy } from "../src/alarms/policy.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { PROBE_ENDPOINT } from "../src/probe/endpoint.ts";
import { type Alarm, inParts, inWords, sumOf } from "./alarm.ts";
import {
  counted,
  delivererName,
  deliveryDeadLetters,
  deliveryQueueName,
  lambdaName,
  type Measure,
  ofLambda,
  ofQueue,
} from "./alarm-metrics.ts";
import { deliverTo, STAGE_NAME } from "./names.ts";

/**
 * The alarms of each endpoint. What an alarm can say of several at once, and the command then tells of which, is one alarm
 * for as many as it can watch: CloudFormation has room for 500 resources. The probe's own endpoint is watched as a whole,
 * by the probe's alarms.
 */
export const endpointAlarms = (
  policy: AlarmPolicy,
  endpoints: readonly Pick<Endpoint, "name">[],
): readonly Alarm[] => {
  const names = endpoints.map(({ name }) => name);
  const learning = names.filter((name) => name !== PROBE_ENDPOINT);
  return [
    ...learning.flatMap((name) => [waits(name, policy), setAside(name), setup(name)]),
    ...inParts(learning).map(({ number, part }) => deadLetters(number, part)),
    ...inParts(names, failuresOf("").length).map(({ number, part }) => errors(number, part)),
  ];
};

const MINUTES = 60;

/**
 * By what each batch tells of its oldest statement, taken or not: SQS's age of the oldest message leaves out what was
 * received three times
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 * That age, in seconds, is watched besides, for what nobody receives. What waits is hidden for an hour at most, so that in
 * 90 minutes at least one try tells of it again. Either may have no value at all: a sum of two takes that for 0.
 */
const waits = (endpoint: string, { waiting }: AlarmPolicy): Alarm => ({
  name: `deliver-${endpoint}-waiting`,
  says: `Statements have waited for ${endpoint} for more than ${inWords(waiting)}: it takes none, or fails at some, or more comes in than goes out, or nothing is taken from its queue, or it takes what has waited before. Nothing is lost for thirteen days; what waits goes by itself once the endpoint takes it, and this falls silent 90 minutes after the last that was so old. The command tells which; where it finds nothing wrong, see whether the trigger of its function is enabled. Run: ./jlt doctor ${endpoint} --stage ${STAGE_NAME}`,
  watches: {
    expression: `(FILL(tried, 0) > ${waiting}) + (FILL(untried, 0) > ${waiting / 1000})`,
    of: {
      tried: { measure: counted("OldestWait", delivererName(endpoint)), statistic: "Maximum" },
      untried: {
        measure: ofQueue("ApproximateAgeOfOldestMessage", deliveryQueueName(endpoint)),
        statistic: "Maximum",
      },
    },
  },
  limit: { above: 0 },
  period: 5 * MINUTES,
  points: 1,
  of: 18,
  missing: "notBreaching",
});

/** At once, and silent after a quarter of an hour without more: they lie under failed/ for weeks, and do not grow older. */
const setAside = (endpoint: string): Alarm => ({
  name: `deliver-${endpoint}-set-aside`,
  says: `${endpoint} refused statements, and they are set aside: they are in the archive, and are sent again only when you say so. The command tells why, and what to mend first. Run: ./jlt failures --endpoint ${endpoint} --stage ${STAGE_NAME}`,
  watches: { measure: counted("SetAside", delivererName(endpoint)), statistic: "Sum" },
  limit: { above: 0 },
  period: 5 * MINUTES,
  points: 1,
  of: 3,
  missing: "notBreaching",
});

/** At once; where all that waits is hidden for an hour, the next try tells it again, so it is silent after a bit more. */
const setup = (endpoint: string): Alarm => {
  const lambda = delivererName(endpoint);
  const why = (value: "setup" | "version") => counted("Waiting", lambda, { dimension: "Why", value });
  return {
    name: `deliver-${endpoint}-setup`,
    says: `${endpoint} needs you: its address, certificate, secret or version is not right, so statements wait. Nothing is lost for thirteen days, and what waits goes by itself once it is mended. Run: ./jlt doctor ${endpoint} --stage ${STAGE_NAME}`,
    watches: sumOf([why("setup"), why("version")], "Sum"),
    limit: { above: 0 },
    period: 5 * MINUTES,
    points: 1,
    of: 15,
    missing: "notBreaching",
  };
};

const deadLetters = (number: number, endpoints: readonly string[]): Alarm => ({
  name: `deliveries-dead-letters-${number}`,
  says: `Messages are in a dead-letter queue: no function could read them. It is one of ${list(endpoints)}. Their statements are in the archive, and are lost to the endpoint only after fourteen days. The command tells which queue it is and what to do. Run: ./jlt ledger --stage ${STAGE_NAME}`,
  watches: sumOf(
    endpoints.map((each) => ofQueue("ApproximateNumberOfMessagesVisible", deliveryDeadLetters(each))),
    "Maximum",
  ),
  limit: { above: 0 },
  period: 5 * MINUTES,
  points: 1,
  of: 1,
  missing: "notBreaching",
});

/** A batch of which all comes again, as the archive or a secret cannot be had, is no error to Lambda. */
const failuresOf = (endpoint: string): readonly Measure[] => [
  ofLambda("Errors", delivererName(endpoint)),
  counted("FailedBatches", delivererName(endpoint)),
];

/**
 * A single failure is SQS or S3 having been away for a moment: what was in it comes again. A function that is killed has its
 * batch again after up to 95 minutes (infra/pace.ts), what cannot be archived after an hour at most: so many periods hold
 * two tries of either.
 */
const errors = (number: number, endpoints: readonly string[]): Alarm => ({
  name: `deliveries-errors-${number}`,
  says: `A function that delivers fails again and again, or cannot deliver any of what it is given as the archive or a secret cannot be had: that of one of ${list(endpoints)}; the dashboard shows which. What it had comes again. Its log says why: aws logs tail /aws/lambda/${lambdaName(deliverTo("ENDPOINT"))} --since 1h. Run: ./jlt doctor --stage ${STAGE_NAME}`,
  watches: sumOf(endpoints.flatMap(failuresOf), "Sum"),
  limit: { above: 0 },
  period: 5 * MINUTES,
  points: 2,
  of: 39,
  missing: "notBreaching",
});

const list = (names: readonly string[]): string => names.join(", ");
