import { describe, it } from "node:test";
import { isDuration, isTimestamp } from "../../src/xapi/time.ts";
import { no, yes } from "./texts.ts";

describe("A duration", () => {
  it("is of the form with units, of which the last may have a fraction", () => {
    yes(
      isDuration,
      "P1Y",
      "P4W",
      "P1.5W",
      "PT0S",
      "P3Y1M29DT4H35M59.14S",
      "PT1,5H",
      "P0.5Y",
      "PT36H",
      "P1M",
      "PT1M",
      "P1YT1S",
      "PT1234.123456S",
    );
    no(
      isDuration,
      "",
      "P",
      "PT",
      "P1",
      "1Y",
      "PY",
      "P1S",
      "PT1Y",
      "PT1D",
      "P1YT",
      "P1.5Y1M",
      "P1.5DT1H",
      "PT1.S",
      "PT.5S",
      "P-1Y",
      "+P1Y",
    );
    no(
      isDuration,
      "P1W1D",
      "P1Y1W",
      "PT1W",
      "P1M1Y",
      "PT1S1M",
      "P1H",
      "p1y",
      "P1Y\n",
      "P 1Y",
      "P0001-01-01",
      "R/P1Y",
      "PT1H/PT2H",
      "P1Y1Y",
    );
  });
});

describe("A timestamp", () => {
  const inOne = (text: string): boolean => isTimestamp(text, "1.0.3");
  const inTwo = (text: string): boolean => isTimestamp(text, "2.0.0");

  it("is a moment that exists, with its zone", () => {
    for (const test of [inOne, inTwo]) {
      yes(
        test,
        "2026-11-20T09:00:12.000Z",
        "2026-11-20T09:00:12Z",
        "2024-02-29T23:59:59.123456789+14:00",
        "2000-02-29T00:00:00Z",
      );
      yes(test, "0000-01-01T00:00:00-00:30", "9999-12-31T23:59:59-23:59", "2026-12-31T00:00:00+00:00");
      no(
        test,
        "1900-02-29T00:00:00Z",
        "2026-06-31T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-11-20T09:00:12",
      );
      no(
        test,
        "2026-11-20T09:00:12-00:00",
        "2026-11-20T09:00:12+0100",
        "2026-11-20T09:00:12+01",
        "2026-11-20T09:00:12+01:60",
        "2026-11-20T09:00:12,5Z",
      );
      no(
        test,
        "+2026-11-20T09:00:12Z",
        "12026-11-20T09:00:12Z",
        "2026-11-20T09:00:12ZZ",
        "2026-11-20T09:00:12Z\n",
        "2026-W47-5T09:00:12Z",
        "2026-324T09:00:12Z",
      );
    }
  });

  it("may have small letters or a space in 2.0.0 only, which goes by RFC 3339", () => {
    const texts = ["2026-11-20 09:00:12Z", "2026-11-20t09:00:12Z", "2026-11-20T09:00:12z"];
    yes(inTwo, ...texts);
    no(inOne, ...texts);
    no(inTwo, "2026-11-20  09:00:12Z", "2026-11-20_09:00:12Z", "2026-11-20 09:00:12 Z");
  });
});
