import type { Measure } from "./alarm-metrics.ts";
import { logicalId, STAGE } from "./names.ts";
import { type Resource, ref, type Value } from "./template.ts";
import { TOPIC } from "./topic.ts";

/** An alarm: what is looked at, when it rings, and what whoever is told should know and do. */
export interface Alarm {
  /** The end of its name in AWS, in small letters, digits and hyphens. */
  readonly name: string;
  /** What it means, and the command to run: at most 1,024 characters. */
  readonly says: string;
  readonly watches: Watched | Computed;
  /** It rings above it, or below it. */
  readonly limit: { readonly above: number } | { readonly below: number };
  /** Seconds of one data point. */
  readonly period: number;
  /** How many of how many data points must be beyond the limit. */
  readonly points: number;
  readonly of: number;
  /** What it takes for true where there is no data point: fine, not fine. */
  readonly missing: "notBreaching" | "breaching";
}

export interface Watched {
  readonly measure: Measure;
  readonly statistic: Statistic;
}

/** Metric math over at most ten metrics, by the names that they have in the expression. */
export interface Computed {
  readonly expression: string;
  readonly of: Readonly<Record<string, Watched>>;
}

export type Statistic = "Sum" | "Maximum" | "SampleCount" | `p${number}`;

export const alarmName = ({ name }: Alarm): string => `${STAGE}-${name}`;
export const alarmId = ({ name }: Alarm): string => `${logicalId(name)}Alarm`;

/** The alarm as CloudFormation makes it; it tells the topic when it rings and when it falls silent. */
export const alarmResource = (alarm: Alarm): Resource => {
  const { says, watches, limit, period, points, of, missing } = alarm;
  return {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmName: alarmName(alarm),
      AlarmDescription: says,
      ...("measure" in watches ? single(watches, period) : { Metrics: computed(watches, period) }),
      ComparisonOperator: "above" in limit ? "GreaterThanThreshold" : "LessThanThreshold",
      Threshold: "above" in limit ? limit.above : limit.below,
      EvaluationPeriods: of,
      DatapointsToAlarm: points,
      TreatMissingData: missing,
      AlarmActions: [ref(TOPIC)],
      OKActions: [ref(TOPIC)],
    },
  };
};

const single = ({ measure, statistic }: Watched, period: number): Readonly<Record<string, Value>> => ({
  ...metricOf(measure),
  Period: period,
  [statistic.startsWith("p") ? "ExtendedStatistic" : "Statistic"]: statistic,
});

const computed = ({ expression, of }: Computed, period: number): readonly Value[] => [
  { Id: "result", Expression: expression, ReturnData: true },
  ...Object.entries(of).map(([id, { measure, statistic }]) => ({
    Id: id,
    MetricStat: { Metric: metricOf(measure), Period: period, Stat: statistic },
    ReturnData: false,
  })),
];

const metricOf = ({ namespace, name, dimensions }: Measure): Readonly<Record<string, Value>> => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: dimensions.map((each) => ({ Name: each.name, Value: each.value })),
});

/** The most metrics that an alarm may compute with: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
const MOST = 10;

/** Parts that one alarm can add up, numbered from 1, where it looks at so many metrics of each thing. */
export const inParts = <T>(
  all: readonly T[],
  metricsOfEach = 1,
): readonly { readonly number: number; readonly part: readonly T[] }[] => {
  const size = Math.floor(MOST / metricsOfEach);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => ({
    number: at + 1,
    part: all.slice(at * size, (at + 1) * size),
  }));
};

/** The sum of metrics, where one that has no data point counts as 0. */
export const sumOf = (measures: readonly Measure[], statistic: Statistic): Computed => ({
  expression: measures.map((_, at) => `FILL(m${at}, 0)`).join(" + "),
  of: Object.fromEntries(measures.map((measure, at) => [`m${at}`, { measure, statistic }])),
});

/** A time in words: "6 hours". */
export const inWords = (milliseconds: number): string => {
  const [unit, length] = UNITS.find(([, each]) => milliseconds % each === 0) ?? ["second", 1000];
  const count = Math.round(milliseconds / length);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
};

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;
