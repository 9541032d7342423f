import type { AlarmPolicy, BusyHours } from "../src/alarms/policy.ts";
import type { Alarm } from "./alarm.ts";
import { counted, EVENTS_DEAD_LETTERS, lambdaName, ofLambda, ofQueue } from "./alarm-metrics.ts";
import { EVENTS_QUEUE, STAGE_NAME, TRANSLATE } from "./names.ts";

const MINUTES = 60;
const HOUR = 3600;
const translate = lambdaName(TRANSLATE);

/** The alarms of what comes in, until it is in the endpoints' queues. */
export const eventAlarms = ({ quarantined, busy }: AlarmPolicy): readonly Alarm[] => [
  // SQS's age leaves out what was received three times, and so what translate fails at: the next alarm tells of that.
  {
    name: "events-waiting",
    says: `Events are not translated in time: the oldest in the events queue of those that were tried twice at most has waited for more than 15 minutes. Nothing is lost for fourteen days. Either more comes than is translated, or nothing is taken from the queue at all; the log of the function translate shows which, aws logs tail /aws/lambda/${translate} --since 1h. Run: ./jlt doctor --stage ${STAGE_NAME}`,
    watches: { measure: ofQueue("ApproximateAgeOfOldestMessage", EVENTS_QUEUE), statistic: "Maximum" },
    limit: { above: 15 * MINUTES },
    period: 5 * MINUTES,
    points: 2,
    of: 2,
    missing: "notBreaching",
  },
  {
    name: "translate-errors",
    says: `The function translate has failed or given events back for a quarter of an hour. They come again up to five times, and are dead letters after that. Its log says why: aws logs tail /aws/lambda/${translate} --since 1h. Most often a secret cannot be read, the archive or a queue cannot be reached, or more comes than there is time for. Run: ./jlt doctor --stage ${STAGE_NAME}`,
    // What it gives back is no error to Lambda, all of a batch neither (src/measured.ts counts both as Returned).
    watches: {
      expression: "FILL(errors, 0) + FILL(returned, 0)",
      of: {
        errors: { measure: ofLambda("Errors", translate), statistic: "Sum" },
        returned: { measure: counted("Returned", translate), statistic: "Sum" },
      },
    },
    limit: { above: 0 },
    period: 5 * MINUTES,
    points: 3,
    of: 3,
    missing: "notBreaching",
  },
  {
    name: "events-quarantined",
    says: `More than ${percent(quarantined)} of an hour's events could not be accepted: they are in quarantine, as they came. The command tells why, and what to mend so that they can be taken in. Run: ./jlt quarantine --stage ${STAGE_NAME}`,
    watches: {
      expression: quarantineShare(FEWEST),
      // A function counts both at once, so that neither is there without the other.
      of: {
        quarantined: { measure: counted("Quarantined", translate), statistic: "Sum" },
        accepted: { measure: counted("Accepted", translate), statistic: "Sum" },
      },
    },
    limit: { above: quarantined },
    period: HOUR,
    points: 1,
    of: 1,
    missing: "notBreaching",
  },
  {
    name: "events-set-aside",
    says: `A mapping could not make statements of events, or one is too large: they are set aside, and the events are in the archive. Mend the mapping, deploy, and send them again. Run: ./jlt failures --stage ${STAGE_NAME}`,
    watches: { measure: counted("SetAside", translate), statistic: "Sum" },
    limit: { above: 0 },
    period: 5 * MINUTES,
    points: 1,
    of: 3,
    missing: "notBreaching",
  },
  {
    name: "events-dead-letters",
    says: `Messages are in the dead-letter queue of the events: the function translate tried them five times in vain. They are kept for fourteen days since they came, and are lost then. Mend what its log says, aws logs tail /aws/lambda/${translate} --since 1h, and put them back with SQS's redrive. How many there are: run ./jlt ledger --stage ${STAGE_NAME}`,
    watches: {
      measure: ofQueue("ApproximateNumberOfMessagesVisible", EVENTS_DEAD_LETTERS),
      statistic: "Maximum",
    },
    limit: { above: 0 },
    period: 5 * MINUTES,
    points: 1,
    of: 1,
    missing: "notBreaching",
  },
  ...(busy === undefined ? [] : [noEvents(busy)]),
];

/** So many quarantined events of an hour at least: a single one at night is 100 %, and can wait for somebody to look. */
const FEWEST = 5;

/** The share of events that were quarantined, or 0 where they were fewer than so many. */
const quarantineShare = (fewest: number): string =>
  `IF(quarantined >= ${fewest}, quarantined / (accepted + quarantined), 0)`;

/**
 * Rings where an hour that is wholly within busy hours had no event. It looks at five minutes at a time, each with its own
 * day and hour: an alarm's periods need not begin with the hours of the clock.
 * DAY is 1 on Mondays and 7 on Sundays, HOUR 0 to 23, both in UTC:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
const noEvents = (busy: BusyHours): Alarm => ({
  name: "events-missing",
  says: `No event came in for an hour in which there should be some, by alarms.busy in translator.yml. Is the hub running, and does it reach the queue or the address that events are posted to? On holidays this is as it should be. Run: ./jlt doctor --stage ${STAGE_NAME}`,
  watches: {
    expression: silence(busy),
    of: {
      accepted: { measure: counted("Accepted", translate), statistic: "Sum" },
      ready: { measure: ofQueue("ApproximateNumberOfMessagesVisible", EVENTS_QUEUE), statistic: "Maximum" },
    },
  },
  limit: { above: 0 },
  period: 5 * MINUTES,
  points: 12,
  of: 12,
  missing: "notBreaching",
});

/**
 * Without a probe and without events, `accepted` has no value at all, and AWS does not say what FILL makes of that. `ready`
 * always has one, as Lambda asks the queue all the time, and what has none is 0 in a sum with what has one: so the times
 * are those of `ready`, and zeros are there with FILL or without it.
 */
const silence = ({ days: [first, last], hours: [from, to] }: BusyHours): string => {
  const conditions = [
    `DAY(ready) >= ${first}`,
    `DAY(ready) <= ${last}`,
    `HOUR(ready) >= ${from}`,
    `HOUR(ready) < ${to}`,
    "FILL(accepted, 0) + 0 * ready == 0",
  ];
  return `IF(${conditions.map((each) => `(${each})`).join(" AND ")}, 1, 0)`;
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;
