import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { minutesOf } from "../../workbench/index/minutes.ts";

const at = (minute: number, second = 0): string =>
  new Date(Date.parse("2026-11-22T12:00:00Z") + minute * 60_000 + second * 1000).toISOString();
const time = (minute: number, second = 0): number => Date.parse(at(minute, second));

describe("The pace of the last minute", () => {
  it("is that of the last whole minute, or of the one since, where more has come in it already", () => {
    const minutes = minutesOf(2);
    for (const second of [1, 2, 3]) minutes.add("accepted", at(0, second));
    minutes.add(1, at(0, 5));
    for (const second of [1, 2]) minutes.add("accepted", at(1, second));
    for (const second of [1, 2]) minutes.add(1, at(1, second));
    assert.deepEqual(minutes.last(time(0, 30)), { accepted: 3, delivered: [0, 1] });
    assert.deepEqual(minutes.last(time(1, 30)), { accepted: 3, delivered: [0, 2] });
    assert.deepEqual(minutes.last(time(2, 30)), { accepted: 2, delivered: [0, 2] });
    assert.deepEqual(minutes.last(time(3, 30)), { accepted: 0, delivered: [0, 0] });
  });
});

describe("A time line that ends with a time", () => {
  it("goes on to it, however long ago the last thing happened", () => {
    const minutes = minutesOf(1);
    minutes.add("accepted", at(0));
    const { from, step, bars } = minutes.timeline(60, [], time(30, 10));
    assert.equal(from, at(0));
    assert.equal(step, 60_000);
    assert.equal(bars.length, 31);
    assert.deepEqual(
      bars.map(({ accepted }) => accepted),
      [1, ...new Array(30).fill(0)],
    );
  });

  it("has no more bars than are asked for, and ends no sooner than what happened last", () => {
    const minutes = minutesOf(1);
    for (const minute of [0, 10]) minutes.add("accepted", at(minute));
    const days = minutes.timeline(60, [], time(3 * 24 * 60));
    assert.ok(days.bars.length <= 60);
    assert.ok(Date.parse(days.from) + days.bars.length * days.step > time(3 * 24 * 60));
    assert.equal(minutes.timeline(60, [], time(5)).bars.length, 11);
  });

  it("has no bars where nothing happened", () => {
    assert.deepEqual(minutesOf(1).timeline(60, [], time(0)).bars, []);
  });
});
