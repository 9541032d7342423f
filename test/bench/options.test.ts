import assert from "node:assert/strict";
import { test } from "node:test";
import { HELP, readOptions, WrongOption } from "../../bench/simulation/options.ts";
import { endpointOf, translatePaceOf } from "../../bench/simulation/scenario.ts";
import { translatePace } from "../../infra/pace.ts";
import { readEndpoint } from "../../src/endpoint/read.ts";
import { scenarioOf } from "./support.ts";

test("Without options, an endpoint is as a file that says nothing of it, and the translation as it is deployed", () => {
  const file = readEndpoint(
    "campus-lrs",
    "endpoints/campus-lrs.yml",
    "title: A store\nprotocol: xapi\nversion: 1.0.3\nurl: https://lrs.example.edu/xapi\nauth: { scheme: none }\nselect: { translations: ['*'] }\n",
  );
  assert.ok("endpoint" in file);
  const { batch, limits, answers } = endpointOf(scenarioOf(""));
  assert.deepEqual(
    { batch, limits, answers },
    {
      batch: file.endpoint.batch,
      limits: file.endpoint.limits,
      answers: file.endpoint.answers,
    },
  );
  assert.deepEqual(translatePaceOf(scenarioOf("")), translatePace);
});

test("Messages that would not fit into one invocation are taken fewer at once", () => {
  const { messages } = translatePaceOf(scenarioOf("--per-message 100"));
  assert.ok(messages > 100 && messages < 300, `${messages}`);
});

test("Options are read with their units", () => {
  const scenario = scenarioOf("--endpoint-time 2s --outage 6h --failures 2.5% --rate 0.5 --seed 9");
  assert.equal(scenario.endpointTime, 2000);
  assert.equal(scenario.outage, 21_600_000);
  assert.equal(scenario.failures, 0.025);
  assert.equal(scenario.rate, 0.5);
  assert.equal(scenario.seed, 9);
});

test("What is no option, or not of its kind, is refused in a sentence that names it", () => {
  for (const line of [
    "--events-per-hour many",
    "--events-per-hour 0",
    "--peak 0.5",
    "--per-message 1.5",
    "--endpoint-time 300",
    "--failures 0.1",
    "--failures 101%",
    "--concurrency 1",
    "--rate 0",
    "--hours 0",
    "--hours 2 --outage 3h",
    "--seed -1",
    "--unknown 1",
    "more",
  ]) {
    const name = line.split(" ").findLast((each) => each.startsWith("--")) ?? "more";
    assert.throws(
      () => readOptions(line.split(" ")),
      (error) => error instanceof WrongOption && error.message.includes(name),
      line,
    );
  }
});

test("The help has an example, and it can be run", () => {
  const [, example = ""] = /\n {2}npm run simulate -- (--.*)$/.exec(HELP) ?? [];
  assert.equal(scenarioOf(example).outage, 21_600_000);
});
