import { type Dimension, FUNCTION, METRICS, type Measured, type Metric, NAMESPACE } from "../metrics.ts";

/**
 * Writes metrics of CloudWatch in its embedded format, a line each for the totals and for each value of a dimension: the
 * function needs no right and no request for them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const logMetrics = (
  { totals, parts = [] }: Measured,
  { write = (line: string): unknown => process.stdout.write(line), now = Date.now } = {},
): void => {
  const line = (
    values: Readonly<Partial<Record<Metric, number>>>,
    by: Readonly<Partial<Record<Dimension, string>>> = {},
  ): void => {
    const measured = Object.keys(values).filter((each): each is Metric => each in METRICS);
    if (measured.length === 0) return;
    const about = {
      Namespace: NAMESPACE,
      Dimensions: [[FUNCTION, ...Object.keys(by)]],
      Metrics: measured.map((name) => ({ Name: name, Unit: METRICS[name] })),
    };
    const text = JSON.stringify({
      _aws: { Timestamp: now(), CloudWatchMetrics: [about] },
      [FUNCTION]: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "local",
      ...by,
      ...values,
    });
    // Past console, which would wrap it into a line of its own in which CloudWatch looks for no metrics.
    write(`${text}\n`);
  };
  line(totals);
  for (const { metric, dimension, counts } of parts)
    for (const [value, count] of Object.entries(counts)) line({ [metric]: count }, { [dimension]: value });
};
