import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assumed, inFunction, measured } from "../../bench/cost/measured.ts";
import { figuresOf } from "../../bench/simulation/figures.ts";
import { memoryOf, type Scenario } from "../../bench/simulation/scenario.ts";
import { type Run, simulate } from "../../bench/simulation/simulate.ts";
import { runs } from "../support/runs.ts";
import { scenarioOf } from "./support.ts";

const sum = (all: Iterable<number>): number => [...all].reduce((total, each) => total + each, 0);

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    eventsPerHour: fc.constantFrom(50, 2000, 60_000),
    perMessage: fc.constantFrom(1, 10, 100),
    peak: fc.constantFrom(1, 4),
    endpoints: fc.constantFrom(0, 1, 3),
    statements: fc.constantFrom(0.3, 1, 2.5),
    failures: fc.constantFrom(0, 0.05, 0.5, 1),
    endpointTime: fc.constantFrom(20, 300, 8000),
    batch: fc.constantFrom(1, 50, 1000),
    concurrency: fc.constantFrom(2, 8),
    outage: fc.constantFrom(0, 1_200_000, 3_600_000),
    seed: fc.nat(),
  })
  .map((some) => ({ ...scenarioOf("--hours 2"), ...some }));

/** Everything that came is done, waits, or is just being worked on. */
const assertNothingLost = (scenario: Scenario, { arrived, translate, deliver }: Run): void => {
  const waiting = sum([...translate.source.waiting()].map(({ messages }) => messages));
  const { events, underWay, statements } = translate.counts;
  assert.equal(arrived, events + underWay + waiting * scenario.perMessage);
  for (const { source, counts } of deliver) {
    const waits = sum([...source.waiting()].map((lot) => lot.statements));
    assert.equal(statements, counts.delivered + counts.underWay + waits);
    for (const lot of source.waiting()) assert.ok(lot.messages >= 1 && lot.statements >= 1);
  }
};

test("Nothing is lost, whatever fails: what came is done or waits", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => assertNothingLost(scenario, simulate(scenario))),
    { numRuns: runs(25) },
  );
});

test("The same seed gives the same figures, and another one others", () => {
  const figures = (seed: number) => {
    const scenario = { ...scenarioOf("--hours 2 --failures 2% --outage 10m"), seed };
    return JSON.stringify(figuresOf(scenario, simulate(scenario)));
  };
  assert.equal(figures(5), figures(5));
  assert.notEqual(figures(5), figures(6));
});

test("No statement is at its endpoint sooner than the work on it takes", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      for (const { latency } of simulate(scenario).deliver) {
        // To ask S3, to put events and ledger, to connect, and at least half of the endpoint's usual time.
        const least = assumed.get + 2 * assumed.put + assumed.connect + scenario.endpointTime / 2;
        if (latency.weight() > 0) assert.ok(latency.quantile(0) >= least);
      }
    }),
    { numRuns: runs(10) },
  );
});

/** All that an endpoint gets where it is far too slow for what comes. */
const delivered = (line: string): number => {
  const [first] = simulate(scenarioOf(`${line} --hours 2 --peak 1 --endpoints 1`)).deliver;
  return first?.counts.delivered ?? 0;
};

/** Seconds of an invocation with ten messages of fifty, where a request takes so long: it connects, sends, and writes its receipts. */
const invocation = (request: number): number => {
  const { deliver } = memoryOf(scenarioOf(""));
  const work = inFunction(measured.deliver.invocation + 500 * measured.deliver.statement, deliver);
  return 10 * request + (assumed.connect + assumed.put + work) / 1000;
};

test("An endpoint that is too slow gets what its concurrency allows: requests, one after the other, by each function", () => {
  for (const concurrency of [2, 5, 20]) {
    const line = `--events-per-hour 20000000 --endpoint-time 1s --concurrency ${concurrency}`;
    const perSecond = (concurrency * 500) / invocation(1);
    assert.ok(Math.abs(delivered(line) / (perSecond * 7200) - 1) < 0.02, `${concurrency}`);
  }
});

test("An endpoint with a limit of requests per second gets no more, and nearly as many where enough waits", () => {
  for (const rate of [0.5, 4, 10]) {
    const got = delivered(`--events-per-hour 20000000 --endpoint-time 100ms --rate ${rate}`);
    const most = rate * 7200 * 50;
    assert.ok(got <= most * 1.01 && got >= most * 0.9, `${got} of ${most}`);
  }
});

test("More functions at once never make it slower where much waits, but for chance", () => {
  const p95 = [2, 4, 8, 16].map((concurrency) => {
    const line = `--events-per-hour 3000000 --peak 1 --hours 2 --endpoints 1 --concurrency ${concurrency}`;
    const scenario = scenarioOf(`${line} --endpoint-time 2s`);
    return figuresOf(scenario, simulate(scenario)).latency.p95;
  });
  for (const [at, each] of p95.entries()) assert.ok(each <= (p95[at - 1] ?? each) * 1.05, `${p95}`);
});

test("After an outage, what waits is gone when the capacity beside what comes has sufficed for it, and an hour at most later", () => {
  const scenario = scenarioOf(
    "--events-per-hour 400000 --peak 1 --hours 24 --endpoints 1 --outage 3h --endpoint-time 300ms",
  );
  const { drained = Number.NaN } = simulate(scenario);
  const capacity = (2 * 500) / invocation(0.3);
  const arrivals = 400_000 / 3600;
  const fluid = (arrivals * 3 * 3600) / (capacity - arrivals);
  assert.ok(drained / 1000 >= fluid * 0.97, `${drained / 1000} s, ${fluid} s at least`);
  // The longest that a message is hidden is an hour.
  assert.ok(drained / 1000 <= fluid + 3600 + 600, `${drained / 1000} s, ${fluid} s at least`);
});

test("An outage of one endpoint delays no other", () => {
  const line = "--hours 8 --outage 2h --endpoints 2";
  const { deliver } = simulate(scenarioOf(line));
  const p99 = deliver.map(({ latency }) => latency.quantile(0.99));
  assert.ok((p99[0] ?? 0) > 3_600_000);
  assert.ok((p99[1] ?? Number.POSITIVE_INFINITY) < 60_000);
});
