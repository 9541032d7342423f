import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { agenda } from "../../bench/simulation/agenda.ts";
import { dayOf } from "../../bench/simulation/day.ts";
import { chanceOf } from "../../bench/simulation/random.ts";
import { source } from "../../bench/simulation/source.ts";
import { spread } from "../../bench/simulation/spread.ts";
import { runs } from "../support/runs.ts";

test("What is to be done is done in the order of its times, and what has the same time in the order of its saying", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const { at, until, now } = agenda();
      const done: (readonly [number, number])[] = [];
      for (const [order, time] of times.entries()) at(time, () => done.push([now(), order]));
      until(20);
      const expected = times
        .map((time, order) => [time, order] as const)
        .toSorted(([one], [other]) => one - other);
      assert.deepEqual(done, expected);
    }),
    { numRuns: runs(100) },
  );
});

test("What is said for a time that is over is done at once, and nothing that comes after the end", () => {
  const { at, until, now } = agenda();
  const done: number[] = [];
  at(5, () => at(1, () => done.push(now())));
  at(11, () => done.push(now()));
  until(10);
  assert.deepEqual(done, [5]);
  assert.equal(now(), 10);
});

test("Quantiles are known to one in a hundred", () => {
  const times = fc.array(fc.integer({ min: 1, max: 1e7 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, fc.constantFrom(0.01, 0.5, 0.95, 1), (all, part) => {
      const { add, quantile } = spread();
      for (const each of all) add(each, 1);
      const exact = all.toSorted((a, b) => a - b)[Math.ceil(part * all.length) - 1] ?? Number.NaN;
      assert.ok(quantile(part) >= exact * 0.999 && quantile(part) <= exact * 1.0101, `${quantile(part)}`);
    }),
    { numRuns: runs(200) },
  );
});

test("A day has as much as on average, and at its peak as many times as much as was said", () => {
  for (const peak of [1, 1.5, 4, 12, 20]) {
    const share = dayOf(peak);
    const minutes = Array.from({ length: 1440 }, (_, minute) => share((minute + 0.5) * 60_000));
    assert.ok(Math.abs(minutes.reduce((sum, each) => sum + each, 0) / 1440 - 1) < 0.001);
    assert.ok(Math.abs(share(14 * 3_600_000) - peak) < 0.001);
  }
});

test("Chance has the mean and the spread of Poisson's, and is the same for a seed", () => {
  for (const mean of [0.1, 3, 40, 60, 1000]) {
    const { count } = chanceOf(7);
    const all = Array.from({ length: 20_000 }, () => count(mean));
    const found = all.reduce((sum, each) => sum + each, 0) / all.length;
    const variance = all.reduce((sum, each) => sum + (each - found) ** 2, 0) / all.length;
    assert.ok(Math.abs(found / mean - 1) < 0.05, `mean ${found} for ${mean}`);
    assert.ok(Math.abs(variance / mean - 1) < 0.1, `variance ${variance} for ${mean}`);
    const again = chanceOf(7);
    assert.deepEqual(
      all.slice(0, 100),
      Array.from({ length: 100 }, () => again.count(mean)),
    );
  }
});

interface Marked {
  readonly messages: number;
  readonly at: number;
}

/** Single messages that come by chance to a function that always takes as long: how long they wait on average. */
const meanWait = (load: number, concurrency: number): number => {
  const [time, service] = [agenda(), 100];
  const chance = chanceOf(3);
  let [waited, done] = [0, 0];
  const { put } = source<Marked>({
    agenda: time,
    pace: { messages: 1, window: 0, concurrency },
    part: (lot) => [
      { ...lot, messages: 1 },
      { ...lot, messages: lot.messages - 1 },
    ],
    invoke: ([lot]) => {
      waited += time.now() - (lot?.at ?? 0);
      done++;
      return { end: time.now() + service, done: () => {} };
    },
  });
  let at = 0;
  for (let message = 0; message < 200_000; message++) {
    at += (-Math.log(1 - chance.share()) * service) / (load * concurrency);
    const then = at;
    time.at(then, () => put({ messages: 1, at: then }));
  }
  time.until(at + 1e9);
  assert.equal(done, 200_000);
  return waited / done;
};

test("One function at a time keeps messages waiting for as long as the formula for M/D/1 says", () => {
  for (const load of [0.3, 0.6, 0.8]) {
    const expected = (load * 100) / (2 * (1 - load));
    const found = meanWait(load, 1);
    assert.ok(Math.abs(found / expected - 1) < 0.05, `${found} ms for ${expected} ms`);
  }
});

test("Of functions that are as busy, more at once keep messages waiting for a shorter time", () => {
  const waits = [1, 2, 5].map((concurrency) => meanWait(0.8, concurrency));
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => b - a),
  );
});

test("No more messages are in flight than SQS allows: those that are hidden are among them, and the others have to wait", () => {
  const time = agenda();
  let received = 0;
  const queue = source<Marked>({
    agenda: time,
    pace: { messages: 10, window: 1, concurrency: 100 },
    part: (lot, messages) => [
      { ...lot, messages },
      { ...lot, messages: lot.messages - messages },
    ],
    invoke: (lots) => {
      for (const { messages } of lots) received += messages;
      const hide = (): void => {
        for (const lot of lots) queue.putLater(lot, time.now() + 3_600_000, true);
      };
      return { end: time.now() + 100, done: hide };
    },
  });
  queue.put({ messages: 300_000, at: 0 });
  time.until(3_600_000);
  assert.equal(queue.counts.mostInFlight, 120_000);
  assert.equal(received, 120_000);
  time.until(4_000_000);
  assert.ok(received > 120_000);
  assert.equal(
    [...queue.waiting()].reduce((sum, { messages }) => sum + messages, 0),
    300_000,
  );
});
