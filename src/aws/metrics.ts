import type { Reason } from "../event/reason.ts";

/** Where the project's metrics are in CloudWatch. */
const NAMESPACE = "jupyter-lms-translator";

/**
 * Counts what went into quarantine, by its reason, as metrics of CloudWatch in its embedded format: the function needs no
 * right and no request for it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const logQuarantined = (
  counts: Readonly<Partial<Record<Reason, number>>>,
  { write = (line: string): unknown => process.stdout.write(line), now = Date.now } = {},
): void => {
  for (const [reason, count] of Object.entries(counts)) {
    const metric = {
      _aws: {
        Timestamp: now(),
        CloudWatchMetrics: [
          {
            Namespace: NAMESPACE,
            Dimensions: [["FunctionName", "Reason"]],
            Metrics: [{ Name: "Quarantined", Unit: "Count" }],
          },
        ],
      },
      FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "local",
      Reason: reason,
      Quarantined: count,
    };
    // Past console, which would wrap it into a line of its own in which CloudWatch looks for no metrics.
    write(`${JSON.stringify(metric)}\n`);
  }
};
