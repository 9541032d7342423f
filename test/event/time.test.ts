import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { repairTime } from "../../src/event/time.ts";

describe("repairing a timestamp", () => {
  it("takes every form that Jupyter emits", () => {
    const forms = {
      "2026-11-22T01:07:25.279550+00:00Z": "2026-11-22T01:07:25.279Z",
      "2026-11-22T01:10:01.405010Z": "2026-11-22T01:10:01.405Z",
      "2026-11-22T01:07:25.279550+00:00": "2026-11-22T01:07:25.279Z",
      "2026-11-22T01:07:25Z": "2026-11-22T01:07:25.000Z",
      "2026-11-22T01:07:25+00:00Z": "2026-11-22T01:07:25.000Z",
      "2022-05-26T13:50:00+05:00Z": "2022-05-26T08:50:00.000Z",
      "2026-11-22 01:07:25.5+0530": "2026-11-21T19:37:25.500Z",
      "2026-11-22T01:07:25-11:30": "2026-11-22T12:37:25.000Z",
      "2024-02-29T23:59:59.999999+00:00Z": "2024-02-29T23:59:59.999Z",
    };
    for (const [form, repaired] of Object.entries(forms)) assert.equal(repairTime(form), repaired, form);
  });

  it("refuses a time without a zone, for it could be any of twenty-four", () => {
    for (const text of ["2026-11-22T01:07:25", "2026-11-22T01:07:25.279550", "2026-11-22", "2026-11-22Z"])
      assert.equal(repairTime(text), undefined, text);
  });

  it("refuses days, hours and zones that do not exist", () => {
    for (const text of [
      "2026-02-29T00:00:00Z",
      "2026-02-30T00:00:00+05:30",
      "2026-04-31T00:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-00-31T00:00:00+0530",
      "2026-01-00T00:00:00Z",
      "2026-01-32T00:00:00Z",
      "2026-01-01T25:00:00Z",
      "2026-01-01T00:60:00Z",
      "2026-01-01T00:00:61Z",
      "2026-01-01T00:00:00+25:00",
      "2026-01-01T00:00:00+00:60",
    ])
      for (const form of [text, text.replace(/(?<=T.{8})/, ".123"), text.replace(/(?<=T.{8})/, ".123456")])
        assert.equal(repairTime(form), undefined, form);
  });

  it("takes every day of a leap year and of another one, and each of their days once", () => {
    for (const year of [2024, 2026]) {
      const days = new Set<string>();
      for (let month = 1; month <= 12; month++)
        for (let day = 1; day <= 31; day++) {
          const date = [year, month, day].map((part) => String(part).padStart(2, "0")).join("-");
          const repaired = repairTime(`${date}T23:59:59.999999+00:00Z`);
          if (repaired !== undefined) days.add(repaired);
        }
      assert.equal(days.size, year === 2024 ? 366 : 365);
    }
  });

  it("drops a Z only after an offset", () => {
    assert.equal(repairTime("2026-01-01T00:00:00ZZ"), undefined);
    assert.equal(repairTime("2026-01-01T00:00:00Z+00:00"), undefined);
    assert.equal(repairTime("2026-01-01T00:00:00+00:00ZZ"), undefined);
  });

  it("refuses what an offset leads out of the years with four digits", () => {
    assert.equal(repairTime("0000-01-01T00:00:00+01:00"), undefined);
    assert.equal(repairTime("9999-12-31T23:59:59-01:00"), undefined);
  });

  const two = (most: number): fc.Arbitrary<string> =>
    fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, "0"));

  it("keeps the instant, to the millisecond, whatever the offset and the fraction", () => {
    const instant = fc.date({
      min: new Date("0001-01-02T00:00:00Z"),
      max: new Date("9998-12-30T00:00:00Z"),
      noInvalidDate: true,
    });
    const offset = fc.tuple(fc.constantFrom("+", "-"), two(14), fc.constantFrom(":", ""), two(59));
    const micro = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, "0"));
    fc.assert(
      fc.property(
        instant,
        offset,
        micro,
        fc.constantFrom("", "Z"),
        (at, [sign, hours, colon, minutes], us, z) => {
          const shift = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
          const local = new Date(at.getTime() + shift).toISOString().slice(0, -1);
          const text = `${local}${us}${sign}${hours}${colon}${minutes}${z}`;
          assert.equal(repairTime(text), at.toISOString(), text);
          assert.equal(repairTime(at.toISOString()), at.toISOString());
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("gives the form that Caliper requires or nothing, and never throws", () => {
    const near = fc
      .tuple(two(99), two(99), two(13), two(32), two(25), two(61), two(61), fc.string({ maxLength: 7 }))
      .map(([a, b, month, day, h, m, s, end]) => `${a}${b}-${month}-${day}T${h}:${m}:${s}${end}`);
    const zoned = fc
      .tuple(near, fc.constantFrom("Z", "+00:00Z", "+0530", "-23:59"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), near, zoned), (text) => {
        const repaired = repairTime(text);
        if (repaired !== undefined) assert.match(repaired, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }),
      { numRuns: 1000 },
    );
  });
});
