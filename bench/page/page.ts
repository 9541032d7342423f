import { BENCHES } from "../benches.ts";
import { type Machine, machineText } from "../support/machine.ts";
import { markdownOf } from "../support/result.ts";
import { BUDGETS, type Budget } from "./budgets.ts";
import type { Recorded } from "./recorded.ts";
import { anchorOf, linkTo } from "./sections.ts";
import { summaryOf } from "./summary.ts";

/** `docs/performance.md`: what it comes to, the budgets, and what each bench found when it was last recorded. */
export const pageOf = (recorded: Recorded, budgets = BUDGETS): string =>
  `${[
    HEAD,
    summary(recorded),
    contents(),
    budgetsOf(recorded, budgets),
    limitsOf(recorded, budgets),
    ...BENCHES.map((each) => sectionOf(each, recorded)),
    machinesOf(recorded),
  ].join("\n\n")}\n`;

const MACHINES = "Machines and versions";

const HEAD = `# Performance

What the translator takes in time, memory and money. Every figure is measured or worked out by \`npm run bench -- --record\`, which writes this page.

**Nothing here was measured in AWS.** Times are those of the machine that is [named below](#${anchorOf(MACHINES)}). A ratio (×, ÷) compares what was measured in one run, by turns, and says more than a time. [How much it takes](scale.md) tells what a load of yours would come to.`;

const summary = (recorded: Recorded): string => {
  const figures = Object.assign({}, ...Object.values(recorded).map(({ figures: some }) => some));
  const told = summaryOf(figures);
  return [
    "## In short",
    told.length === 0 ? "Nothing has been recorded yet." : told.map((each) => `- ${each}`).join("\n"),
  ].join("\n\n");
};

const contents = (): string =>
  `What was measured, one by one: ${BENCHES.map(({ name, heading }) => linkTo(name, heading)).join(" · ")}.`;

const budgetsOf = (recorded: Recorded, budgets: readonly Budget[]): string =>
  [
    "## Budgets",
    "",
    "What it may take at most, said before it was measured. No test asserts a time: a budget is for people to judge.",
    "",
    "| what | budget | measured | |",
    "| --- | --- | ---: | --- |",
    ...budgets.map((budget) => {
      const { what, bench, least, most, unit } = budget;
      const value = figureOf(budget, recorded);
      const told = least === undefined ? `at most ${most}${unit}` : `at least ${least}${unit}`;
      return `| ${linkTo(bench, what)} | ${told} | ${value === undefined ? "" : `${value}${unit}`} | ${verdictOf(budget, recorded)} |`;
    }),
  ].join("\n");

const figureOf = ({ bench, figure }: Budget, recorded: Recorded): number | undefined =>
  recorded[bench]?.figures[figure];

/** Whether a budget is met; undefined where nothing was measured. */
export const isMet = (budget: Budget, recorded: Recorded): boolean | undefined => {
  const value = figureOf(budget, recorded);
  if (value === undefined) return undefined;
  return (
    value >= (budget.least ?? Number.NEGATIVE_INFINITY) && value <= (budget.most ?? Number.POSITIVE_INFINITY)
  );
};

const verdictOf = (budget: Budget, recorded: Recorded): string => {
  const met = isMet(budget, recorded);
  if (met === undefined) return "not measured";
  return met ? "met" : "missed: [why](#limits)";
};

/** Of each budget that is missed, what limits it. */
const limitsOf = (recorded: Recorded, budgets: readonly Budget[]): string => {
  const missed = budgets.filter((budget) => isMet(budget, recorded) === false);
  const unknown = budgets.some((budget) => isMet(budget, recorded) === undefined);
  if (missed.length > 0)
    return [
      "## Limits",
      ...missed.map(({ what, limit }) => `**${sentence(what)}** ${limit ?? "Nobody has found out yet."}`),
    ].join("\n\n");
  return `## Limits\n\n${unknown ? "Of what was measured, every budget is met." : "Every budget is met."}`;
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const sectionOf = ({ name, heading }: (typeof BENCHES)[number], recorded: Recorded): string => {
  const found = recorded[name];
  if (found === undefined)
    return `## ${heading}\n\nNot measured when this page was written. \`npm run bench -- ${name}\` measures it.`;
  return [`## ${heading}`, markdownOf(found), `Again: \`npm run bench -- ${name}\`.`].join("\n\n");
};

/** Where and with what was measured: all benches of one machine and one state of the packages together. */
const machinesOf = (recorded: Recorded): string => {
  const found = BENCHES.flatMap(({ name }) => {
    const machine = recorded[name]?.machine;
    return machine === undefined ? [] : [{ name, machine }];
  });
  const same = Map.groupBy(found, ({ machine }) => `${machineText(machine)}, with ${packagesText(machine)}`);
  return [
    `## ${MACHINES}`,
    ...[...same].map(([text, some]) => `**${some.map(({ name }) => name).join(", ")}**: ${text}.`),
  ].join("\n\n");
};

const packagesText = ({ packages }: Machine): string =>
  Object.entries(packages)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
