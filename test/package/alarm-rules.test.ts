import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { logMetrics } from "../../src/aws/metrics.ts";
import { hiddenFor } from "../../src/delivery/waiting.ts";
import { measuredTranslation } from "../../src/measured.ts";
import { pointsAt, rings } from "./alarm-rings.ts";
import { alarmOf, seenAlarms, stackFor } from "./alarm-support.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("the alarm of the quarantine", () => {
  const at = new Date("2026-11-22T12:00:00Z");
  const ringsAt = (quarantined: number, accepted: number, share: number): boolean =>
    rings(alarmOf("events-quarantined", [], { quarantined: share }), [
      { at, values: { quarantined, accepted } },
    ]);

  it("rings above its share of an hour's events, and never for a few bad ones", () => {
    const cases: readonly (readonly [number, number, number, boolean])[] = [
      [1, 0, 0.05, false],
      [4, 0, 0.05, false],
      [5, 0, 0.05, true],
      [5, 95, 0.05, false],
      [6, 94, 0.05, true],
      [50, 950, 0.05, false],
      [51, 949, 0.05, true],
      [0, 0, 0.05, false],
      [500, 500, 0.5, false],
      [501, 499, 0.5, true],
      [1000, 0, 1, false],
    ];
    for (const [bad, good, share, expected] of cases)
      assert.equal(ringsAt(bad, good, share), expected, `${bad} of ${bad + good} at ${share}`);
  });

  it("is silent where translate counted nothing", () => {
    assert.equal(rings(alarmOf("events-quarantined", []), [{ at, values: {} }]), false);
  });
});

describe("the alarm for hours without events", () => {
  it("is there only where the site says when there should be some", () => {
    const names = seenAlarms(stackFor([])).map(({ AlarmName }) => AlarmName);
    assert.ok(!names.some((name) => name.endsWith("events-missing")));
  });

  it("has zeros to look at while only test events come", () => {
    const counts = {
      messages: 1,
      accepted: 0,
      probes: 1,
      quarantined: {},
      withheld: 0,
      statements: 1,
      setAside: 0,
    };
    const lines: string[] = [];
    logMetrics(measuredTranslation({ settled: [], counts, incidents: [] }), {
      write: (line) => lines.push(line),
    });
    const { Accepted, Probes } = JSON.parse(lines[0] ?? "");
    assert.deepEqual([Accepted, Probes], [0, 1]);
  });

  it("rings for an hour that is wholly within busy days and hours, in UTC, and for no other", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
        fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 24 })),
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        fc.boolean(),
        ([a, b], [c, d], offset, isCounted, fills) => {
          const days = [Math.min(a, b), Math.max(a, b)] as const;
          const hours = [Math.min(c, d - 1), Math.max(c + 1, d)] as const;
          const alarm = alarmOf("events-missing", [], { busy: { days, hours } });
          // 23 November 2026 is a Monday. CloudWatch's five minutes may begin with any minute.
          for (let hour = 0; hour < 7 * 24; hour++) {
            const end = Date.parse("2026-11-23T00:00:00Z") + hour * HOUR + offset * MINUTE + HOUR;
            const points = Array.from({ length: 12 }, (_, at) => ({
              at: new Date(end - HOUR + at * 5 * MINUTE),
              // Lambda asks the queue all the time, so that its numbers are always there.
              values: { ready: 0, ...(isCounted && { accepted: 0 }) },
              fills,
            }));
            const isBusy = points.every(({ at }) => {
              const [day, clock] = [at.getUTCDay() === 0 ? 7 : at.getUTCDay(), at.getUTCHours()];
              return day >= days[0] && day <= days[1] && clock >= hours[0] && clock < hours[1];
            });
            assert.equal(rings(alarm, points), isBusy, `${days} ${hours} hour ${hour}`);
            const one = points.map((point, at) =>
              at === hour % 12 ? { ...point, values: { ready: 1, accepted: 1 } } : point,
            );
            assert.equal(rings(alarm, one), false);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("the alarm of an endpoint for which statements wait", () => {
  const minutes = (until: number, offset: number): readonly number[] =>
    Array.from({ length: Math.ceil(until / (5 * MINUTE)) }, (_, at) => offset + at * 5 * MINUTE);

  /** What batches tell of one statement that nobody takes until `until`, by the product's own rule. */
  const triesUntil = (until: number, random: () => number) => {
    const tries = [];
    let time = 0;
    for (let count = 1; time < until; time += hiddenFor(count++, 0, random))
      tries.push({ time, value: time });
    // It is taken with the next try.
    return [...tries, { time, value: time }];
  };

  it("rings within the hour after the site's time, without a pause, until 90 minutes after it was taken", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 6, 24, 5 * 24),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 2, max: 30 }),
        fc.boolean(),
        (hours, chances, offset, longer, fills) => {
          const alarm = alarmOf("deliver-a-waiting", ["a"], { waiting: hours * HOUR });
          const counted = triesUntil((hours + longer) * HOUR, () => chances.next().value ?? 0);
          const taken = counted.at(-1)?.time ?? 0;
          const ringing = minutes(taken + 3 * HOUR, offset * MINUTE).filter((now) =>
            rings(
              alarm,
              pointsAt(alarm, now, counted, "tried").map((point) => ({ ...point, fills })),
            ),
          );
          const [first = 0, last = 0] = [ringing[0], ringing.at(-1)];
          assert.ok(first > hours * HOUR && first <= (hours + 1) * HOUR + 5 * MINUTE, `${first}`);
          assert.equal(ringing.length, (last - first) / (5 * MINUTE) + 1);
          assert.ok(last >= taken + 85 * MINUTE && last <= taken + 95 * MINUTE, `${last - taken}`);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("rings though most is taken at once, and for what is taken only after too long", () => {
    const alarm = alarmOf("deliver-a-waiting", ["a"], { waiting: 6 * HOUR });
    const quick = Array.from({ length: 48 }, (_, at) => ({ time: at * HOUR, value: 1000 }));
    const isRinging = (counted: typeof quick): boolean =>
      rings(alarm, pointsAt(alarm, 48 * HOUR, counted, "tried"));
    assert.equal(isRinging(quick), false);
    assert.equal(isRinging([...quick, { time: 47 * HOUR, value: 6 * HOUR + 1 }]), true);
    assert.equal(isRinging([...quick, { time: 47 * HOUR, value: 6 * HOUR }]), false);
    assert.equal(isRinging([]), false);
  });

  it("rings for what nobody receives, by its age in the queue, and stays silent while nothing is there", () => {
    const alarm = alarmOf("deliver-a-waiting", ["a"], { waiting: 6 * HOUR });
    const looks = minutes(10 * HOUR, 5 * MINUTE);
    // SQS tells of seconds.
    const lying = looks.map((time) => ({ time, value: time / 1000 }));
    const none = looks.map((time) => ({ time, value: 0 }));
    for (const fills of [true, false])
      for (const now of looks) {
        const isRinging = (ages: typeof none): boolean =>
          rings(
            alarm,
            pointsAt(alarm, now, ages, "untried").map((point) => ({ ...point, fills })),
          );
        assert.equal(isRinging(lying), now - 5 * MINUTE > 6 * HOUR, `${now / MINUTE} minutes`);
        assert.equal(isRinging(none), false);
        assert.equal(isRinging([]), false);
      }
  });
});
