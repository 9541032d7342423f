import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { BENCHES } from "../../bench/benches.ts";
import { idleCost, monthUnder, TYPICAL } from "../../bench/cost/loads.ts";
import { BUDGETS, type Budget } from "../../bench/page/budgets.ts";
import { isMet, pageOf } from "../../bench/page/page.ts";
import { type Recorded, readRecorded } from "../../bench/page/recorded.ts";
import { anchorOf, headingOf, linkTo } from "../../bench/page/sections.ts";
import { SUMMARISED } from "../../bench/page/summary.ts";
import { figuresOf } from "../../bench/simulation/figures.ts";
import { simulate } from "../../bench/simulation/simulate.ts";
import type { Machine } from "../../bench/support/machine.ts";
import { scenarioOf } from "./support.ts";

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const recorded = await readRecorded();
const names = BENCHES.map(({ name }) => name);

test("docs/performance.md is what is made of the recorded figures: npm run bench -- --record writes it", () => {
  assert.equal(textOf("docs/performance.md"), pageOf(recorded));
});

test("Every bench is recorded, or the page says that it was not measured; and nothing else is recorded", () => {
  const sections = textOf("docs/performance.md").split("\n## ");
  for (const { name, heading } of BENCHES) {
    const section = sections.find((each) => each.startsWith(`${heading}\n`)) ?? "";
    assert.match(section, new RegExp(`\`npm run bench -- ${name}\``), name);
    assert.equal(/Not measured when this page was written/.test(section), recorded[name] === undefined, name);
  }
  assert.deepEqual(
    Object.keys(recorded).filter((name) => !names.includes(name)),
    [],
  );
});

test("Every figure is a number, and belongs to one bench", () => {
  const all = Object.values(recorded).flatMap(({ figures }) => Object.entries(figures));
  // What is no number is null in JSON.
  assert.deepEqual(
    all.filter(([, value]) => !Number.isFinite(value)),
    [],
  );
  assert.equal(new Set(all.map(([name]) => name)).size, all.length);
});

test("Every budget is of a bench, and its figure is among what that has found", () => {
  for (const { bench, figure } of BUDGETS) {
    assert.ok(names.includes(bench), bench);
    const found = recorded[bench];
    if (found !== undefined) assert.ok(figure in found.figures, figure);
  }
});

test("Of a budget that is missed, the page says what limits it", () => {
  for (const budget of BUDGETS)
    if (isMet(budget, recorded) === false) assert.ok(budget.limit, `${budget.figure} is missed`);
});

const machine = (taken: string): Machine => ({
  processor: "a processor",
  processors: 4,
  node: "v24.0.0",
  version: "0.1.0",
  packages: { jose: "6.2.17" },
  taken,
});

const found = (figures: Readonly<Record<string, number>>, taken = "2026-11"): Recorded[string] => ({
  title: "what was found",
  how: "by looking.",
  tables: [[["", "µs"], ..."ab".split("").map((each) => [each, "1"])]],
  notes: ["It is an example."],
  figures,
  machine: machine(taken),
});

const budget = (changes: Partial<Budget>): Budget => ({
  what: "something",
  bench: "cost",
  figure: "cost.something",
  most: 2,
  unit: " ×",
  ...changes,
});

const verdictFor = (value: number, changes: Partial<Budget> = {}): string =>
  /^\| \[something\].*\| (.*) \|$/m.exec(
    pageOf({ cost: found({ "cost.something": value }) }, [budget(changes)]),
  )?.[1] ?? "";

test("A budget is met up to its bound, missed beyond it, and not measured where nothing was", () => {
  assert.equal(verdictFor(2), "met");
  assert.equal(verdictFor(2.01), "missed: [why](#limits)");
  const { most: _, ...atLeast } = budget({ least: 3 });
  const page = (value: number) => pageOf({ cost: found({ "cost.something": value }) }, [atLeast]);
  assert.match(page(3), /\| at least 3 × \| 3 × \| met \|/);
  assert.match(page(2.99), /\| at least 3 × \| 2.99 × \| missed/);
  assert.equal(verdictFor(1, { figure: "cost.another" }), "not measured");
});

test("What limits a missed budget is said once, and that all are met only where all were measured", () => {
  const page = (value: number, more: readonly Budget[] = []) =>
    pageOf({ cost: found({ "cost.something": value }) }, [budget({ limit: "The clock." }), ...more]);
  assert.match(page(3), /## Limits\n\n\*\*Something\.\*\* The clock\.\n/);
  assert.match(page(1), /## Limits\n\nEvery budget is met\.\n/);
  assert.match(page(1, [budget({ figure: "cost.another" })]), /Of what was measured, every budget is met\./);
});

/** What was recorded of no bench, of one, and of all. */
const SOME = [{}, { mapping: found({}) }, Object.fromEntries(names.map((name) => [name, found({})]))];

test("Whatever was recorded, each link within the page leads to a heading, and no two headings are the same", () => {
  for (const page of [...SOME.map((each) => pageOf(each)), pageOf(recorded)]) {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
    assert.equal(new Set(headings).size, headings.length);
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, to = ""]) => to);
    assert.ok(links.length > BENCHES.length);
    assert.deepEqual(
      links.filter((to) => !headings.includes(to)),
      [],
    );
    assert.doesNotMatch(page, /\bNaN\b/);
  }
});

test("Sections stand in the order of the list, in whichever order they were recorded", () => {
  const [one = "", other = ""] = names;
  const both = [found({}), found({})] as const;
  assert.equal(pageOf({ [one]: both[0], [other]: both[1] }), pageOf({ [other]: both[1], [one]: both[0] }));
});

test("What a university gets from it begins the page, for what was measured", () => {
  const page = pageOf({ cost: found(COSTS) });
  assert.match(
    page,
    /## In short\n\n- \*\*A million events cost \$1\.32\*\*.*\$3\.55.*\$0\.92.*\$24\.7 a month/,
  );
  assert.match(pageOf({}), /## In short\n\nNothing has been recorded yet\./);
});

test("Of each bench that the page begins with, all figures are there for it, if it was recorded", () => {
  const [, short = ""] = /## In short\n\n([\s\S]*?)\n\n/.exec(pageOf(recorded)) ?? [];
  for (const bench of SUMMARISED.filter((name) => recorded[name] !== undefined))
    assert.ok(short.includes(linkTo(bench, `→ ${headingOf(bench)}`)), bench);
});

const COSTS = {
  "cost.dollars_per_million": 1.32,
  "cost.dollars_per_million_small": 3.55,
  "cost.dollars_per_million_large": 0.92,
  "cost.idle_dollars_per_month": 24.71,
};

test("Each machine is told once, with the benches that it ran", () => {
  const page = pageOf({ mapping: found({}), cost: found({}), steps: found({}, "2026-12") });
  assert.match(page, /\*\*mapping, cost\*\*: 2026-11, .*jose 6\.2\.17\.\n\n\*\*steps\*\*: 2026-12/);
  assert.equal([...page.matchAll(/jose/g)].length, 2);
});

test("The recorded cost is what measured times and prices give by now", () => {
  const { figures = {} } = recorded.cost ?? {};
  const near = (name: string, expected: number): void => {
    const off = Math.abs((figures[name] ?? Number.NaN) - expected);
    assert.ok(off <= 0.006 + 0.03 * expected, `${name} is ${figures[name]}, and by now ${expected}`);
  };
  for (const [name, perMessage] of Object.entries({ _small: 1, "": 10, _large: 100 })) {
    const { cost } = monthUnder({ ...TYPICAL, perMessage });
    near(`cost.dollars_per_million${name}`, cost.perMillion);
  }
  near("cost.idle_dollars_per_month", idleCost(TYPICAL).total);
});

/** Whether a number is what it is written as: 1.32 for 1.318. */
const isRounded = (written: string, value: number): boolean =>
  Math.abs(Number(written) - value) <= 0.5001 * 10 ** -(written.split(".")[1]?.length ?? 0);

const readme = textOf("README.md");

test("The README says what a million events cost, as it is recorded", () => {
  const [, million = ""] = /A million events cost some \$([\d.]+)/.exec(readme) ?? [];
  const cost = recorded.cost?.figures["cost.dollars_per_million"] ?? Number.NaN;
  assert.ok(isRounded(million, cost), `The README says ${million}, and ${cost} is recorded.`);
});

test("The README says what a month costs, as it is worked out", () => {
  const said = /some \$(\d+) a month for a hundred thousand an hour, and \$(\d+) for a thousand/.exec(readme);
  for (const [at, events] of [100_000, 1000].entries()) {
    const scenario = scenarioOf(`--events-per-hour ${events}`);
    const { total } = figuresOf(scenario, simulate(scenario)).cost;
    assert.ok(Math.abs(Number(said?.[at + 1]) / total - 1) <= 0.05, `${said?.[at + 1]} for ${total}`);
  }
});

test("Every bench that a page tells of is one that there is", () => {
  const docs = readdirSync(new URL("../../docs", import.meta.url)).filter((name) => name.endsWith(".md"));
  const pages = ["README.md", "CONTRIBUTING.md", ...docs.map((name) => `docs/${name}`)];
  const told = pages.flatMap((path) => [...textOf(path).matchAll(/npm run bench -- ([a-z][a-z-]*)/g)]);
  assert.ok(told.length > 5);
  assert.deepEqual(
    told.map(([, name = ""]) => name).filter((name) => !names.includes(name)),
    [],
  );
});
