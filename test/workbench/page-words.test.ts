import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { barWords, heightOf, highest, isEmptyBar, stepWords, timeBars } from "../../workbench/page/bars.ts";
import { addressOf, asLocal, given } from "../../workbench/page/events-address.ts";
import { ago, count, dayOf, eventsAt, mappingAt, when } from "../../workbench/page/words.ts";

describe("Words of the page", () => {
  test("have numbers as they are read", () => {
    assert.equal(count(12_345), "12,345");
  });

  test("say how long ago something was, in what fits", () => {
    const now = Date.parse("2026-11-16T12:00:00Z");
    const before = (seconds: number): string => ago(new Date(now - seconds * 1000).toISOString(), now);
    assert.deepEqual([0, 4, 5, 59, 60, 119, 3600, 86_400, 2 * 86_400].map(before), [
      "just now",
      "just now",
      "5 seconds ago",
      "59 seconds ago",
      "1 minute ago",
      "1 minute ago",
      "1 hour ago",
      "24 hours ago",
      "2 days ago",
    ]);
    // Clocks differ.
    assert.equal(before(-30), "just now");
  });

  test("leave what is no time as it is", () => {
    assert.equal(when("soon"), "soon");
    assert.equal(ago("soon", 0), "soon");
    assert.equal(dayOf("2026-11-16"), "16 Nov 2026");
  });

  test("lead to events and mappings, whatever is in their names", () => {
    assert.equal(eventsAt({ endpoint: "a&b", state: undefined }), "/events?endpoint=a%26b");
    assert.equal(eventsAt({}), "/events");
    assert.equal(mappingAt("jupyter-server/a b"), "/mappings/jupyter-server/a%20b");
  });
});

describe("The address of a list of events", () => {
  test("has what is asked for, and nothing else", () => {
    const query = new URLSearchParams("endpoint=lrs&state=&token=secret&learner=ada");
    assert.equal(String(given(query)), "endpoint=lrs&learner=ada");
  });

  test("comes of a form's fields, without those that are empty, and begins at the first page", () => {
    const before = new URLSearchParams("endpoint=lrs&after=2026|id");
    const fields = [
      ["endpoint", "lrs"],
      ["state", ""],
      ["learner", " ada lovelace "],
    ] as const;
    assert.equal(addressOf(fields, before), "/events?endpoint=lrs&learner=ada+lovelace");
    assert.equal(addressOf([], before), "/events");
  });

  test("keeps a time that nobody changed as exact as it was", () => {
    const from = "2026-11-16T08:04:51.216Z";
    const before = new URLSearchParams({ from });
    assert.equal(addressOf([["from", asLocal(from)]], before), `/events?${before}`);
  });

  test("means the moment that the reader's clock shows", () => {
    const second = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(second, (date) => {
        date.setUTCMilliseconds(0);
        const local = asLocal(date.toISOString());
        const read = new URL(addressOf([["from", local]], new URLSearchParams()), "http://page.invalid");
        const time = read.searchParams.get("from") ?? "";
        assert.equal(asLocal(time), local);
      }),
    );
  });
});

describe("The time line", () => {
  const bar = (accepted: number, more = {}) => ({
    accepted,
    quarantined: 0,
    delivered: 0,
    setAside: 0,
    ...more,
  });
  const HOUR = 3_600_000;

  test("gives each bar its time, and fills a short line with empty ones before it", () => {
    const bars = timeBars({ from: "2026-11-16T08:00:00.000Z", step: HOUR, bars: [bar(1), bar(2)] });
    const full = bars.filter((each) => !isEmptyBar(each));
    assert.equal(bars.length, 30);
    assert.deepEqual(
      full.map(({ from, to, accepted }) => [from, to, accepted]),
      [
        ["2026-11-16T08:00:00.000Z", "2026-11-16T09:00:00.000Z", 1],
        ["2026-11-16T09:00:00.000Z", "2026-11-16T10:00:00.000Z", 2],
      ],
    );
    assert.equal(bars[27]?.to, full[0]?.from);
  });

  test("has no bar where nothing ever happened", () => {
    assert.deepEqual(timeBars({ from: new Date(0).toISOString(), step: HOUR, bars: [] }), []);
  });

  test("says of a bar what it counts, and of what went wrong only where there is some", () => {
    const [quiet, loud] = timeBars({
      from: "2026-11-16T08:00:00.000Z",
      step: HOUR,
      bars: [bar(1), bar(1000, { quarantined: 2, delivered: 1, setAside: 3 })],
    }).slice(-2);
    assert.match(quiet ? barWords(quiet) : "", /: 1 event accepted, 0 statements delivered$/);
    assert.match(
      loud ? barWords(loud) : "",
      /: 1,000 events accepted, 2 into quarantine, 1 statement delivered, 3 set aside$/,
    );
  });

  test("draws what is there so that it is seen, and the most as the highest", () => {
    assert.deepEqual(highest([bar(3, { quarantined: 2 }), bar(1, { delivered: 7 })]), {
      events: 5,
      statements: 7,
    });
    assert.equal(heightOf(0, 5), 0);
    assert.equal(heightOf(0, 0), 0);
    assert.equal(heightOf(5, 5), 100);
    assert.ok(heightOf(1, 1_000_000) > 1);
  });

  test("says how long its bars are", () => {
    assert.deepEqual([1000, 60_000, 300_000, HOUR, 6 * HOUR, 24 * HOUR].map(stepWords), [
      "1 second",
      "1 minute",
      "5 minutes",
      "1 hour",
      "6 hours",
      "1 day",
    ]);
  });
});
