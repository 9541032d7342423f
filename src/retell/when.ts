import { daysAfter } from "../archive/days.ts";
import type { FailedRecord } from "../archive/records.ts";
import { isObject } from "../event/json.ts";
import { repairTime } from "../event/time.ts";

/** How many days an event may have lain in queues before what it became was set aside. */
const LONGEST = 15;

/**
 * The days (`YYYY-MM-DD`) in which the event of a failure may have arrived, step by step, the likely ones first: those
 * of when its statement was put into the queue, and the day before; then those of when it happened, as what was sent
 * again may be much older; then further back. Undefined after the last step.
 */
export const daysOfEvent = (failure: FailedRecord, step: number): readonly string[] | undefined => {
  const queued = (failure.since ?? failure.at).slice(0, 10);
  if (step === 0) return [queued, daysAfter(queued, -1)];
  if (step > 1) return step > LONGEST ? undefined : [daysAfter(queued, -step)];
  const happened = timeIn(failure.statement)?.slice(0, 10);
  return happened === undefined ? [] : [happened, daysAfter(happened, 1)];
};

/** When what a statement tells of happened, in whichever protocol. */
const timeIn = (statement: unknown): string | undefined => {
  if (!isObject(statement)) return undefined;
  const time = statement.timestamp ?? statement.eventTime ?? statement.time;
  return typeof time === "string" ? repairTime(time) : undefined;
};
