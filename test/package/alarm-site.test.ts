import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Moment } from "./alarm-math.ts";
import { rings } from "./alarm-rings.ts";
import { alarmOf, metricsOf, seenAlarms, stackFor } from "./alarm-support.ts";

const HOUR = 3_600_000;

describe("alarms of a site", () => {
  it("follow its settings", () => {
    const waiting = alarmOf("deliver-a-waiting", ["a"], { waiting: 2 * HOUR });
    const isRinging = (values: Moment["values"]) => rings(waiting, [{ at: new Date(0), values }]);
    assert.equal(isRinging({ tried: 2 * HOUR, untried: (2 * HOUR) / 1000 }), false);
    assert.equal(isRinging({ tried: 2 * HOUR + 1, untried: 0 }), true);
    assert.equal(isRinging({ tried: 0, untried: (2 * HOUR) / 1000 + 1 }), true);
    assert.match(waiting.AlarmDescription, /for more than 2 hours:/);
    const quarantine = alarmOf("events-quarantined", [], { quarantined: 0.12 });
    assert.match(quarantine.AlarmDescription, /^More than 12 % of /);
    const names = (probe: boolean) => seenAlarms(stackFor([], { probe })).map(({ AlarmName }) => AlarmName);
    assert.ok(names(true).some((name) => name.endsWith("probe-missing")));
    assert.ok(!names(false).some((name) => name.includes("probe")));
  });

  it("come and go with an endpoint's file", () => {
    const of = (...names: readonly string[]) => seenAlarms(stackFor(names)).map(({ AlarmName }) => AlarmName);
    const [both, one] = [of("a", "b"), of("a")];
    assert.deepEqual(
      both.filter((name) => !one.includes(name)),
      ["waiting", "set-aside", "setup"].map((each) => `jupyter-lms-prod-deliver-b-${each}`),
    );
    assert.ok(!JSON.stringify(seenAlarms(stackFor(["a"]))).includes("deliver-b"));
  });

  it("send mail to each address of the site, in a subscription that goes with it", () => {
    const mail = (...addresses: readonly string[]) =>
      Object.entries(stackFor([], { mail: addresses }).Resources).filter(
        ([, { Type }]) => Type === "AWS::SNS::Subscription",
      );
    const [first, second, ...more] = mail("a@example.edu", "b@example.edu");
    assert.deepEqual(more, []);
    assert.deepEqual(first?.[1].Properties, {
      TopicArn: { Ref: "Alarms" },
      Protocol: "email",
      Endpoint: "a@example.edu",
    });
    assert.deepEqual(mail("b@example.edu"), [second]);
    assert.deepEqual(mail(), []);
  });

  it("watch a function by its real name where that is shorter than the endpoint's, and stay within AWS's lengths", () => {
    const names = Array.from({ length: 12 }, (_, at) => `${"e".repeat(37)}-${10 + at}`);
    const stack = stackFor(names, { busy: { days: [1, 5], hours: [0, 24] } }, "s".repeat(13));
    const real = Object.values(stack.functions).map((each) => (each as { readonly name: string }).name);
    const alarms = seenAlarms(stack);
    for (const { AlarmName, AlarmDescription } of alarms) {
      assert.ok(AlarmName.length <= 255, AlarmName);
      assert.ok(AlarmDescription.length <= 1024, `${AlarmName}: ${AlarmDescription.length}`);
    }
    const watched = new Set(
      alarms.flatMap((alarm) =>
        metricsOf(alarm).flatMap(({ Dimensions }) =>
          Dimensions.flatMap(({ Name, Value }) => (Name === "FunctionName" ? [Value] : [])),
        ),
      ),
    );
    for (const name of real) assert.ok(watched.has(name), name);
    for (const name of watched) assert.ok(real.includes(String(name)), String(name));
  });
});
