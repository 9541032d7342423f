import type { Endpoint } from "../src/endpoint/endpoint.ts";
import type { Settings } from "../src/settings.ts";
import { type Alarm, inParts, sumOf } from "./alarm.ts";
import { counted, delivererName, lambdaName, ofApi, ofLambda } from "./alarm-metrics.ts";
import { hasIngest, INGEST_API } from "./ingest.ts";
import { AUDIT, COMPACT, CONSENT, deliverTo, INGEST, PROBE, STAGE_NAME, TRANSLATE } from "./names.ts";
import { hasPage, PAGE_API } from "./page.ts";
import { hasProbe } from "./probe.ts";

const MINUTES = 60;
const HOUR = 3600;

/** The functions that nobody's queue feeds: what runs by the clock, and what answers requests. */
export const otherFunctions = (settings: Settings): readonly string[] => [
  COMPACT,
  AUDIT,
  ...(hasProbe(settings) ? [PROBE] : []),
  ...(hasPage(settings) ? [CONSENT] : []),
  ...(hasIngest(settings) ? [INGEST] : []),
];

/** Those that requests over HTTPS reach: how many come at once is for others to say. */
const ASKED: readonly string[] = [PROBE, CONSENT, INGEST];

/** The alarms of the functions as such, of what runs each night, and of the addresses that answer over HTTPS. */
export const functionAlarms = (
  settings: Settings,
  endpoints: readonly Pick<Endpoint, "name">[],
): readonly Alarm[] => {
  const others = otherFunctions(settings);
  const asked = others.filter((name) => ASKED.includes(name));
  const working = [
    ...[TRANSLATE, ...others.filter((name) => !ASKED.includes(name))].map((name) => ({
      name,
      lambda: lambdaName(name),
    })),
    ...endpoints.map(({ name }) => ({ name: deliverTo(name), lambda: delivererName(name) })),
  ];
  return [
    {
      name: "functions-errors",
      says: `A function failed: one of ${others.join(", ")}; the dashboard shows which. Its log says why: aws logs tail /aws/lambda/${lambdaName("FUNCTION")} --since 1h. Run: ./jlt doctor --stage ${STAGE_NAME}`,
      watches: sumOf(
        others.map((each) => ofLambda("Errors", lambdaName(each))),
        "Sum",
      ),
      limit: { above: 0 },
      period: 5 * MINUTES,
      points: 1,
      of: 3,
      missing: "notBreaching",
    },
    ...inParts(working).map(({ number, part }) => throttles(number, part)),
    ...(asked.length > 0 ? [flooded(asked)] : []),
    ...nightly,
    ...(hasProbe(settings) ? probe : []),
    ...(hasIngest(settings)
      ? [
          failing(
            "ingest",
            INGEST_API,
            "Events that are posted are not taken: the address answers with errors (5xx). Senders are told to come again, and most do for a while only",
          ),
        ]
      : []),
    ...(hasPage(settings)
      ? [failing("page", PAGE_API, "The learners' own page answers with errors (5xx)")]
      : []),
  ];
};

/** Queues are tried again by themselves, so a burst is nothing; a quarter of an hour is a limit that is too low. */
const throttles = (
  number: number,
  functions: readonly { readonly name: string; readonly lambda: string }[],
): Alarm => ({
  name: `throttles-${number}`,
  says: `AWS had no room for a function for a quarter of an hour: one of ${functions.map(({ name }) => name).join(", ")}; the dashboard shows which. Messages wait in their queues. The account's concurrency is used up: have the account's quota raised (docs/deploy.md). Run: ./jlt doctor --stage ${STAGE_NAME}`,
  ...throttled(functions.map(({ lambda }) => lambda)),
});

/** Each has a part of the account's concurrency of its own, so that this needs no more of the account's. */
const flooded = (functions: readonly string[]): Alarm => ({
  name: "requests-throttled",
  says: `For a quarter of an hour more requests came at once than are answered, by one of ${functions.join(", ")}; the dashboard shows which. Those above it are told to come again. Either there are more learners than its limits were made for (infra/ has them: docs/ingest.md, docs/learners.md), or somebody floods it. Nothing else is held up by it. Run: ./jlt doctor --stage ${STAGE_NAME}`,
  ...throttled(functions.map(lambdaName)),
});

const throttled = (lambdas: readonly string[]): Omit<Alarm, "name" | "says"> => ({
  watches: sumOf(
    lambdas.map((lambda) => ofLambda("Throttles", lambda)),
    "Sum",
  ),
  limit: { above: 0 },
  period: 5 * MINUTES,
  points: 3,
  of: 3,
  missing: "notBreaching",
});

const failing = (name: "ingest" | "page", api: string, meaning: string): Alarm => ({
  name: `${name}-failing`,
  says: `${meaning}. Most often a secret cannot be read, or too many came at once. The log of its function says why: aws logs tail /aws/lambda/${lambdaName(name === "page" ? CONSENT : INGEST)} --since 1h. Run: ./jlt doctor --stage ${STAGE_NAME}`,
  watches: { measure: ofApi("5xx", api), statistic: "Sum" },
  limit: { above: 0 },
  period: 5 * MINUTES,
  points: 2,
  of: 3,
  missing: "notBreaching",
});

/** How often a function told of its run, where none counts as 0. */
const runsOf = (metric: Parameters<typeof counted>[0], functionName: string) =>
  sumOf([counted(metric, lambdaName(functionName))], "SampleCount");

/** What runs once a day rings for the day, and falls silent a day after the last run that was wrong. */
const nightly: readonly Alarm[] = [
  {
    name: "ledger-unbalanced",
    says: `The ledger does not balance: something that came in is neither delivered nor filtered, set aside or waiting, or messages are dead letters, or objects of the archive are damaged. The log of the function audit has each fault in a sentence; this says them anew. Run: ./jlt ledger --stage ${STAGE_NAME}`,
    watches: {
      // A function counts both at once, so that neither is there without the other.
      expression: "faults + troubles",
      of: {
        faults: { measure: counted("Faults", lambdaName(AUDIT)), statistic: "Maximum" },
        troubles: { measure: counted("Troubles", lambdaName(AUDIT)), statistic: "Maximum" },
      },
    },
    limit: { above: 0 },
    period: HOUR,
    points: 1,
    of: 24,
    missing: "notBreaching",
  },
  {
    name: "ledger-not-audited",
    says: `The ledger was not drawn up for more than 26 hours, so nobody knows whether anything was lost: the morning's run did not begin, was killed, or had no time for so large a day. Look at the function's log, aws logs tail /aws/lambda/${lambdaName(AUDIT)} --since 2d, and draw it up yourself. Run: ./jlt ledger --stage ${STAGE_NAME}`,
    watches: runsOf("Faults", AUDIT),
    limit: { below: 1 },
    period: HOUR,
    points: 26,
    of: 26,
    missing: "breaching",
  },
  {
    name: "tables-failed",
    says: `A day of the archive could not be put into tables, or objects of it could not be read. Nothing is lost: such a day stays as it was, and each night tries again. The command tells the day and why. Run: ./jlt compact --stage ${STAGE_NAME}`,
    watches: {
      // A function counts both at once, so that neither is there without the other.
      expression: "failed + troubles",
      of: {
        failed: { measure: counted("FailedDays", lambdaName(COMPACT)), statistic: "Sum" },
        troubles: { measure: counted("Troubles", lambdaName(COMPACT)), statistic: "Sum" },
      },
    },
    limit: { above: 0 },
    period: HOUR,
    points: 1,
    of: 24,
    missing: "notBreaching",
  },
  {
    name: "tables-not-made",
    says: `The archive's tables were not made for more than 26 hours: the night's run did not begin, or was killed. Nothing is lost, but reading the archive takes longer each day. Look at aws logs tail /aws/lambda/${lambdaName(COMPACT)} --since 2d, and make them yourself. Run: ./jlt compact --stage ${STAGE_NAME}`,
    watches: runsOf("CompactedDays", COMPACT),
    limit: { below: 1 },
    period: HOUR,
    points: 26,
    of: 26,
    missing: "breaching",
  },
];

const probe: readonly Alarm[] = [
  {
    name: "probe-missing",
    says: `No test event has come through for 20 minutes: somewhere between the events queue and the delivery everything may stand still. Nothing is lost for thirteen days. Look at what else rings; the dashboard shows how far events come. Run: ./jlt doctor --stage ${STAGE_NAME}`,
    watches: runsOf("ProbeTime", PROBE),
    limit: { below: 1 },
    period: 5 * MINUTES,
    points: 4,
    of: 4,
    missing: "breaching",
  },
  {
    name: "probe-slow",
    says: `Test events have taken more than 5 minutes through the whole way for half an hour, so learners' events take as long: more comes in than is translated. The dashboard shows where it waits. Run: ./jlt doctor --stage ${STAGE_NAME}`,
    watches: { measure: counted("ProbeTime", lambdaName(PROBE)), statistic: "p90" },
    limit: { above: 5 * MINUTES * 1000 },
    period: 5 * MINUTES,
    points: 6,
    of: 6,
    missing: "notBreaching",
  },
];
