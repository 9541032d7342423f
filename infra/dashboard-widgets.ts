import { type Dimension, FUNCTION, type Metric, NAMESPACE } from "../src/metrics.ts";
import type { Measure } from "./alarm-metrics.ts";
import type { Value } from "./template.ts";

/**
 * Widgets of a dashboard, as CloudWatch takes them:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export interface Widget {
  readonly type: "metric" | "text" | "alarm";
  readonly height: number;
  readonly properties: Readonly<Record<string, Value>>;
}

/** The grid's columns. */
const WIDTH = 24;
/** Seconds of one point in a graph. */
const PERIOD = 300;

export const text = (height: number, markdown: string): Widget => ({
  type: "text",
  height,
  properties: { markdown },
});

/** A line of a graph. */
export type Line = readonly Value[];

export const line = (
  { namespace, name, dimensions }: Measure,
  label: string,
  stat: string,
  more: Readonly<Record<string, Value>> = {},
): Line => [
  namespace,
  name,
  ...dimensions.flatMap((each) => [
    each.name,
    typeof each.value === "string" ? each.value : `\${${each.value.Ref}}`,
  ]),
  { label, stat, ...more },
];

/** Lines for each value of a dimension that there ever is: those of an alarm are written out, a graph may search. */
export const lines = (metric: Metric, lambda: string, dimension: Dimension): Line => {
  const schema = `{"${NAMESPACE}",${FUNCTION},${dimension}}`;
  return [
    {
      expression: `SEARCH('${schema} MetricName="${metric}" ${FUNCTION}="${lambda}"', 'Sum', ${PERIOD})`,
      // CloudFormation's way to write the dollar of CloudWatch's own variable.
      label: `\${!PROP('Dim.${dimension}')}`,
    },
  ];
};

/** `stacked` where the lines are parts of a whole; lines with `yAxis: right` are on the scale `right`. */
export const graph = (
  title: string,
  metrics: readonly Line[],
  { left = "", right = "", stacked = false } = {},
): Widget => ({
  type: "metric",
  height: 6,
  properties: {
    title,
    metrics,
    view: "timeSeries",
    stacked,
    period: PERIOD,
    region: "${AWS::Region}",
    yAxis: {
      left: { min: 0, label: left, showUnits: false },
      right: { min: 0, label: right, showUnits: false },
    },
  },
});

/** How alarms are: a field for each. A widget takes a hundred. */
export const alarmStates = (title: string, names: readonly string[]): readonly Widget[] =>
  Array.from({ length: Math.ceil(names.length / MOST_ALARMS) }, (_, at) => {
    const shown = names.slice(at * MOST_ALARMS, (at + 1) * MOST_ALARMS);
    return {
      type: "alarm",
      height: Math.max(2, Math.ceil(shown.length / 4) + 1),
      properties: {
        title,
        alarms: shown.map(
          (name) => `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}`,
        ),
      },
    };
  });

const MOST_ALARMS = 100;

/** Rows of widgets from the top of the dashboard downwards; those of a row share its width. */
export const placed = (rows: readonly (readonly Widget[])[]): readonly Value[] => {
  let top = 0;
  return rows.flatMap((row) => {
    const width = Math.floor(WIDTH / row.length);
    const y = top;
    top += Math.max(0, ...row.map(({ height }) => height));
    return row.map((widget, at) => ({ ...widget, x: at * width, y, width }));
  });
};
