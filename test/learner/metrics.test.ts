import assert from "node:assert/strict";
import { it } from "node:test";
import { logQuarantined } from "../../src/aws/metrics.ts";

it("What went into quarantine is counted by its reason, in lines that CloudWatch reads as metrics", () => {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
  };
  logQuarantined({ "identity.forged": 3, "identity.expired": 1 }, { write, now: () => 7 });
  logQuarantined({}, { write });
  assert.equal(lines.length, 2);
  const [first] = lines.map((line) => JSON.parse(line));
  assert.ok(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1));
  const { _aws, ...values } = first;
  assert.deepEqual(values, { FunctionName: "local", Reason: "identity.forged", Quarantined: 3 });
  const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics;
  assert.deepEqual([_aws.Timestamp, Namespace], [7, "jupyter-lms-translator"]);
  // Whatever a metric is made of must stand beside it (the format's own rule).
  for (const name of [...Dimensions.flat(), ...Metrics.map((each: { readonly Name: string }) => each.Name)])
    assert.ok(Object.hasOwn(first, name));
});
