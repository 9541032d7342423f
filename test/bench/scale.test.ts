import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { prices } from "../../bench/cost/prices.ts";
import { quotedIn, tableFor, withTables } from "../../bench/page/scale.ts";
import { figuresOf } from "../../bench/simulation/figures.ts";
import { RESERVED } from "../../bench/simulation/limits.ts";
import { monthOf } from "../../bench/simulation/month.ts";
import { diskOfCompaction, memoryOf } from "../../bench/simulation/scenario.ts";
import { simulate } from "../../bench/simulation/simulate.ts";
import { scenarioOf } from "./support.ts";

/** AWS leaves so many of an account's functions unreserved: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const UNRESERVED = 100;

const page = readFileSync(new URL("../../docs/scale.md", import.meta.url), "utf8");

const quoted = quotedIn(page);

/** How far figures may be off: what is deployed may have an alarm more. */
const ROUNDING = 0.03;

const NUMBER = /\d[\d,]*(?:\.\d+)?/g;

const numbersIn = (text: string): readonly (readonly [number, string])[] =>
  [...text.matchAll(NUMBER)].map(([written]) => [Number(written.replaceAll(",", "")), written]);

/** As they are rounded, the last digit may be one off. */
const isNear = (one: number, other: number, written: string): boolean => {
  const digit = 10 ** -(written.split(".")[1]?.length ?? 0);
  return Math.abs(one - other) <= Math.max(digit * 1.001, ROUNDING * Math.max(one, other));
};

test("docs/scale.md quotes 1,000, 100,000 and 10,000,000 events an hour", () => {
  for (const events of [1000, 100_000, 10_000_000])
    assert.ok(quoted.some(({ options }) => options.startsWith(`--events-per-hour ${events}`)));
});

for (const { options, table } of quoted) {
  test(`docs/scale.md has the figures of npm run simulate -- ${options}`, () => {
    const [found, expected] = [table.split("\n"), tableFor(options).split("\n")];
    assert.equal(found.length, expected.length);
    for (const [at, row] of expected.entries()) {
      const there = found[at] ?? "";
      assert.equal(there.replaceAll(NUMBER, "0"), row.replaceAll(NUMBER, "0"));
      const numbers = numbersIn(row);
      for (const [place, [number, written]] of numbersIn(there).entries())
        assert.ok(isNear(number, numbers[place]?.[0] ?? Number.NaN, written), `${there}\nshould be\n${row}`);
    }
  });
}

test("Its tables can be written anew, and nothing else of the page is touched", () => {
  assert.equal(
    withTables(page, (options) => quoted.find((each) => each.options === options)?.table ?? ""),
    page,
  );
  const marked = withTables(page, (options) => `| ${options} |`);
  assert.deepEqual(
    quotedIn(marked).map(({ table }) => table),
    quoted.map(({ options }) => `| ${options} |`),
  );
});

/** What its words say beside the tables, to be found out anew. */
const figures = (options: string) => {
  const scenario = scenarioOf(options);
  return figuresOf(scenario, simulate(scenario));
};

const saidNear = (pattern: RegExp, expected: number, off: number): void => {
  const said = numbersIn(pattern.exec(page)?.[1] ?? "")[0]?.[0] ?? Number.NaN;
  assert.ok(Math.abs(said / expected - 1) <= off, `${pattern} says ${said}, and it is ${expected}`);
};

test("docs/scale.md begins with what the tables say a month costs", () => {
  saidNear(/^\| 1,000 \|.*some \$([\d,]+)/m, figures("--events-per-hour 1000").cost.total, 0.05);
  saidNear(/^\| 10,000 \|.*some \$([\d,]+)/m, figures("--events-per-hour 10000").cost.total, 0.05);
  saidNear(/^\| 100,000 \|.*some \$([\d,]+)/m, figures("--events-per-hour 100000").cost.total, 0.05);
  const changed = "--events-per-hour 10000000 --hours 4 --per-message 100 --batch 450 --concurrency 20";
  saidNear(/^\| 10,000,000 \|.*some \$([\d,]+)/m, figures(changed).cost.total, 0.05);
});

test("docs/scale.md begins with what the account must allow", () => {
  saidNear(/must allow at least ([\d,]+) functions/, UNRESERVED + RESERVED, 0);
  saidNear(/of which ([\d,]+) are reserved/, RESERVED, 0);
  saidNear(/and the ([\d,]+) that are reserved/, RESERVED, 0);
});

test("docs/scale.md says up to how many events an hour the nightly functions suffice", () => {
  const used = (events: number, name: string): number =>
    figures(`--events-per-hour ${events}`).limits.find((each) => each.name === name)?.used ?? Number.NaN;
  const most = (name: string): number => 100_000 / used(100_000, name);
  /** Where a part of it is used anyway. */
  const mostBesides = (name: string): number => {
    const [one, two] = [used(100_000, name), used(200_000, name)];
    return 100_000 * (1 + (1 - one) / (two - one));
  };
  saidNear(/above some ([\d,]+), the morning/, most("the morning's fifteen minutes for the ledger"), 0.1);
  saidNear(/above some ([\d,]+), the endpoints/, most("deliveries at once"), 0.1);
  saidNear(
    /At some ([\d,]+) events an hour it does/,
    most("the morning's fifteen minutes for the ledger"),
    0.1,
  );
  saidNear(
    /of memory \(`infra\/audit\.ts`\) are enough for some ([\d,]+)/,
    mostBesides("the memory of the ledger's audit"),
    0.1,
  );
  saidNear(/of disk: enough for some ([\d,]+)/, most("the disk of the night's compaction"), 0.1);
  saidNear(
    /fifteen minutes are enough for some ([\d,]+)/,
    most("the night's fifteen minutes for tables"),
    0.1,
  );
});

test("docs/scale.md says what the nightly functions cost, with the memory and the disk that they have", () => {
  const monthly = (events: number) => {
    const scenario = scenarioOf(`--events-per-hour ${events}`);
    const { compact, audit } = monthOf(scenario, simulate(scenario));
    const disk = (compact.time / 1000) * ((compact.disk - 512) / 1024) * prices.lambdaDisk.dollars;
    return { disk, audit: (audit.time / 1000) * (audit.memory / 1024) * prices.lambdaSecond.dollars };
  };
  const [small, large] = [monthly(1000), monthly(100_000)];
  saidNear(/costs some ([\d.]+) cents a month at 1,000/, 100 * small.audit, 0.1);
  saidNear(/some \$([\d.]+) at 100,000\./, large.audit, 0.1);
  assert.ok(large.disk < 0.01);
  const scenario = scenarioOf("");
  saidNear(/Its ([\d,]+) MB of memory/, memoryOf(scenario).audit, 0);
  saidNear(/its ([\d,]+) MB of disk/, diskOfCompaction(), 0);
});
