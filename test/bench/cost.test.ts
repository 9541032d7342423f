import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { billOf } from "../../bench/cost/bill.ts";
import { amountsOf, costOf, KEY_REUSE, PARTS, type Part } from "../../bench/cost/cost.ts";
import { idleCost, monthUnder, TYPICAL } from "../../bench/cost/loads.ts";
import { prices, secretMonth } from "../../bench/cost/prices.ts";
import { PROBES, probed } from "../../bench/cost/probe.ts";
import type { Traffic } from "../../bench/cost/traffic.ts";
import { figuresOf } from "../../bench/simulation/figures.ts";
import { limitsOf, RESERVED } from "../../bench/simulation/limits.ts";
import { METRICS_OF, writtenMetrics } from "../../bench/simulation/metrics.ts";
import { simulate } from "../../bench/simulation/simulate.ts";
import { project } from "../../build/bundle.ts";
import { withProbe } from "../../build/probe.ts";
import { readSite } from "../../build/site.ts";
import { stackOf } from "../../infra/stack.ts";
import { runs } from "../support/runs.ts";
import { scenarioOf } from "./support.ts";

const site = withProbe(await readSite(project));

const NOTHING: Traffic = {
  events: 1e6,
  queues: 0,
  metrics: 0,
  alarms: 0,
  statements: 0,
  messages: 0,
  messageBytes: 3000,
  posted: 0,
  packs: 0,
  received: 0,
  returned: 0,
  translate: { count: 0, time: 0, memory: 1024 },
  deliver: { count: 0, time: 0, memory: 256 },
  compact: { count: 0, time: 0, memory: 1536, disk: 512 },
  audit: { count: 0, time: 0, memory: 4096 },
  puts: 0,
  gets: 0,
  retention: 0,
};

/** What a change of a month with nothing else in it costs. */
const more = (changes: Partial<Traffic>, part: (typeof PARTS)[number]): number =>
  costOf({ ...NOTHING, ...changes }).parts[part] - costOf(NOTHING).parts[part];

const assertNearly = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) <= 1e-9 + 1e-6 * Math.abs(expected), `${found}, not ${expected}`);

test("A million messages are three million requests, and more where a message is larger than 64 KB", () => {
  assertNearly(more({ messages: 1e6 }, "sqs"), 1.2);
  assertNearly(more({ messages: 1e6, messageBytes: 64 * 1024 }, "sqs"), 1.2);
  assertNearly(more({ messages: 1e6, messageBytes: 64 * 1024 + 1 }, "sqs"), 2);
});

test("A function's time costs by its memory, and each of its invocations besides", () => {
  assertNearly(
    more({ translate: { count: 1e6, time: 1e9, memory: 1024 } }, "lambda"),
    0.2 + 1e6 * prices.lambdaSecond.dollars,
  );
});

test("A function's disk costs by the time for which it runs, above the 512 MB that are free", () => {
  const compact = (disk: number, time: number) => ({ compact: { count: 0, time, memory: 0, disk } });
  assertNearly(more(compact(512, 1e9), "lambda"), 0);
  assertNearly(more(compact(512 + 1024, 1e9), "lambda"), 1e6 * prices.lambdaDisk.dollars);
  assertNearly(more(compact(10_240, 0), "lambda"), 0);
});

test("Requests to S3 cost by their kind, and what is kept by its size and for how long", () => {
  assertNearly(more({ puts: 1000 }, "s3 requests"), 0.005);
  assertNearly(more({ gets: 1000 }, "s3 requests"), 0.0004);
  const once = more({ retention: 100 }, "s3 storage");
  assert.ok(once > 0);
  assertNearly(more({ retention: 200 }, "s3 storage"), 2 * once);
});

test("What is posted costs an HTTP API's request, and what nobody posts nothing", () => {
  assertNearly(more({ posted: 1e6 }, "http api"), 1);
  assertNearly(more({ messages: 1e6 }, "http api"), 0);
});

test("X-Ray records the first invocation of a second, and one in twenty of the others", () => {
  const seconds = 730 * 3600;
  const translate = (count: number) => ({ translate: { count, time: 0, memory: 1024 } });
  assertNearly(more(translate(1000), "traces"), 0.005);
  assertNearly(more(translate(3 * seconds), "traces"), ((1 + 2 / 20) * seconds * 5) / 1e6);
});

test("The parts are the whole, none is below nothing, and nothing gets cheaper where there is more of anything", () => {
  const amount = fc.nat(1e9);
  const traffic = fc.record({
    statements: amount,
    messages: amount,
    posted: amount,
    packs: fc.integer({ min: 1, max: 1e9 }),
    received: amount,
    puts: amount,
    gets: amount,
    retention: fc.nat(400),
  });
  fc.assert(
    fc.property(
      traffic,
      fc.constantFrom("messages", "posted", "received", "puts", "gets", "retention"),
      (some, name) => {
        const month = { ...NOTHING, ...some, queues: 3 };
        const { total, parts, perMillion } = costOf(month);
        assertNearly(
          PARTS.reduce((sum, part) => sum + parts[part], 0),
          total,
        );
        for (const part of PARTS) assert.ok(parts[part] >= 0);
        assertNearly(perMillion, total);
        assert.ok(costOf({ ...month, [name]: some[name] + 1000 }).total >= total);
      },
    ),
    { numRuns: runs(100) },
  );
});

test("Each price names its page and its month, and says whether it was read or is assumed", () => {
  for (const [name, price] of Object.entries({ ...prices, secretMonth })) {
    assert.match(price.page, /^https:\/\/aws\.amazon\.com\//, name);
    assert.match(price.month, /^20\d\d-(0[1-9]|1[0-2])$/, name);
    assert.ok(price.dollars > 0, name);
    assert.ok(!("assumed" in price && "quotedIn" in price), name);
  }
});

test("Ten times the events cost more in all, and less for each", () => {
  const costs = [1000, 10_000, 100_000].map((events) => {
    const scenario = scenarioOf(`--events-per-hour ${events}`);
    return figuresOf(scenario, simulate(scenario)).cost;
  });
  for (const [at, cost] of costs.slice(1).entries()) {
    assert.ok(cost.total > (costs[at]?.total ?? 0));
    assert.ok(cost.perMillion < (costs[at]?.perMillion ?? 0));
  }
});

test("An endpoint that gets more than it can take is the first limit of the way, and by how much it is", () => {
  const scenario = scenarioOf("--events-per-hour 4000000 --peak 1 --hours 2 --endpoints 1");
  const limit = limitsOf(scenario, simulate(scenario)).find(({ name }) => name === "deliveries at once");
  // 1,111 statements in a second, for two functions that get rid of 155 in a second each.
  assert.ok((limit?.used ?? 0) > 3 && (limit?.used ?? 0) < 4, `${limit?.used}`);
});

test("The metrics that are paid for are as many as docs/alarms.md says that functions write", () => {
  const page = readFileSync(new URL("../../docs/alarms.md", import.meta.url), "utf8");
  const writers = [...page.matchAll(/^\| `\w+` \| (?:Count|Milliseconds) \| ([a-z, ]+) \|/gm)].flatMap(
    ([, names = ""]) => names.split(", "),
  );
  const by = (...names: readonly string[]): number => writers.filter((each) => names.includes(each)).length;
  const others = by("ingest", "compact", "audit", "probe");
  assert.equal(by("translate") + by("deliver") + others, writers.length);
  assert.deepEqual(
    [METRICS_OF.translate, METRICS_OF.deliver, METRICS_OF.others],
    [by("translate"), by("deliver"), others],
  );
  assert.equal(writtenMetrics(3) - writtenMetrics(2), METRICS_OF.deliver);
});

test("A bill's amounts, times their prices, are what the month costs", () => {
  const { traffic, cost } = monthUnder(TYPICAL);
  const [, ...rows] = billOf(traffic);
  const number = (cell = ""): number => Number(cell.replaceAll(/[$,]/g, "").replace("one", "1"));
  const sums = rows.map(([, amount, price, per]) => (number(amount) * number(price)) / number(per));
  for (const [at, sum] of sums.entries())
    assert.ok(Math.abs(sum - number(rows[at]?.[4])) <= 0.006 + 0.01 * sum, rows[at]?.join(" | "));
  const whole = sums.reduce((total, each) => total + each, 0);
  assert.ok(Math.abs(whole / cost.total - 1) < 0.01, `${whole}, and ${cost.total}`);
});

test("A month without an event costs less in every part than one with some, and the same however they would be sent", () => {
  const [idle, { cost }] = [idleCost(TYPICAL), monthUnder(TYPICAL)];
  for (const part of PARTS) assert.ok(idle.parts[part] <= cost.parts[part], part);
  assert.deepEqual(
    ["s3 storage", "data out"].filter((part) => idle.parts[part as Part] !== 0),
    [],
  );
  for (const perMessage of [1, 100])
    assertNearly(idleCost({ eventsPerHour: 1000, perMessage }).total, idle.total);
});

test("The key is paid for thrice, as AWS asks for its first two rotations as much as for itself", () =>
  assert.equal(amountsOf(NOTHING).kmsKey, 3));

test("A test event lets its own function run twice, and each function on its way once", () => {
  const all = probed(NOTHING);
  assert.deepEqual(
    all.map(({ count }) => count / PROBES),
    [2, 1, 1],
  );
  for (const { time } of all) assert.ok(time > 0);
  assertNearly(costOf(NOTHING).parts.traces, 4 * PROBES * prices.trace.dollars);
});

test("A queue asks KMS for a data key as often as the stack says", () => {
  const endpoints = site.endpoints.map(({ endpoint }) => endpoint);
  const stack = JSON.stringify(stackOf({ settings: site.settings, endpoints }));
  const periods = [...stack.matchAll(/"KmsDataKeyReusePeriodSeconds":(\d+)/g)].map(([, period]) =>
    Number(period),
  );
  assert.ok(periods.length > endpoints.length);
  assert.deepEqual([...new Set(periods)], [KEY_REUSE]);
  assertNearly(more({ queues: 1 }, "kms"), 730 * 3 * prices.kmsRequest.dollars);
});

test("What is reserved of the account is what the functions of the stack reserve", () => {
  const endpoints = site.endpoints.map(({ endpoint }) => endpoint);
  const all = Object.values(stackOf({ settings: site.settings, endpoints }).functions);
  const reserved = all.map((each) => Object.entries(each).find(([name]) => name === "reservedConcurrency"));
  assert.equal(
    reserved.reduce((sum, found) => sum + Number(found?.[1] ?? 0), 0),
    RESERVED,
  );
});
