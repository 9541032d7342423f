import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { retryAfterOf } from "../../src/delivery/retry-after.ts";
import { runs } from "../support/runs.ts";

const NOW = Date.UTC(1994, 10, 6, 8, 49, 30);
const after = (text: string | undefined, now = NOW): number | undefined =>
  retryAfterOf(text === undefined ? {} : { "retry-after": text }, now);

const SHORT = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const LONG = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Writes a date in each of the three forms of HTTP. */
const written = (date: Date): readonly string[] => {
  const [, day = "", month = "", year = "", time = ""] = date.toUTCString().split(" ");
  const weekday = date.getUTCDay();
  return [
    date.toUTCString(),
    `${LONG[weekday]}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
    `${SHORT[weekday]} ${month} ${String(date.getUTCDate()).padStart(2, " ")} ${time} ${year}`,
  ];
};

describe("Retry-After", () => {
  it("is a number of seconds, or a date in any of HTTP's three forms", () => {
    assert.equal(after("120"), 120_000);
    assert.equal(after(" 0 "), 0);
    assert.equal(after("Sun, 06 Nov 1994 08:49:37 GMT"), 7000);
    assert.equal(after("Sunday, 06-Nov-94 08:49:37 GMT"), 7000);
    assert.equal(after("Sun Nov  6 08:49:37 1994"), 7000);
  });

  it("is nothing where the server does not say, or says what cannot be read", () => {
    for (const text of [
      ...[undefined, "", "-1", "1.5", "1e3", "0x10", "soon", "120 seconds", "NaN", "Infinity"],
      ...["Sun, 06 Nov 1994", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 +0100"],
      ...["Wed, 30 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Now 1994 08:49:37 GMT"],
      ...[
        "1994-11-06T08:49:37Z",
        "Sun Nov 06 08:49:37 94",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
      ],
    ])
      assert.equal(after(text), undefined, text);
  });

  it("is over where its date has gone by", () => {
    assert.equal(after("Sun, 06 Nov 1994 08:49:29 GMT"), 0);
    assert.equal(after("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
    assert.equal(after("Fri, 01 Jan 0001 00:00:00 GMT"), 0);
  });

  it("takes a second that was put in, at the end of a day", () => {
    const now = Date.UTC(2016, 11, 31, 23, 59, 59);
    assert.equal(after("Sat, 31 Dec 2016 23:59:60 GMT", now), 1000);
  });

  it("means by two digits a year that is at most fifty years ahead", () => {
    const now = Date.UTC(2026, 0, 1);
    assert.equal(after("Wednesday, 01-Jan-76 00:00:00 GMT", now), Date.UTC(2076, 0, 1) - now);
    assert.equal(after("Saturday, 01-Jan-77 00:00:00 GMT", now), 0);
  });

  it("means the same in each form", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) }),
        fc.integer({ min: -40 * 366 * 86_400, max: 40 * 366 * 86_400 }),
        (from, seconds) => {
          const now = Math.floor(from / 1000) * 1000;
          const expected = Math.max(0, seconds * 1000);
          for (const text of written(new Date(now + seconds * 1000)))
            assert.equal(after(text, now), expected, text);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it("never is anything but a whole number that can be waited for, or nothing", () => {
    const rubbish = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-9]{0,400}$/),
      fc.stringMatching(/^[A-Z][a-z]{2}, \d{2} (Jan|Feb|Jun) \d{4} \d{2}:\d{2}:\d{2} GMT$/),
    );
    fc.assert(
      fc.property(rubbish, fc.integer({ min: 0, max: 4e12 }), (text, now) => {
        const wait = after(text, now);
        assert.ok(wait === undefined || (Number.isSafeInteger(wait) && wait >= 0), text);
      }),
      { numRuns: runs(500) },
    );
  });
});
