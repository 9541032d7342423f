import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { figuresOf } from "../../bench/simulation/figures.ts";
import { simulate } from "../../bench/simulation/simulate.ts";
import { scenarioOf } from "./support.ts";

const FOLDER = new URL("../../examples/deployments/", import.meta.url);

const deployments = readdirSync(FOLDER, { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map(({ name }) => new URL(`${name}/`, FOLDER));

/** How far from the simulation a page may be: an example's site has an alarm more or fewer than the shipped one. */
const ROUNDING = 0.05;

/** What a page says of a month. */
const SAID =
  /Some \$(\d+) a month for ([\d,]+) events an hour, three quarters of which are for alarms, metrics and the dashboard/;

test("There are examples of deployments", () => assert.ok(deployments.length >= 3));

for (const folder of deployments) {
  const page = readFileSync(new URL("README.md", folder), "utf8");
  const name = folder.pathname.split("/").at(-2);

  test(`examples/deployments/${name} says what a month costs, as the command that it quotes works it out`, () => {
    const [, dollars, events = ""] = SAID.exec(page) ?? [];
    const [, options = ""] = /`npm run simulate -- ([^`]+)`/.exec(page) ?? [];
    const scenario = scenarioOf(options);
    const { total, parts } = figuresOf(scenario, simulate(scenario)).cost;
    assert.ok(Math.abs(Number(dollars) / total - 1) <= ROUNDING, `It says ${dollars}, and it is ${total}.`);
    assert.ok(Math.abs(parts["metrics and alarms"] / total - 0.75) <= ROUNDING);
    assert.equal(Number(events.replaceAll(",", "")), scenario.eventsPerHour);
  });

  test(`examples/deployments/${name} quotes a command that has its endpoints, and its way in`, () => {
    const { endpoints, posted } = scenarioOf(/`npm run simulate -- ([^`]+)`/.exec(page)?.[1] ?? "");
    assert.equal(readdirSync(new URL("endpoints/", folder)).length, endpoints);
    const settings = readFileSync(new URL("translator.yml", folder), "utf8");
    assert.equal(posted, /^ {2}https: true$/m.test(settings) ? 1 : 0);
  });
}
