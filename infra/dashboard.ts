import { PROBE_ENDPOINT } from "../src/probe/endpoint.ts";
import type { Site } from "../src/site.ts";
import { alarmName } from "./alarm.ts";
import { otherFunctions } from "./alarm-functions.ts";
import {
  counted,
  delivererName,
  deliveryQueueName,
  lambdaName,
  ofApi,
  ofLambda,
  ofQueue,
} from "./alarm-metrics.ts";
import { alarmsOf } from "./alarms.ts";
import {
  alarmStates,
  graph,
  type Line,
  line,
  lines,
  placed,
  text,
  type Widget,
} from "./dashboard-widgets.ts";
import { hasIngest, INGEST_API } from "./ingest.ts";
import { AUDIT, COMPACT, EVENTS_QUEUE, INGEST, PROBE, STAGE, STAGE_NAME, TRANSLATE } from "./names.ts";
import { hasProbe } from "./probe.ts";
import { type Resources, sub, type Value } from "./template.ts";

const DASHBOARD = "Dashboard";

/** Where people look at it. */
export const DASHBOARD_URL: Value = sub(
  `https://\${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=\${AWS::Region}#dashboards/dashboard/${STAGE}`,
);

type Shown = Pick<Site, "settings" | "endpoints">;

/**
 * The dashboard of a stage: the way of an event from left to right, then a row for each endpoint, then the functions and
 * the alarms.
 */
export const dashboard = (site: Shown): Resources => ({
  [DASHBOARD]: {
    Type: "AWS::CloudWatch::Dashboard",
    Properties: {
      DashboardName: STAGE,
      DashboardBody: sub(JSON.stringify({ widgets: placed(rowsOf(site)) })),
    },
  },
});

const rowsOf = (site: Shown): readonly (readonly Widget[])[] => [
  [text(3, INTRODUCTION)],
  ["1. Events come in", "2. They are translated", "3. They are archived", "4. They are delivered"].map(
    (each) => text(1, `**${each}**`),
  ),
  ...way(site),
  ...site.endpoints
    .filter(({ name }) => name !== PROBE_ENDPOINT)
    .flatMap(({ name }) => [
      [text(1, `**${name}** – \`./jlt doctor ${name} --stage ${STAGE_NAME}\``)],
      endpointRow(name),
    ]),
  functionRow(site),
  ...alarmStates(
    "Alarms",
    alarmsOf(site).map((alarm) => alarmName(alarm)),
  ).map((each) => [each]),
];

const INTRODUCTION = `# ${STAGE}
Does it work: \`./jlt doctor --stage ${STAGE_NAME}\`. Is anything lost: \`./jlt ledger --stage ${STAGE_NAME}\`. What is set aside: \`./jlt failures --stage ${STAGE_NAME}\`. What could not be accepted: \`./jlt quarantine --stage ${STAGE_NAME}\`. What each alarm means and what to do is in docs/alarms.md.`;

const translate = lambdaName(TRANSLATE);

/** Two rows; in both, what comes first is on the left. */
const way = ({ settings, endpoints }: Shown): readonly (readonly Widget[])[] => [
  [
    // SQS's age leaves out what was received three times.
    queueGraph(
      "Events queue",
      EVENTS_QUEUE,
      line(
        ofQueue("ApproximateAgeOfOldestMessage", EVENTS_QUEUE),
        "oldest, tried twice at most",
        "Maximum",
        RIGHT,
      ),
      "seconds",
    ),
    graph("Translated", [
      line(counted("Messages", translate), "messages", "Sum"),
      line(counted("Accepted", translate), "accepted events", "Sum"),
      line(counted("Withheld", translate), "withheld, as learners wish", "Sum"),
      line(counted("Probes", translate), "test events", "Sum"),
      line(counted("Statements", translate), "statements made", "Sum"),
      line(counted("Returned", translate), "messages given back", "Sum"),
    ]),
    graph("Tables of finished days", [
      line(counted("CompactedDays", lambdaName(COMPACT)), "days done", "Sum"),
      line(counted("FailedDays", lambdaName(COMPACT)), "days failed", "Sum"),
      line(counted("Troubles", lambdaName(COMPACT)), "objects that could not be read", "Sum"),
    ]),
    byEndpoint("Delivered", endpoints),
  ],
  [
    hasIngest(settings)
      ? graph("Posted events", [
          line(counted("Taken", lambdaName(INGEST)), "events taken", "Sum"),
          line(counted("Refused", lambdaName(INGEST)), "requests refused", "Sum"),
          line(ofApi("4xx", INGEST_API), "answered 4xx", "Sum"),
          line(ofApi("5xx", INGEST_API), "answered 5xx", "Sum"),
        ])
      : text(6, "Events are not posted here: `ingest.https` in translator.yml is not on."),
    graph("Quarantined, by reason", [lines("Quarantined", translate, "Reason")], {
      stacked: true,
      left: "events",
    }),
    graph("Faults of the ledger", [line(counted("Faults", lambdaName(AUDIT)), "faults", "Maximum")]),
    byEndpoint("Waiting", endpoints),
  ],
];

/** CloudWatch takes no graph without a line. */
const byEndpoint = (metric: "Delivered" | "Waiting", endpoints: Shown["endpoints"]): Widget =>
  endpoints.length === 0
    ? text(6, `**${metric}**: there are no endpoints yet. Each file in \`endpoints/\` makes one.`)
    : graph(
        metric,
        endpoints.map(({ name }) => line(counted(metric, delivererName(name)), name, "Sum")),
        { left: "statements" },
      );

const endpointRow = (endpoint: string): readonly Widget[] => {
  const lambda = delivererName(endpoint);
  return [
    queueGraph(
      "Its queue",
      deliveryQueueName(endpoint),
      line(counted("OldestWait", lambda), "oldest statement of a batch", "Maximum", RIGHT),
      "milliseconds",
    ),
    graph("Delivered", [line(counted("Delivered", lambda), "statements", "Sum")]),
    graph("Waiting, by why", [lines("Waiting", lambda, "Why")], { stacked: true, left: "statements" }),
    graph("Set aside, by reason", [lines("SetAside", lambda, "Reason")], {
      stacked: true,
      left: "statements",
    }),
  ];
};

/** `oldest` tells how old what waits is, in the unit `unit`. */
const queueGraph = (title: string, queue: string, oldest: Line, unit: string): Widget =>
  graph(
    title,
    [
      line(ofQueue("ApproximateNumberOfMessagesVisible", queue), "messages ready", "Maximum"),
      line(ofQueue("ApproximateNumberOfMessagesNotVisible", queue), "messages hidden or in work", "Maximum"),
      oldest,
    ],
    { left: "messages", right: unit },
  );

const RIGHT = { yAxis: "right" };

/** What AWS tells of the functions, and how long a test event takes. */
const functionRow = ({ settings, endpoints }: Shown): readonly Widget[] => {
  const lambdas = [
    ...[TRANSLATE, ...otherFunctions(settings)].map((name) => ({ name, lambda: lambdaName(name) })),
    ...endpoints.map(({ name }) => ({ name, lambda: delivererName(name) })),
  ];
  const each = (metric: Parameters<typeof ofLambda>[0], stat: string): readonly Line[] =>
    lambdas.map(({ name, lambda }) => line(ofLambda(metric, lambda), name, stat));
  return [
    ...(hasProbe(settings)
      ? [
          graph(
            "Time of a test event",
            [line(counted("ProbeTime", lambdaName(PROBE)), "from the events queue to the end", "p90")],
            { left: "milliseconds" },
          ),
        ]
      : []),
    graph("Errors of functions", [...each("Errors", "Sum"), ...failedBatches(endpoints)]),
    graph("Functions for which there was no room", each("Throttles", "Sum")),
    graph("Time of functions", each("Duration", "p90"), { left: "milliseconds" }),
  ];
};

/** To Lambda these are no errors: it is told of each message that comes again. */
const failedBatches = (endpoints: Shown["endpoints"]): readonly Line[] =>
  [
    { name: TRANSLATE, lambda: translate },
    ...endpoints.map(({ name }) => ({ name, lambda: delivererName(name) })),
  ].map(({ name, lambda }) => line(counted("FailedBatches", lambda), `${name}: batches`, "Sum"));
