import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { duration, seconds, utc } from "../../src/mapping/functions.ts";
import { understood, valuesOf } from "./support.ts";

/** ISO 8601, 5.5.2.2, as Caliper and xAPI take it. */
const ISO = /^P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

const millisecondsOf = (text: string): number => {
  const [, hours = "0", minutes = "0", seconds = "0"] = ISO.exec(text) ?? assert.fail(text);
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
};

describe("seconds", () => {
  it("is the number of seconds between two times, whatever their zones, and nothing backwards", () => {
    assert.equal(seconds("2026-01-15T10:15:00Z", "2026-01-15T11:16:30.250+01:00"), 90.25);
    assert.equal(seconds("2026-01-15T10:15:00Z", "2026-01-15T10:15:00Z"), 0);
    assert.equal(seconds("2026-01-15T10:15:01Z", "2026-01-15T10:15:00Z"), undefined);
    for (const odd of ["yesterday", "", 5, null, undefined]) {
      assert.equal(seconds(odd, "2026-01-15T10:15:00Z"), undefined);
      assert.equal(seconds("2026-01-15T10:15:00Z", odd), undefined);
    }
  });
});

describe("duration", () => {
  it("writes seconds as hours, minutes and seconds", () => {
    const cases: readonly (readonly [seconds: number, text: string])[] = [
      [0, "PT0S"],
      [-0, "PT0S"],
      [0.25, "PT0.25S"],
      [59.9996, "PT1M"],
      [60, "PT1M"],
      [3600, "PT1H"],
      [3661.5, "PT1H1M1.5S"],
      [1e-9, "PT0S"],
      [100_000, "PT27H46M40S"],
    ];
    for (const [seconds, text] of cases) assert.equal(duration(seconds), text);
  });

  it("has no value for what is no time that somebody spent", () => {
    const odd = [
      -1,
      -0.001,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1e300,
      "5",
      "5s",
      null,
      undefined,
      true,
      [],
      {},
    ];
    for (const each of odd) assert.equal(duration(each), undefined, String(each));
    assert.equal(duration(), undefined);
  });

  it("is always ISO 8601, and the same to the hundredth of a second", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3e9, noNaN: true }), (seconds) => {
        const text = duration(seconds) ?? assert.fail(String(seconds));
        assert.equal(millisecondsOf(text), Math.round(seconds * 100) * 10);
      }),
      { numRuns: 1000 },
    );
  });

  it("is the time between two times, whatever their zones and forms", () => {
    const date = fc.date({ min: new Date(0), max: new Date("2060-12-31"), noInvalidDate: true });
    const forms: readonly ((iso: string) => string)[] = [
      (iso) => iso,
      (iso) => iso.replace("Z", "+00:00"),
      (iso) => iso.replace("Z", "+00:00Z"),
      (iso) => new Date(Date.parse(iso) + 7_200_000).toISOString().replace("Z", "+02:00"),
      (iso) => iso.replace("T", " ").replace(/Z$/, "999Z"),
    ];
    fc.assert(
      fc.property(date, date, fc.constantFrom(...forms), fc.constantFrom(...forms), (a, b, one, other) => {
        const between = b.getTime() - a.getTime();
        const text = duration(one(a.toISOString()), other(b.toISOString()));
        if (between < 0) assert.equal(text, undefined);
        else assert.equal(millisecondsOf(text ?? ""), Math.round(between / 10) * 10);
      }),
      { numRuns: 1000 },
    );
  });

  it("has no value where one of the two times is absent or cannot be read", () => {
    const time = "2026-01-15T10:15:00Z";
    for (const odd of [undefined, null, "", "yesterday", "2026-02-30T00:00:00Z", "2026-01-15", 5])
      assert.deepEqual(
        [duration(time, odd), duration(odd, time), duration(5, odd)],
        [undefined, undefined, undefined],
      );
  });

  it("is read in a mapping from fields that may be absent", async () => {
    const values = await valuesOf([
      "duration(event.count)",
      "duration(event.ratio)",
      "duration(event.text, event.other)",
      "duration(event.any)",
      'duration(event.count.orElse(0)) + "!"',
    ]);
    assert.deepEqual(values({}), [undefined, undefined, undefined, undefined, "PT0S!"]);
    assert.deepEqual(
      values({
        count: 90,
        ratio: 0.5,
        text: "2026-01-15T10:15:00Z",
        other: "2026-01-15T10:15:01Z",
        any: "90",
      }),
      ["PT1M30S", "PT0.5S", "PT1S", undefined, "PT1M30S!"],
    );
  });
});

describe("utc", () => {
  it("gives a time of whatever zone in the form that the standards ask for", () => {
    assert.equal(utc("2026-01-15T12:15:00.1239+02:00"), "2026-01-15T10:15:00.123Z");
    assert.equal(utc("2026-11-22T01:07:49.726071+00:00Z"), "2026-11-22T01:07:49.726Z");
    for (const odd of ["2026-01-15T10:15:00", "now", "", null, undefined, 5])
      assert.equal(utc(odd), undefined);
  });

  it("gives its own result unchanged, or nothing", () => {
    const text = fc.oneof(
      fc.string(),
      fc.date({ noInvalidDate: true }).map((each) => each.toISOString()),
      fc.stringMatching(/^20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/),
    );
    fc.assert(
      fc.property(text, (each) => {
        const found = utc(each);
        if (found === undefined) return;
        assert.match(found, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.equal(utc(found), found);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("pseudonym", () => {
  it("asks the endpoint for the name under which it knows somebody, and has none for nobody", async () => {
    const values = await valuesOf([
      "pseudonym(event.text)",
      'pseudonym("grace") + "!"',
      "pseudonym(event.any)",
    ]);
    assert.deepEqual(values({ text: "ada" }), ["p-ada", "p-grace!", undefined]);
    const asked: unknown[] = [];
    values({ text: "ada" }, { pseudonym: (name) => `p${asked.push(name)}` });
    assert.deepEqual(asked, ["ada", "grace", undefined]);
  });
});

describe("A record for what is no learning system", () => {
  const read = (json: string) => {
    const schema = `$id: https://example.edu/event\nversion: "1"\ntype: object\nproperties: { path: { type: string } }`;
    const mapping = `event: https://example.edu/event\ntitle: An event\ntranslations:\n  - name: told\n    json: ${json}\n`;
    const tell = understood(schema, mapping);
    return typeof tell === "function" ? tell : assert.fail(tell.map(({ message }) => message).join("\n"));
  };
  const who = { id: "told:told#0", time: "2026-01-15T10:15:00.000Z", translation: "told:told" };
  const learner = "https://hub.example.edu/learner/p1";

  it("says who and when, and then whatever the mapping says", () => {
    const course = { id: "stat101", label: "STAT 101", title: "Statistics" };
    const said = { a: [1, { b: null }], path: "x" };
    assert.deepEqual(read('{ a: [1, { b: null }], path: "${ event.path }" }')("json", { path: "x" }), [
      { ...who, learner, course, ...said },
    ]);
  });

  it("says nothing of a course where there is none, and may say nothing of its own", () => {
    assert.deepEqual(read("{}")("json", {}, { course: undefined }), [{ ...who, learner }]);
  });
});
