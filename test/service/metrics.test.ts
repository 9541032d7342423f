import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { logMetrics } from "../../src/aws/metrics.ts";
import { METRICS, type Measured } from "../../src/metrics.ts";

interface Line {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

const linesOf = (measured: Measured): readonly Line[] => {
  const lines: string[] = [];
  logMetrics(measured, { write: (line) => lines.push(line), now: () => 7 });
  // CloudWatch reads each line for itself.
  assert.ok(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1));
  return lines.map((line) => JSON.parse(line));
};

describe("what a function counts", () => {
  it("is in lines that CloudWatch reads as metrics: totals in one, and each reason in its own", () => {
    const all = linesOf({
      totals: { Accepted: 5, Quarantined: 4 },
      parts: [
        {
          metric: "Quarantined",
          dimension: "Reason",
          counts: { "identity.forged": 3, "identity.expired": 1 },
        },
      ],
    });
    assert.deepEqual(
      all.map(({ _aws, ...values }) => values),
      [
        { FunctionName: "local", Accepted: 5, Quarantined: 4 },
        { FunctionName: "local", Reason: "identity.forged", Quarantined: 3 },
        { FunctionName: "local", Reason: "identity.expired", Quarantined: 1 },
      ],
    );
    for (const line of all) {
      assert.equal(line._aws.Timestamp, 7);
      for (const { Namespace, Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
        assert.equal(Namespace, "jupyter-lms-translator");
        // Whatever a metric is made of must stand beside it (the format's own rule).
        for (const name of [...Dimensions.flat(), ...Metrics.map(({ Name }) => Name)])
          assert.ok(Object.hasOwn(line, name));
      }
    }
  });

  it("has the unit of each metric", () => {
    const [line] = linesOf({ totals: { ProbeTime: 1234, Faults: 0 } });
    assert.deepEqual(line?._aws.CloudWatchMetrics[0]?.Metrics, [
      { Name: "ProbeTime", Unit: METRICS.ProbeTime },
      { Name: "Faults", Unit: "Count" },
    ]);
  });

  it("is not written where there is nothing", () => {
    const counts = {};
    assert.deepEqual(linesOf({ totals: {}, parts: [{ metric: "Waiting", dimension: "Why", counts }] }), []);
  });
});
