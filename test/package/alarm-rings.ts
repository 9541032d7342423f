import assert from "node:assert/strict";
import { evaluated, type Moment } from "./alarm-math.ts";
import type { SeenAlarm } from "./alarm-support.ts";

/** Whether it rings by these points, of which the last is the newest. */
export const rings = (alarm: SeenAlarm, points: readonly Moment[]): boolean =>
  points.slice(-alarm.EvaluationPeriods).filter((point) => isBeyond(alarm, point)).length >=
  alarm.DatapointsToAlarm;

/** The points of an alarm that looks at `now`, from what was counted at some times. */
export const pointsAt = (
  alarm: SeenAlarm,
  now: number,
  counted: readonly { readonly time: number; readonly value: number }[],
  name: string,
): readonly Moment[] => {
  const period = (alarm.Period ?? alarm.Metrics?.[1]?.MetricStat?.Period ?? 0) * 1000;
  return Array.from({ length: alarm.EvaluationPeriods }, (_, at): Moment => {
    const begin = now - (alarm.EvaluationPeriods - at) * period;
    const within = counted.filter(({ time }) => time >= begin && time < begin + period);
    const values = within.length === 0 ? {} : { [name]: Math.max(...within.map(({ value }) => value)) };
    return { at: new Date(begin), values };
  });
};

/** Whether one point is beyond the alarm's limit. */
const isBeyond = (alarm: SeenAlarm, moment: Moment): boolean => {
  const { Metrics = [], MetricName, ComparisonOperator, Threshold } = alarm;
  const { Expression } = Metrics.find(({ ReturnData }) => ReturnData) ?? {};
  assert.ok(Expression ?? MetricName);
  const value = Expression ? evaluated(Expression, moment) : moment.values[MetricName ?? ""];
  if (value === undefined) return alarm.TreatMissingData === "breaching";
  return ComparisonOperator === "GreaterThanThreshold" ? value > Threshold : value < Threshold;
};
