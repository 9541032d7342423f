import { machineText } from "../support/machine.ts";
import { markdownOf } from "../support/result.ts";
import { BUDGETS, type Budget } from "./budgets.ts";
import type { Recorded } from "./recorded.ts";

/** `docs/performance.md`: the budgets, and what each bench found when it was last recorded. */
export const pageOf = (recorded: Recorded): string =>
  `${[HEAD, budgetsOf(recorded), ...BUDGETS.flatMap((each) => limitOf(each, recorded)), ...sectionsOf(recorded)].join("\n\n")}\n`;

const HEAD = `# Performance

What a translation costs in time and memory, as \`npm run bench -- --record\` measured it: this page is written by that command. Ratios are of subjects that were measured in one run, by turns, and are to be trusted more than times, which are of the machine that each part names. Nothing here was measured in AWS. What a month there costs is on [another page](scale.md).`;

const budgetsOf = (recorded: Recorded): string =>
  [
    "## Budgets",
    "",
    "| what | budget | measured | |",
    "| --- | --- | ---: | --- |",
    ...BUDGETS.map((budget) => {
      const { what, least, most, unit } = budget;
      const value = figureOf(budget, recorded);
      const told = least === undefined ? `at most ${most}${unit}` : `at least ${least}${unit}`;
      return `| ${what} | ${told} | ${value === undefined ? "" : `${value}${unit}`} | ${verdictOf(budget, recorded)} |`;
    }),
  ].join("\n");

const figureOf = ({ bench, figure }: Budget, recorded: Recorded): number | undefined =>
  recorded[bench]?.figures[figure];

/** Whether a budget is met; undefined where nothing was measured. */
const isMet = (budget: Budget, recorded: Recorded): boolean | undefined => {
  const value = figureOf(budget, recorded);
  if (value === undefined) return undefined;
  return (
    value >= (budget.least ?? Number.NEGATIVE_INFINITY) && value <= (budget.most ?? Number.POSITIVE_INFINITY)
  );
};

const verdictOf = (budget: Budget, recorded: Recorded): string => {
  const met = isMet(budget, recorded);
  if (met === undefined) return "not measured";
  return met ? "met" : "missed: see below";
};

/** Of a budget that is missed, what limits it. */
const limitOf = (budget: Budget, recorded: Recorded): readonly string[] =>
  isMet(budget, recorded) === false
    ? [`**What limits it: ${budget.what}.** ${budget.limit ?? "Nobody has found out yet."}`]
    : [];

const sectionsOf = (recorded: Recorded): readonly string[] =>
  Object.entries(recorded).map(([name, { machine, ...result }]) =>
    [
      `## ${name}`,
      markdownOf(result),
      `Measured: ${machineText(machine)}. Again: \`npm run bench -- ${name}\`.`,
    ].join("\n\n"),
  );
