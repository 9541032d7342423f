import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { translatePace } from "../../infra/pace.ts";
import { measuredFailure } from "../../src/measured.ts";
import { type Measured, NAMESPACE } from "../../src/metrics.ts";
import type { Moment } from "./alarm-math.ts";
import { pointsAt, rings } from "./alarm-rings.ts";
import { alarmOf, type SeenAlarm } from "./alarm-support.ts";

const MINUTE = 60_000;

describe("the alarm of a translation that fails", () => {
  it("rings for a single message before it is a dead letter, whenever it came: SQS's age leaves it out by then", () => {
    const { visibility, tries } = translatePace;
    const alarm = alarmOf("translate-errors", []);
    for (let begin = 0; begin < 5 * MINUTE; begin += 5000) {
      const failed = Array.from({ length: tries }, (_, at) => ({
        time: begin + at * visibility * 1000,
        value: 1,
      }));
      const dead = begin + tries * visibility * 1000;
      const looks = Array.from({ length: Math.floor(dead / (5 * MINUTE)) + 1 }, (_, at) => at * 5 * MINUTE);
      assert.ok(
        looks.some((now) => rings(alarm, pointsAt(alarm, now, failed, "errors"))),
        `${begin}`,
      );
    }
  });
});

describe("a batch that comes to nothing, as the archive or a secret cannot be had", () => {
  /** A point of five minutes in which functions, by their names in AWS, counted this, and Lambda saw no error. */
  const pointOf = ({ Metrics = [] }: SeenAlarm, lambda: string, { totals }: Measured): Moment => ({
    at: new Date(0),
    values: Object.fromEntries(
      Metrics.flatMap(({ Id, MetricStat }) => {
        const { Namespace, MetricName = "", Dimensions = [] } = MetricStat?.Metric ?? {};
        const isCounted = Namespace === NAMESPACE && Dimensions.some(({ Value }) => Value === lambda);
        const value = Object.entries(totals).find(([name]) => isCounted && name === MetricName)?.[1];
        return value === undefined ? [] : [[Id, value]];
      }),
    ),
  });

  it("of translate rings after a quarter of an hour of such, though Lambda sees no error", () => {
    const alarm = alarmOf("translate-errors", []);
    const bad = pointOf(alarm, "jupyter-lms-prod-translate", measuredFailure(10));
    assert.equal(rings(alarm, [bad, bad, bad]), true);
    assert.equal(rings(alarm, [bad, bad, { ...bad, values: {} }]), false);
  });

  it("of each endpoint's function rings after two, whichever of seven endpoints it is", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    for (const [place, name] of names.entries()) {
      const alarm = alarmOf(`deliveries-errors-${place < 5 ? 1 : 2}`, names);
      const bad = pointOf(alarm, `jupyter-lms-prod-deliver-${name}`, measuredFailure(10));
      assert.equal(rings(alarm, [bad, { ...bad, values: {} }, bad]), true, name);
      assert.equal(rings(alarm, [bad]), false, name);
      assert.ok(alarm.AlarmDescription.includes(name), name);
    }
  });
});

describe("alarms that add up", () => {
  const at = new Date(0);

  it("ring for one of their functions though the others counted nothing", () => {
    const alarm = alarmOf("deliveries-errors-1", ["a", "b", "c"]);
    const [bad, good] = [
      { at, values: { m1: 1 } },
      { at, values: { m0: 0, m1: 0, m2: 0 } },
    ];
    for (const fills of [true, false]) {
      const asked = (...points: readonly Moment[]) =>
        rings(
          alarm,
          points.map((point) => ({ ...point, fills })),
        );
      assert.equal(asked(bad, bad, good), true);
      assert.equal(asked(bad, good, good), false);
      assert.equal(asked(good, good, { at, values: {} }), false);
    }
  });

  it("ring where runs that should be there are not, from the first time that all of them are missing", () => {
    const alarm = alarmOf("tables-not-made", []);
    for (const fills of [true, false]) {
      const none: readonly Moment[] = Array.from({ length: 26 }, () => ({ at, values: {}, fills }));
      assert.equal(rings(alarm, none), true);
      assert.equal(rings(alarm, [{ at, values: { m0: 1 } }, ...none.slice(1)]), false);
    }
  });
});
