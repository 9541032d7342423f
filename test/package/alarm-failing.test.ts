import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { deliverPace, translatePace } from "../../infra/pace.ts";
import { hiddenFor } from "../../src/delivery/waiting.ts";
import { measuredFailure } from "../../src/measured.ts";
import { type Measured, NAMESPACE } from "../../src/metrics.ts";
import { endpointAt } from "../support/delivering.ts";
import { runs } from "../support/runs.ts";
import type { Moment } from "./alarm-math.ts";
import { pointsAt, rings } from "./alarm-rings.ts";
import { alarmOf, type SeenAlarm } from "./alarm-support.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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

describe("a batch that comes to nothing, as the archive or a secret cannot be had", () => {
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
      const between: readonly Moment[] = Array.from({ length: 37 }, () => ({ ...bad, values: {} }));
      assert.equal(rings(alarm, [bad, ...between, bad]), true, name);
      assert.equal(rings(alarm, [bad, { ...bad, values: {} }, ...between, bad]), false, name);
      assert.equal(rings(alarm, [bad]), false, name);
      assert.ok(alarm.AlarmDescription.includes(name), name);
    }
  });
});

describe("the alarms of a delivery that comes to nothing", () => {
  /** When an alarm rings by failures at these times; it looks every five minutes, until long after the last. */
  const ringingBy = (failures: readonly number[], offset: number): readonly number[] => {
    const alarm = alarmOf("deliveries-errors-1", ["a"]);
    const counted = failures.map((time) => ({ time, value: 1 }));
    const looks = Math.ceil((failures.at(-1) ?? 0) / (5 * MINUTE)) + 50;
    return Array.from({ length: looks }, (_, at) => offset + at * 5 * MINUTE).filter((now) =>
      rings(alarm, pointsAt(alarm, now, counted, "m0")),
    );
  };

  /** Once it rings, it does so until after the last failure, and for 3¼ hours more at most. */
  const ringsWithoutPause = (failures: readonly number[], offset: number, latest: number): void => {
    const ringing = ringingBy(failures, offset);
    const [first = Number.NaN, end = Number.NaN, last = 0] = [ringing[0], ringing.at(-1), failures.at(-1)];
    assert.ok(first <= latest, `It rings only after ${first / MINUTE} minutes.`);
    assert.equal(ringing.length, (end - first) / (5 * MINUTE) + 1);
    assert.ok(end >= last && end <= last + 200 * MINUTE, `${(end - last) / MINUTE} minutes after the last`);
  };

  const paced = fc
    .record({ timeout: fc.constantFrom(10, 30, 60, 300), wait: fc.constantFrom(0, 20, 300) })
    .map(({ timeout, wait }) =>
      deliverPace(
        endpointAt("https://lrs.example.edu", "xapi", {
          limits: { concurrency: 2, timeout: timeout * 1000 },
          batch: { events: 50, bytes: 100_000, wait: wait * 1000 },
        }),
      ),
    );
  const offsets = fc.integer({ min: 0, max: 4 }).map((minutes) => minutes * MINUTE);
  const chances = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));

  it("ring without a pause for a lone batch whose function is killed each time, however long it is hidden then", () => {
    fc.assert(
      fc.property(paced, offsets, chances, ({ visibility, window }, offset, chance) => {
        // A batch begins up to its window after it was received.
        const failures = Array.from(
          { length: 12 },
          (_, at) => (at * visibility + window * (chance.next().value ?? 0)) * 1000,
        );
        ringsWithoutPause(failures, offset, (visibility + window) * 1000 + 10 * MINUTE);
      }),
      { numRuns: runs(40) },
    );
  });

  it("ring without a pause for a lone batch that cannot be archived, though it is hidden for up to an hour", () => {
    fc.assert(
      fc.property(paced, offsets, chances, ({ timeout, window }, offset, chance) => {
        const failures: number[] = [];
        let time = 0;
        for (let tries = 1; tries <= 24; tries++) {
          time += (window + timeout * (chance.next().value ?? 0)) * 1000;
          failures.push(time);
          time += hiddenFor(tries, 0, () => chance.next().value ?? 0);
        }
        ringsWithoutPause(failures, offset, HOUR);
      }),
      { numRuns: runs(40) },
    );
  });

  it("ring for what waits too long, too, as a failed batch tells how old it is", () => {
    const alarm = alarmOf("deliver-a-waiting", ["a"], { waiting: HOUR });
    const isRinging = (...given: Parameters<typeof measuredFailure>): boolean =>
      rings(alarm, [pointOf(alarm, "jupyter-lms-prod-deliver-a", measuredFailure(...given))]);
    assert.equal(isRinging(10, HOUR + 1), true);
    assert.equal(isRinging(10, HOUR), false);
    assert.equal(isRinging(10), false);
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
