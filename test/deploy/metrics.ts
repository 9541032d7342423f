/** What functions log in CloudWatch's embedded format, and what alarms watch, so that one can be held against the other. */
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { type Json, ofType, type Template } from "../package/support.ts";
import type { Stack } from "./stack.ts";

/** A metric of CloudWatch, which is told from others by all of these. */
export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A metric on one line. */
export const written = ({ namespace, name, dimensions }: WatchedMetric): string =>
  [
    `${namespace} ${name}`,
    ...Object.entries(dimensions)
      .map(([dimension, value]) => `${dimension}=${value}`)
      .sort(),
  ].join(" ");

/**
 * What CloudWatch would find in a function's log, with the values
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export const metricsIn = (
  lines: readonly JsonObject[],
): readonly (WatchedMetric & { readonly value: number })[] =>
  lines.flatMap((line) => {
    const directives = isObject(line._aws) ? line._aws.CloudWatchMetrics : undefined;
    return objectsIn(directives).flatMap(({ Namespace, Dimensions, Metrics }) =>
      [Dimensions].flat().flatMap((set) => {
        const dimensions = Object.fromEntries(
          [set].flat().map((each) => [String(each), String(line[String(each)])]),
        );
        return objectsIn(Metrics).map(({ Name }) => ({
          namespace: String(Namespace),
          name: String(Name),
          dimensions,
          value: Number(line[String(Name)]),
        }));
      }),
    );
  });

const objectsIn = (value: unknown): readonly JsonObject[] => [value].flat().filter(isObject);

/** By the name of each alarm in the template, the metrics that it watches as they are in the stack. */
export const watchedBy = (template: Template, stack: Stack): ReadonlyMap<string, readonly WatchedMetric[]> =>
  new Map(
    ofType(template, "AWS::CloudWatch::Alarm").map(([id, { Properties }]) => [
      id,
      metricsOf(Properties, stack),
    ]),
  );

/** An alarm watches one metric, or several among its `Metrics`. */
const metricsOf = (value: Json, stack: Stack): readonly WatchedMetric[] => {
  if (Array.isArray(value)) return value.flatMap((each) => metricsOf(each, stack));
  if (!isObject(value)) return [];
  const { MetricName, Namespace, Dimensions } = value;
  if (typeof MetricName !== "string")
    return Object.values(value).flatMap((each) => metricsOf(each as Json, stack));
  return [
    {
      namespace: String(Namespace),
      name: MetricName,
      dimensions: Object.fromEntries(
        objectsIn(Dimensions).map(({ Name, Value }) => [String(Name), resolved(Value, stack)]),
      ),
    },
  ];
};

/** A value of the template, with the name that the stack gave what it refers to. */
const resolved = (value: unknown, { resources }: Stack): string => {
  const { Ref, "Fn::GetAtt": attribute } = isObject(value) ? value : {};
  const id = Array.isArray(attribute) ? attribute[0] : Ref;
  return id === undefined ? String(value) : (resources.get(String(id))?.name ?? "nothing in the stack");
};
